"""A comparison as one HTML file: the whole matrix, by page of the documentation."""

from harness.report.comparison import Comparison
from harness.report.html.page import write
from harness.report.html.view import DOCUMENTATION, Mark, mark_of, trail
from harness.report.matrix import HEADINGS
from harness.report.style import ENDINGS, colour
from harness.verdicts import Status


def render(comparison: Comparison) -> bytes:
    """Write the comparison as HTML, in UTF-8."""
    pages = dict.fromkeys(row.requirement.page for row in comparison.rows)
    endings = [ENDINGS[column.conclusion] for column in comparison.columns]
    return write(
        "html/comparison.html.j2",
        comparison=comparison,
        endings=[Mark(end.sign, colour(end.style), str(end)) for end in endings],
        marks={status: mark_of(status) for status in Status},
        pages=[
            (
                trail(path),
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
