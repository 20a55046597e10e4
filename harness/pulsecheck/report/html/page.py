"""The report of a run as one HTML file: no request is made, and no script runs but its own."""

import base64
import hashlib
from pathlib import Path

from markupsafe import Markup

from pulsecheck.report.html import view
from pulsecheck.report.style import colour, ending
from pulsecheck.report.templates import HERE as TEMPLATES
from pulsecheck.report.templates import template
from pulsecheck.report.text import implementation, rounds
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import RequirementStatus, Verdict
from pulsecheck.suite.requirements import Level

HERE = Path(__file__).parent


def render(verdict: Verdict, run: Run) -> bytes:
    """Write the report as HTML, in UTF-8."""
    end = ending(verdict, run)
    pages = view.pages(verdict, run)
    found = {row.mark.word for page in pages for row in page.rows}
    return write(
        "html/report.html.j2",
        verdict=verdict,
        run=run,
        conclusion=view.Mark(end.sign, colour(end.style), str(end)),
        implementation=implementation(run),
        rounds=rounds(run),
        counts=list(view.counts(verdict, run)),
        pages=pages,
        levels=list(Level),
        words=[view.mark_of(status) for status in RequirementStatus if status in found],
        troubles=[row for page in pages for row in page.rows if row.is_open],
    )


def write(name: str, folder: Path = TEMPLATES, **values: object) -> bytes:
    """Fill in a template of a folder.

    It has `style`, `script`, and the `policy` that lets only them in.
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
