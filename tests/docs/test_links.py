"""Links, anchors, pictures and paths in the documents are valid."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pulsecheck import mock_server

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = [
    ROOT / "README.md",
    *sorted(path for path in ROOT.glob("*.md") if path.name != "README.md"),
    *sorted(DOCS.rglob("*.md")),
    *sorted(ROOT.glob("examples/*/README.md")),
]
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"')
PICTURE = re.compile(r'!\[([^\]]*)\]|<img [^>]*alt="([^"]*)"|(<img )')
LARGEST = 200_000

MAPS = [
    DOCS / "architecture.md",
    DOCS / "decisions.md",
    DOCS / "glossary.md",
    ROOT / "CONTRIBUTING.md",
]
FOLDERS = {path.name for path in ROOT.iterdir() if path.is_dir()}
PATH = re.compile(r"`([\w.-]+(?:/[\w.-]+)+/?)`")
"""A name in backticks with at least one slash."""
NAME_IN_FILE = re.compile(r"`([\w.]+)`\s+\(?in\s+`([\w./-]+/[\w-]+\.py)`")
FILE_WITH_NAMES = re.compile(r"`([\w./-]+/[\w-]+\.py)`: `([\w`, ]+)`")


def links(page: Path) -> list[str]:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    found = (one or other for one, other in LINK.findall(text))
    return [link for link in found if not link.startswith("http")]


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub makes for a page's headings."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def paths(page: Path) -> list[str]:
    """Return the paths in backticks that begin with a folder of the repository."""
    found = PATH.findall(FENCED.sub("", page.read_text(encoding="utf-8")))
    return [path for path in found if path.partition("/")[0] in FOLDERS]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_has_a_target(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_links_and_anchors_are_found() -> None:
    assert "docs/running.md#in-ci" in links(PAGES[0])
    assert "in-ci" in anchors(DOCS / "running.md")


@pytest.mark.parametrize("page", MAPS, ids=lambda page: page.name)
def test_every_path_in_backticks_exists(page: Path) -> None:
    assert [path for path in paths(page) if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", MAPS, ids=lambda page: page.name)
def test_every_name_that_a_page_locates_is_in_that_file(page: Path) -> None:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    located = NAME_IN_FILE.findall(text)
    located += [
        (name, path)
        for path, names in FILE_WITH_NAMES.findall(text)
        for name in names.split("`, `")
    ]
    missing = [
        (name, path)
        for name, path in located
        if name.rpartition(".")[2] not in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert missing == []
    assert located or page.name in {"decisions.md", "glossary.md"}


def test_paths_in_backticks_are_found() -> None:
    assert "harness/pulsecheck/suite/validation.py" in paths(DOCS / "architecture.md")


def test_every_package_is_in_the_architecture() -> None:
    roots = (ROOT / "harness/pulsecheck", ROOT / "reference_impl/pulsecheck_reference")
    packages = {
        file.parent.relative_to(ROOT).as_posix()
        for root in roots
        for file in (root / "__init__.py", *root.glob("*/__init__.py"))
    } - {"harness/pulsecheck"}
    assert len(packages) >= 19
    assert packages - set(paths(DOCS / "architecture.md")) == set()


def test_every_public_name_of_the_mock_server_is_in_the_api_reference() -> None:
    page = (DOCS / "api/mock-server.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\.\. auto\w+:: (\w+)", page, re.MULTILINE)
    assert sorted({*documented} - {"pulsecheck"}) == sorted(mock_server.__all__)


def test_each_picture_has_a_description_and_is_small() -> None:
    text = PAGES[0].read_text(encoding="utf-8")
    described = [one or other for one, other, _ in PICTURE.findall(text)]
    assert len(described) == 2
    assert all(len(words) > 60 for words in described)
    pictures = {link for link in links(PAGES[0]) if link.startswith("docs/images/")}
    assert pictures == {f"docs/images/{path.name}" for path in (DOCS / "images").iterdir()}
    assert all((ROOT / picture).stat().st_size < LARGEST for picture in pictures)


def test_every_tox_environment_and_every_input_and_output_of_the_action_is_documented() -> None:
    page = (DOCS / "running.md").read_text(encoding="utf-8")
    environments = re.findall(r"^\[testenv:(.+)\]$", (ROOT / "tox.ini").read_text(), re.MULTILINE)
    names = {name if not name.startswith("example-") else "example-*" for name in environments}
    action = YAML(typ="safe").load(ROOT / "action.yml")
    names |= {*action["inputs"], *action["outputs"]}
    assert {"coverage", "implementation", "conclusion"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
