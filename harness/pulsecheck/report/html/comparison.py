"""A comparison as one HTML file: the whole matrix, by page of the documentation."""

from pulsecheck.report.comparison import Comparison
from pulsecheck.report.html.page import write
from pulsecheck.report.html.view import DOCUMENTATION, Mark, breadcrumb, mark_of
from pulsecheck.report.matrix import HEADINGS
from pulsecheck.report.style import ENDINGS, colour
from pulsecheck.results.verdict import RequirementStatus


def render(comparison: Comparison) -> bytes:
    """Write the comparison as HTML, in UTF-8."""
    pages = dict.fromkeys(row.requirement.page for row in comparison.rows)
    endings = [ENDINGS[column.conclusion] for column in comparison.columns]
    return write(
        "html/comparison.html.j2",
        comparison=comparison,
        endings=[Mark(end.sign, colour(end.style), str(end)) for end in endings],
        marks={status: mark_of(status) for status in RequirementStatus},
        pages=[
            (
                breadcrumb(path),
                DOCUMENTATION + path,
                [row for row in comparison.rows if row.requirement.page == path],
            )
            for path in pages
        ],
        changes=[
            (heading, getattr(comparison.changes, kind))
            for kind, heading in HEADINGS.items()
            if comparison.changes
        ],
    )
