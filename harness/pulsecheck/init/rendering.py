"""The files that a new driver begins with, made of templates."""

from pathlib import Path

import jinja2
import msgspec

from pulsecheck import DISTRIBUTION, __version__

TEMPLATES = Path(__file__).parent / "templates"
WORKFLOW = ".github/workflows/conformance.yml"


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """How drivers of a language are run and tested; `files` are those that it alone has."""

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
    """Give the files of a driver by their paths, for a language of LANGUAGES and a runtime's name.

    They are UTF-8; what a folder's name holds that UTF-8 cannot becomes a question mark.
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
        autoescape=False,  # noqa: S701 - what is rendered is no HTML, and quotes itself by tojson
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
