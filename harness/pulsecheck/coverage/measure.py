"""Measures what of a specification a run has exercised, from its report and the features."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache

import msgspec

from pulsecheck.coverage.sockets import ExercisedSocket, exercised
from pulsecheck.driver.protocol import Capability
from pulsecheck.report.conformance import Report
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.suite.feature_files import ScenarioSource, Step
from pulsecheck.suite.requirements import Catalogue, Requirement
from pulsecheck.suite.step_definitions import StepDefinition


class CoverageState(StrEnum):
    """Whether something was exercised.

    not run: it applies, and no scenario got to it. not applicable: it needs a capability that was
    not declared. no scenario: the features have none for it, whatever is run.
    """

    COVERED = "covered"
    NOT_RUN = "not run"
    NOT_APPLICABLE = "not applicable"
    NO_SCENARIO = "no scenario"


GAPS = (CoverageState.NOT_RUN, CoverageState.NO_SCENARIO)
RAN = (
    ScenarioStatus.PASSED,
    ScenarioStatus.FAILED,
    ScenarioStatus.KNOWN_FAILURE,
    ScenarioStatus.NOT_OBSERVED,
)


class MeasuredScenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario and how it stands; `status` is None if it was not among those to be run."""

    source: ScenarioSource
    status: ScenarioStatus | None

    @property
    def state(self) -> CoverageState:
        if self.status in RAN:
            return CoverageState.COVERED
        is_beside = self.status is ScenarioStatus.NOT_APPLICABLE
        return CoverageState.NOT_APPLICABLE if is_beside else CoverageState.NOT_RUN


class MeasuredFact(msgspec.Struct, frozen=True, kw_only=True):
    """A documented fact and the scenarios that show it."""

    requirement: Requirement
    scenes: tuple[MeasuredScenario, ...]

    @property
    def state(self) -> CoverageState:
        return _state(self.scenes, sum(scene.status in RAN for scene in self.scenes))


class MeasuredSentence(msgspec.Struct, frozen=True, kw_only=True):
    """A step definition; `ran` counts the scenarios that got to it, of the `scenes` that have it.

    `kind` is None where it serves Given, When and Then.
    """

    kind: str | None
    text: str
    where: str
    scenes: tuple[MeasuredScenario, ...]
    ran: int

    @property
    def state(self) -> CoverageState:
        return _state(self.scenes, self.ran)


class SocketUse(msgspec.Struct, frozen=True, kw_only=True):
    """A documented socket of a node type; `ran` counts the scenarios that exercised it."""

    socket: ExercisedSocket
    is_declared: bool
    ran: int

    @property
    def state(self) -> CoverageState:
        if self.ran:
            return CoverageState.COVERED
        return CoverageState.NOT_RUN if self.is_declared else CoverageState.NOT_APPLICABLE


Item = MeasuredFact | MeasuredScenario | MeasuredSentence | SocketUse


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """So many were covered, `of` those that apply to the implementation; others are `beside`."""

    name: str
    covered: int
    of: int
    beside: int

    @property
    def is_whole(self) -> bool:
        return self.covered == self.of


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """All there is to cover, each group in the order of its source."""

    facts: tuple[MeasuredFact, ...]
    scenes: tuple[MeasuredScenario, ...]
    sentences: tuple[MeasuredSentence, ...]
    sockets: tuple[SocketUse, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (
            _figure("documented facts", self.facts),
            _figure("scenarios", self.scenes),
            _figure("step definitions", self.sentences),
            _figure("node sockets", self.sockets),
        )

    @property
    def is_whole(self) -> bool:
        """Whether all that applies was exercised."""
        return all(figure.is_whole for figure in self.figures)


class ForeignRunError(Exception):
    """A run has a scenario that the features do not have; the message names it."""

    def __init__(self, selector: str) -> None:
        super().__init__(selector)
        self.selector = selector

    def __str__(self) -> str:
        return (
            f'has the scenario "{self.selector}", which these features do not have\n'
            "  Name the features that it was checked with: --features DIR; or check again."
        )


def measure(
    catalogue: Catalogue,
    sources: Sequence[ScenarioSource],
    definitions: Sequence[StepDefinition],
    report: Report,
) -> Coverage:
    """Say what a run has exercised; raises ForeignRunError for a run of other features."""
    known = {source.selector for source in sources}
    for record in report.run.records:
        if record.selector not in known:
            raise ForeignRunError(record.selector)
    scenario_statuses = report.verdict.scenario_statuses
    scenes = tuple(
        MeasuredScenario(source=source, status=scenario_statuses.get(source.selector))
        for source in sources
    )
    return Coverage(
        facts=tuple(
            MeasuredFact(
                requirement=requirement,
                scenes=tuple(
                    scene for scene in scenes if requirement.id in scene.source.requirements
                ),
            )
            for requirement in catalogue.requirements
        ),
        scenes=scenes,
        sentences=tuple(_sentences(scenes, definitions, report.run)),
        sockets=tuple(_sockets(catalogue, report.run)),
    )


def _sentences(
    scenes: Sequence[MeasuredScenario], definitions: Sequence[StepDefinition], run: Run
) -> Iterator[MeasuredSentence]:
    @cache
    def matching(step: Step) -> frozenset[int]:
        return frozenset(
            place for place, definition in enumerate(definitions) if definition.matches(step)
        )

    having: dict[int, list[MeasuredScenario]] = {place: [] for place in range(len(definitions))}
    for scene in scenes:
        for place in frozenset[int]().union(*map(matching, scene.source.steps)):
            having[place].append(scene)
    ran = Counter(
        place
        for record in run.records
        for place in frozenset[int]().union(*map(matching, _reached(record)))
    )
    for place in sorted(having, key=lambda place: _position(definitions[place])):
        definition = definitions[place]
        yield MeasuredSentence(
            kind=definition.kind,
            text=definition.parser.name,
            where=definition.where,
            scenes=tuple(having[place]),
            ran=ran[place],
        )


def _reached(record: ScenarioRecord) -> Iterator[Step]:
    for step in record.steps:
        if step.outcome in {Outcome.PASSED, Outcome.FAILED}:
            yield Step(kind=step.keyword.lower(), text=step.text)


def _position(definition: StepDefinition) -> tuple[str, int]:
    file, _, line = definition.where.rpartition(":")
    return file, int(line)


def _sockets(catalogue: Catalogue, run: Run) -> Iterator[SocketUse]:
    ran = Counter(socket for record in run.records for socket in exercised(record))
    declared: Sequence[Capability] = run.initialized.capabilities if run.initialized else ()
    for node in catalogue.nodes:
        sides = (("input", node.inputs), ("output", node.outputs))
        for socket in (
            ExercisedSocket(node.type, side, name) for side, names in sides for name in names
        ):
            is_declared = node.capability in declared
            yield SocketUse(socket=socket, is_declared=is_declared, ran=ran[socket])


def _state(scenes: Sequence[MeasuredScenario], ran: int) -> CoverageState:
    if ran:
        return CoverageState.COVERED
    if not scenes:
        return CoverageState.NO_SCENARIO
    is_beside = all(scene.state is CoverageState.NOT_APPLICABLE for scene in scenes)
    return CoverageState.NOT_APPLICABLE if is_beside else CoverageState.NOT_RUN


def _figure(name: str, items: Sequence[Item]) -> Figure:
    states = Counter(item.state for item in items)
    beside = states[CoverageState.NOT_APPLICABLE]
    return Figure(
        name=name, covered=states[CoverageState.COVERED], of=len(items) - beside, beside=beside
    )
