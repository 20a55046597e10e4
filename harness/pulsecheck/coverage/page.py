"""Specification coverage as one HTML file that works offline."""

from itertools import groupby
from pathlib import Path

from pulsecheck.coverage.gaps import gaps, sentence, status_text
from pulsecheck.coverage.measure import Coverage, CoverageState, MeasuredScenario
from pulsecheck.report.html.page_template import fill_page
from pulsecheck.report.html.run_view import DOCUMENTATION, Mark, breadcrumb
from pulsecheck.report.style import SCENARIO_MARKS, colour
from pulsecheck.report.text import implementation, title
from pulsecheck.results.records import Run

HERE = Path(__file__).parent
STATE_MARKS = {
    CoverageState.COVERED: Mark("✓", "green", "covered"),
    CoverageState.NOT_RUN: Mark("✗", "red", "not run"),
    CoverageState.NOT_APPLICABLE: Mark("-", "dim", "not applicable"),
    CoverageState.NO_SCENARIO: Mark("✗", "red", "no scenario"),
}


def render(coverage: Coverage, run: Run) -> bytes:
    """Return the coverage of a run as HTML, in UTF-8."""
    by_page = groupby(coverage.facts, lambda fact: fact.requirement.page)
    by_feature = groupby(coverage.scenarios, lambda scenario: scenario.source.feature)
    by_file = groupby(coverage.definitions, lambda found: found.where.partition(":")[0])
    by_node = groupby(coverage.sockets, lambda use: use.socket.node)
    return fill_page(
        "page.html.j2",
        HERE,
        implementation=implementation(run),
        run=run,
        coverage=coverage,
        gaps=list(gaps(coverage)),
        pages=[(breadcrumb(path), DOCUMENTATION + path, list(facts)) for path, facts in by_page],
        features=[(name, list(scenarios)) for name, scenarios in by_feature],
        files=[(name, list(definitions)) for name, definitions in by_file],
        nodes=[(name, list(uses)) for name, uses in by_node],
        state_marks=STATE_MARKS,
        scenario_mark=_scenario_mark,
        title=title,
        sentence=sentence,
    )


def _scenario_mark(scenario: MeasuredScenario) -> Mark:
    if scenario.status is None:
        return Mark("·", "dim", status_text(scenario))
    symbol, style = SCENARIO_MARKS[scenario.status]
    return Mark(symbol, colour(style), scenario.status)
