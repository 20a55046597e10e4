"""What was not exercised although it applies, in words."""

from collections.abc import Iterator, Sequence

import msgspec

from pulsecheck.coverage.measure import (
    GAPS,
    Coverage,
    CoverageState,
    MeasuredScenario,
    MeasuredSentence,
)
from pulsecheck.report.text import title

NOT_SELECTED = "not selected"


class CoverageGap(msgspec.Struct, frozen=True, kw_only=True):
    """`anchor` is the id of its place on the page."""

    kind: str
    name: str
    why: str
    anchor: str


def gaps(coverage: Coverage) -> Iterator[CoverageGap]:
    """Tell all gaps but scenarios that a fact tells of already."""
    for fact in coverage.facts:
        if fact.state in GAPS:
            requirement = fact.requirement
            why = _why(fact.state, fact.scenes)
            yield CoverageGap(kind="fact", name=requirement.id, why=why, anchor=requirement.id)
    told = {id(scene) for fact in coverage.facts if fact.state in GAPS for scene in fact.scenes}
    for scene in coverage.scenes:
        if scene.state in GAPS and id(scene) not in told:
            yield CoverageGap(
                kind="scenario",
                name=title(scene.source),
                why=status(scene),
                anchor=f"feature-{scene.source.feature}",
            )
    for sentence in coverage.sentences:
        if sentence.state in GAPS:
            why = _why(sentence.state, sentence.scenes)
            name = f'"{wording(sentence)}" ({sentence.where})'
            yield CoverageGap(kind="step definition", name=name, why=why, anchor="sentences")
    for use in coverage.sockets:
        if use.state in GAPS:
            name = f"{use.socket.node}, {use.socket.side} {use.socket.name}"
            yield CoverageGap(kind="socket", name=name, why=NOTHING, anchor="sockets")


NOTHING = "no scenario that ran exercised it"


def status(scene: MeasuredScenario) -> str:
    """Say how a scenario ended."""
    return scene.status or NOT_SELECTED


def wording(sentence: MeasuredSentence) -> str:
    """A sentence as features have it, where its definition leaves its kind open too."""
    return f"{sentence.kind.title()} {sentence.text}" if sentence.kind else f"* {sentence.text}"


def _why(state: CoverageState, scenes: Sequence[MeasuredScenario]) -> str:
    if state is CoverageState.NO_SCENARIO:
        return "no scenario has it"
    ends = dict.fromkeys(status(scene) for scene in scenes)
    return f"no scenario got to it ({', '.join(ends)})"
