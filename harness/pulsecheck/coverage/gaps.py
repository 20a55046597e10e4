"""List the parts of the specification that apply to an implementation but were not exercised."""

from collections.abc import Iterator, Sequence

import msgspec

from pulsecheck.coverage.measure import (
    GAPS,
    Coverage,
    CoverageState,
    MeasuredScenario,
    MeasuredStepDefinition,
)
from pulsecheck.report.text import title

NOT_SELECTED = "not selected"


class CoverageGap(msgspec.Struct, frozen=True, kw_only=True):
    """A part that was not exercised. `anchor` is the id of an HTML element that shows this part."""

    kind: str
    name: str
    reason: str
    anchor: str


def gaps(coverage: Coverage) -> Iterator[CoverageGap]:
    """Yield all gaps. If a fact is a gap, do not also yield the scenarios of this fact."""
    yield from _fact_gaps(coverage)
    yield from _scenario_gaps(coverage)
    for definition in coverage.definitions:
        if definition.state in GAPS:
            yield CoverageGap(
                kind="step definition",
                name=f'"{sentence(definition)}" ({definition.where})',
                reason=_reason(definition.state, definition.scenarios, "no scenario uses it"),
                anchor="step-definitions",
            )
    for use in coverage.sockets:
        if use.state in GAPS:
            yield CoverageGap(
                kind="socket",
                name=f"{use.socket.node}, {use.socket.side} {use.socket.name}",
                reason="not exercised by any scenario of this run",
                anchor="sockets",
            )


def _fact_gaps(coverage: Coverage) -> Iterator[CoverageGap]:
    for fact in coverage.facts:
        if fact.state in GAPS:
            identifier = fact.requirement.id
            reason = _reason(fact.state, fact.scenarios, "no scenario shows it")
            yield CoverageGap(kind="fact", name=identifier, reason=reason, anchor=identifier)


def _scenario_gaps(coverage: Coverage) -> Iterator[CoverageGap]:
    with_fact = {
        id(scenario) for fact in coverage.facts if fact.state in GAPS for scenario in fact.scenarios
    }
    for scenario in coverage.scenarios:
        if scenario.state in GAPS and id(scenario) not in with_fact:
            yield CoverageGap(
                kind="scenario",
                name=title(scenario.source),
                reason=status_text(scenario),
                anchor=f"feature-{scenario.source.feature}",
            )


def status_text(scenario: MeasuredScenario) -> str:
    """Return the status of a scenario, or "not selected"."""
    return scenario.status or NOT_SELECTED


def sentence(definition: MeasuredStepDefinition) -> str:
    """Return the keyword and the text of a step definition. "*" means that every keyword fits."""
    return f"{definition.kind.title() if definition.kind else '*'} {definition.text}"


def _reason(state: CoverageState, scenarios: Sequence[MeasuredScenario], unless: str) -> str:
    if state is CoverageState.NO_SCENARIO:
        return unless
    ends = dict.fromkeys(status_text(scenario) for scenario in scenarios)
    return f"no scenario reached it ({', '.join(ends)})"
