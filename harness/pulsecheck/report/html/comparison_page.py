"""A comparison of runs as one HTML file: all requirements, by page of the documentation."""

from pulsecheck.report.comparison import Comparison
from pulsecheck.report.html.page_template import fill_page
from pulsecheck.report.html.run_view import DOCUMENTATION, Mark, breadcrumb, mark_of
from pulsecheck.report.style import HEADLINES, colour
from pulsecheck.report.terminal_comparison import HEADINGS
from pulsecheck.results.verdict import RequirementStatus


def render(comparison: Comparison) -> bytes:
    """Return the comparison as HTML, in UTF-8."""
    pages = dict.fromkeys(row.requirement.page for row in comparison.requirements)
    headlines = [HEADLINES[run.conclusion] for run in comparison.runs]
    return fill_page(
        "html/comparison.html.j2",
        comparison=comparison,
        conclusions=[Mark(found.symbol, colour(found.style), str(found)) for found in headlines],
        marks={status: mark_of(status) for status in RequirementStatus},
        pages=[
            (
                breadcrumb(path),
                DOCUMENTATION + path,
                [row for row in comparison.requirements if row.requirement.page == path],
            )
            for path in pages
        ],
        changes=[
            (heading, getattr(comparison.changes, field))
            for field, heading in HEADINGS.items()
            if comparison.changes
        ],
    )
