"""Coverage as one HTML file, which opens offline."""

from itertools import groupby
from pathlib import Path

from harness.coverage.gaps import gaps, standing, wording
from harness.coverage.measure import Coverage, Scene, State
from harness.records import Run
from harness.report.html.page import write
from harness.report.html.view import DOCUMENTATION, Mark, trail
from harness.report.style import STANDING_MARKS, colour
from harness.report.text import implementation, title

HERE = Path(__file__).parent
MARKS = {
    State.COVERED: Mark("✓", "green", "covered"),
    State.NOT_RUN: Mark("✗", "red", "not run"),
    State.NOT_APPLICABLE: Mark("-", "dim", "not applicable"),
    State.NO_SCENARIO: Mark("✗", "red", "no scenario"),
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
        pages=[(trail(path), DOCUMENTATION + path, list(facts)) for path, facts in by_page],
        features=[(name, list(scenes)) for name, scenes in by_feature],
        files=[(name, list(sentences)) for name, sentences in by_file],
        nodes=[(name, list(uses)) for name, uses in by_node],
        marks=MARKS,
        mark=_mark,
        title=title,
        wording=wording,
    )


def _mark(scene: Scene) -> Mark:
    if scene.standing is None:
        return Mark("·", "dim", standing(scene))
    sign, style = STANDING_MARKS[scene.standing]
    return Mark(sign, colour(style), scene.standing)
