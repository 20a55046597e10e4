"""Jinja templates that escape all text put into them."""

from pathlib import Path

import jinja2
from markupsafe import Markup

from pulsecheck.driver.profile import summary
from pulsecheck.shared.escaping import escape_unprintable

HERE = Path(__file__).parent


def template(name: str, folder: Path = HERE) -> jinja2.Template:
    """Load the template `name`, a path relative to `folder`.

    In values, unprintable characters are escaped for terminals and text editors. Characters with a
    meaning in XML are escaped too. Values of the type Markup are inserted unchanged.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(folder),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_finalize,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["profile"] = summary
    return environment.get_template(name)


def _finalize(value: object) -> object:
    return (
        escape_unprintable(value)
        if isinstance(value, str) and not isinstance(value, Markup)
        else value
    )
