"""Fill in templates of HTML pages, with one style sheet and one script for all of them."""

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from pulsecheck.report.templates import HERE as TEMPLATES
from pulsecheck.report.templates import template

HERE = Path(__file__).parent


def fill_page(name: str, folder: Path = TEMPLATES, **values: object) -> bytes:
    """Fill in the page template `name` of a folder, and return HTML in UTF-8.

    Besides `values`, the template gets `style`, `script`, and `policy`: a content security policy
    that allows nothing but this style sheet and this script.
    """
    style, script = _read("report.css"), _read("report.js")
    policy = (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'"
    )
    text = template(name, folder).render(style=style, script=script, policy=policy, **values)
    return text.encode()


def _read(name: str) -> Markup:
    return Markup((HERE / name).read_text(encoding="utf-8"))  # noqa: S704 - our own files


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
