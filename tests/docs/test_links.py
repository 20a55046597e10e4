"""What the documentation links to is there, and its pictures can be had without seeing them."""

import re
from pathlib import Path

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r'\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"')
PICTURE = re.compile(r'!\[([^\]]*)\]|<img [^>]*alt="([^"]*)"|(<img )')
LARGEST = 200_000


def links(page: Path) -> list[str]:
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    found = (one or other for one, other in LINK.findall(text))
    return [link for link in found if not link.startswith("http")]


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = FENCED.sub("", page.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_there_are_links_to_check() -> None:
    assert "docs/running.md#in-ci" in links(PAGES[0])
    assert "in-ci" in anchors(ROOT / "docs" / "running.md")


def test_each_picture_is_described_and_small() -> None:
    text = PAGES[0].read_text(encoding="utf-8")
    described = [one or other for one, other, _ in PICTURE.findall(text)]
    assert len(described) == 2
    assert all(len(words) > 60 for words in described)
    pictures = {link for link in links(PAGES[0]) if link.startswith("docs/images/")}
    assert pictures == {f"docs/images/{path.name}" for path in (ROOT / "docs/images").iterdir()}
    assert all((ROOT / picture).stat().st_size < LARGEST for picture in pictures)


def test_every_environment_of_tox_and_input_of_the_action_is_told() -> None:
    told = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    environments = re.findall(r"^\[testenv:(.+)\]$", (ROOT / "tox.ini").read_text(), re.MULTILINE)
    names = {name if not name.startswith("example-") else "example-*" for name in environments}
    action = YAML(typ="safe").load(ROOT / "action.yml")
    names |= {*action["inputs"], *action["outputs"]}
    assert {"coverage", "implementation", "conclusion"} <= names
    assert [name for name in sorted(names) if f"`{name}`" not in told] == []
