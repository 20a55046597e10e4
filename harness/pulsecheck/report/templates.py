"""Templates in which nothing that an implementation sent can be more than text."""

from pathlib import Path

import jinja2
from markupsafe import Markup

from pulsecheck.shared.escaping import escape_unprintable

HERE = Path(__file__).parent


def template(name: str, folder: Path = HERE) -> jinja2.Template:
    """Load a template of a folder, this one as a rule.

    What is put into it is escaped twice over: control characters are made visible, and the
    characters of markup are quoted. Markup goes in as it is.
    """
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    ).get_template(name)


def _finalize(value: object) -> object:
    return (
        escape_unprintable(value)
        if isinstance(value, str) and not isinstance(value, Markup)
        else value
    )
