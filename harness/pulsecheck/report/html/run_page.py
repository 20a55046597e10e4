"""The report of a run as one HTML file, which loads no other file and runs only its own script."""

from pulsecheck.report.html import run_view
from pulsecheck.report.html.page_template import fill_page
from pulsecheck.report.style import colour, headline
from pulsecheck.report.text import implementation, rounds_summary
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import RequirementStatus, Verdict
from pulsecheck.suite.requirements import Level


def render(verdict: Verdict, run: Run) -> bytes:
    """Return the report as HTML, in UTF-8."""
    found = headline(verdict, run)
    pages = run_view.documentation_pages(verdict, run)
    requirements = [requirement for page in pages for requirement in page.requirements]
    words = {requirement.mark.word for requirement in requirements}
    return fill_page(
        "html/report.html.j2",
        verdict=verdict,
        run=run,
        conclusion=run_view.Mark(found.symbol, colour(found.style), str(found)),
        implementation=implementation(run),
        rounds=rounds_summary(run),
        counts=list(run_view.counts(verdict, run)),
        pages=pages,
        levels=list(Level),
        marks=[run_view.mark_of(status) for status in RequirementStatus if status in words],
        failures=[requirement for requirement in requirements if requirement.is_open],
    )
