"""Measure which parts of a specification a run exercised."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache

import msgspec

from pulsecheck.coverage.sockets import ExercisedSocket, exercised
from pulsecheck.driver.profile import declared_nodes
from pulsecheck.report.conformance import Report
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.suite.feature_files import ScenarioSource, Step
from pulsecheck.suite.requirements import Catalogue, Requirement
from pulsecheck.suite.step_definitions import StepDefinition

SHIPPED = "pulsecheck.steps."
"""The package of the step definitions that come with pulsecheck."""


class CoverageState(StrEnum):
    """Whether a part of the specification was exercised.

    not run: the part applies, but no scenario reached it. not applicable: the part needs something
    that the driver does not declare. no scenario: the features have no scenario for the part.
    """

    COVERED = "covered"
    NOT_RUN = "not run"
    NOT_APPLICABLE = "not applicable"
    NO_SCENARIO = "no scenario"


GAPS = (CoverageState.NOT_RUN, CoverageState.NO_SCENARIO)
RAN = (Outcome.PASSED, Outcome.FAILED)
"""The outcomes that show that a scenario ran and was judged."""


class MeasuredScenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario with its outcome and status. Both are None if the scenario was not selected."""

    source: ScenarioSource
    outcome: Outcome | None
    status: ScenarioStatus | None

    @property
    def state(self) -> CoverageState:
        if self.outcome in RAN:
            return CoverageState.COVERED
        is_inapplicable = self.status is ScenarioStatus.NOT_APPLICABLE
        return CoverageState.NOT_APPLICABLE if is_inapplicable else CoverageState.NOT_RUN


class MeasuredFact(msgspec.Struct, frozen=True, kw_only=True):
    """A documented fact and the scenarios that show it."""

    requirement: Requirement
    scenarios: tuple[MeasuredScenario, ...]

    @property
    def state(self) -> CoverageState:
        return _state(self.scenarios, sum(scenario.outcome in RAN for scenario in self.scenarios))


class MeasuredStepDefinition(msgspec.Struct, frozen=True, kw_only=True):
    """A step definition and the scenarios that use it.

    `kind` is "given", "when" or "then", or None if the definition fits all three. `where` is the
    file and line of the definition. `ran` is the number of scenarios that reached the definition.
    """

    kind: str | None
    text: str
    where: str
    scenarios: tuple[MeasuredScenario, ...]
    ran: int

    @property
    def state(self) -> CoverageState:
        return _state(self.scenarios, self.ran)


class SocketUse(msgspec.Struct, frozen=True, kw_only=True):
    """A documented socket of a node type.

    `is_declared`: the implementation declares the node. `ran` is the number of scenarios that
    exercised the socket.
    """

    socket: ExercisedSocket
    is_declared: bool
    ran: int

    @property
    def state(self) -> CoverageState:
        if self.ran:
            return CoverageState.COVERED
        return CoverageState.NOT_RUN if self.is_declared else CoverageState.NOT_APPLICABLE


