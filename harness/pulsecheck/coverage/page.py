"""Coverage as one HTML file, which opens offline."""

from itertools import groupby
from pathlib import Path

from pulsecheck.coverage.gaps import gaps, status, wording
from pulsecheck.coverage.measure import Coverage, CoverageState, MeasuredScenario
from pulsecheck.report.html.page import write
from pulsecheck.report.html.view import DOCUMENTATION, Mark, breadcrumb
from pulsecheck.report.style import SCENARIO_MARKS, colour
from pulsecheck.report.text import implementation, title
from pulsecheck.results.records import Run

HERE = Path(__file__).parent
MARKS = {
    CoverageState.COVERED: Mark("✓", "green", "covered"),
    CoverageState.NOT_RUN: Mark("✗", "red", "not run"),
    CoverageState.NOT_APPLICABLE: Mark("-", "dim", "not applicable"),
    CoverageState.NO_SCENARIO: Mark("✗", "red", "no scenario"),
}


def render(coverage: Coverage, run: Run) -> bytes:
    """Write the coverage of a run as HTML, in UTF-8."""
    by_page = groupby(coverage.facts, lambda fact: fact.requirement.page)
    by_feature = groupby(coverage.scenes, lambda scene: scene.source.feature)
    by_file = groupby(coverage.sentences, lambda sentence: sentence.where.partition(":")[0])
    by_node = groupby(coverage.sockets, lambda use: use.socket.node)
    return write(
        "page.html.j2",
        HERE,
        implementation=implementation(run),
        run=run,
        coverage=coverage,
        gaps=list(gaps(coverage)),
        pages=[(breadcrumb(path), DOCUMENTATION + path, list(facts)) for path, facts in by_page],
        features=[(name, list(scenes)) for name, scenes in by_feature],
        files=[(name, list(sentences)) for name, sentences in by_file],
        nodes=[(name, list(uses)) for name, uses in by_node],
        marks=MARKS,
        mark=_mark,
        title=title,
        wording=wording,
    )


def _mark(scene: MeasuredScenario) -> Mark:
    if scene.status is None:
        return Mark("·", "dim", status(scene))
    sign, style = SCENARIO_MARKS[scene.status]
    return Mark(sign, colour(style), scene.status)
