"""Render the files of a driver skeleton from templates."""

from pathlib import Path

import jinja2
import msgspec

from pulsecheck import DISTRIBUTION, __version__

TEMPLATES = Path(__file__).parent / "templates"
WORKFLOW = ".github/workflows/conformance.yml"


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """The commands that run and test a driver in one language, and the files of its skeleton."""

    title: str
    driver: str
    command: str
    test: str
    needs: str
    files: tuple[str, ...]


LANGUAGES = {
    "javascript": Language(
        title="JavaScript",
        driver="driver.mjs",
        command="node driver.mjs",
        test="npm test",
        needs="Node.js 20.11 or later",
        files=("driver.mjs", "conformance.test.mjs", "package.json"),
    ),
    "python": Language(
        title="Python",
        driver="driver.py",
        command="python3 driver.py",
        test="python3 -m unittest",
        needs="Python 3.11 or later",
        files=("driver.py", "test_conformance.py"),
    ),
}


def render(key: str, name: str) -> dict[str, bytes]:
    """Return the contents of a skeleton's files, by the paths of the files.

    `key` is a key of LANGUAGES. `name` is the name of the runtime. The contents are UTF-8.
    Characters of the name that UTF-8 cannot encode become question marks.
    """
    language = LANGUAGES[key]
    sources = {file: f"{key}/{file}.j2" for file in language.files}
    sources |= {"README.md": "README.md.j2", WORKFLOW: "conformance.yml.j2"}
    values = {
        "name": name.encode(errors="replace").decode(),
        "language": language,
        "key": key,
        "requirement": f"{DISTRIBUTION}=={__version__}",
    }
    return {
        file: _environment().get_template(source).render(values).encode()
        for file, source in sources.items()
    }


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=False,  # noqa: S701 - the templates are not HTML, and quote names with tojson
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