Item = MeasuredFact | MeasuredScenario | MeasuredStepDefinition | SocketUse


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """How many items of one kind are covered.

    `total` counts the items that apply. `not_applicable` counts the items that do not apply.
    """

    name: str
    covered: int
    total: int
    not_applicable: int

    @property
    def is_complete(self) -> bool:
        return self.covered == self.total


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """The coverage of a specification. The items of each group have the order of their files."""

    facts: tuple[MeasuredFact, ...]
    scenarios: tuple[MeasuredScenario, ...]
    definitions: tuple[MeasuredStepDefinition, ...]
    sockets: tuple[SocketUse, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (
            _figure("documented facts", self.facts),
            _figure("scenarios", self.scenarios),
            _figure("step definitions", self.definitions),
            _figure("node sockets", self.sockets),
        )

    @property
    def is_complete(self) -> bool:
        """Whether everything that applies was exercised."""
        return all(figure.is_complete for figure in self.figures)


class ForeignRunError(Exception):
    """A run has a scenario that is not in the features. The message names the scenario."""

    def __init__(self, selector: str) -> None:
        super().__init__(selector)
        self.selector = selector

    def __str__(self) -> str:
        return (
            f'has the scenario "{self.selector}", which is not in these features\n'
            "  Name the features of that run with --features DIR, or run the check again."
        )


def measure(
    catalogue: Catalogue,
    sources: Sequence[ScenarioSource],
    definitions: Sequence[StepDefinition],
    report: Report,
) -> Coverage:
    """Measure the coverage of a run. Raises ForeignRunError if the run used other features."""
    known = {source.selector for source in sources}
    for record in report.run.scenarios:
        if record.selector not in known:
            raise ForeignRunError(record.selector)
    scenario_statuses = report.verdict.scenario_statuses
    outcomes = {record.selector: record.outcome for record in report.run.scenarios}
    scenarios = tuple(
        MeasuredScenario(
            source=source,
            outcome=outcomes.get(source.selector),
            status=scenario_statuses.get(source.selector),
        )
        for source in sources
    )
    return Coverage(
        facts=tuple(
            MeasuredFact(
                requirement=requirement,
                scenarios=tuple(
                    scenario
                    for scenario in scenarios
                    if requirement.id in scenario.source.requirements
                ),
            )
            for requirement in catalogue.requirements
        ),
        scenarios=scenarios,
        definitions=tuple(_definitions(scenarios, definitions, report.run)),
        sockets=tuple(_sockets(catalogue, report.run)),
    )


def _definitions(
    scenarios: Sequence[MeasuredScenario], definitions: Sequence[StepDefinition], run: Run
) -> Iterator[MeasuredStepDefinition]:
    @cache
    def matching(step: Step) -> frozenset[int]:
        return frozenset(
            place for place, definition in enumerate(definitions) if definition.matches(step)
        )

    users: dict[int, list[MeasuredScenario]] = {place: [] for place in range(len(definitions))}
    for scenario in scenarios:
        for place in frozenset[int]().union(*map(matching, scenario.source.steps)):
            users[place].append(scenario)
    ran = Counter(
        place
        for record in run.scenarios
        for place in frozenset[int]().union(*map(matching, _reached(record)))
    )
    for place in sorted(users, key=lambda place: _position(definitions[place])):
        definition = definitions[place]
        if not users[place] and definition.function.__module__.startswith(SHIPPED):
            continue  # another suite, or an exploration, uses this sentence of pulsecheck
        yield MeasuredStepDefinition(
            kind=definition.kind,
            text=definition.parser.name,
            where=definition.where,
            scenarios=tuple(users[place]),
            ran=ran[place],
        )


def _reached(record: ScenarioRecord) -> Iterator[Step]:
    for step in record.steps:
        if step.outcome in {Outcome.PASSED, Outcome.FAILED, Outcome.BLOCKED}:
            yield Step(kind=step.keyword.lower(), text=step.text)


def _position(definition: StepDefinition) -> tuple[str, int]:
    file, _, line = definition.where.rpartition(":")
    return file, int(line)


def _sockets(catalogue: Catalogue, run: Run) -> Iterator[SocketUse]:
    ran = Counter(socket for record in run.scenarios for socket in exercised(record))
    declared = declared_nodes(run.initialized) if run.initialized else ()
    for node in catalogue.nodes:
        sides = (("input", node.inputs), ("output", node.outputs))
        for socket in (
            ExercisedSocket(node.type, side, name) for side, names in sides for name in names
        ):
            is_declared = node.type in declared
            yield SocketUse(socket=socket, is_declared=is_declared, ran=ran[socket])


def _state(scenarios: Sequence[MeasuredScenario], ran: int) -> CoverageState:
    if ran:
        return CoverageState.COVERED
    if not scenarios:
        return CoverageState.NO_SCENARIO
    is_inapplicable = all(scenario.state is CoverageState.NOT_APPLICABLE for scenario in scenarios)
    return CoverageState.NOT_APPLICABLE if is_inapplicable else CoverageState.NOT_RUN


def _figure(name: str, items: Sequence[Item]) -> Figure:
    states = Counter(item.state for item in items)
    not_applicable = states[CoverageState.NOT_APPLICABLE]
    return Figure(
        name=name,
        covered=states[CoverageState.COVERED],
        total=len(items) - not_applicable,
        not_applicable=not_applicable,
    )
