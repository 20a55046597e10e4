"""Measures what of a specification a run has exercised, from its report and the features."""

from collections import Counter
from collections.abc import Iterator, Sequence
from enum import StrEnum
from functools import cache

import msgspec

from harness.coverage.sockets import Socket, exercised
from harness.driver.protocol import Capability
from harness.feature_files import ScenarioSource, Step
from harness.records import Outcome, Run, ScenarioRecord
from harness.report.conformance import Report
from harness.requirements import Catalogue, Requirement
from harness.standings import Standing
from harness.step_definitions import StepDefinition


class State(StrEnum):
    """Whether something was exercised.

    not run: it applies, and no scenario got to it. not applicable: it needs a capability that was
    not declared. no scenario: the features have none for it, whatever is run.
    """

    COVERED = "covered"
    NOT_RUN = "not run"
    NOT_APPLICABLE = "not applicable"
    NO_SCENARIO = "no scenario"


GAPS = (State.NOT_RUN, State.NO_SCENARIO)
RAN = (Standing.PASSED, Standing.FAILED, Standing.KNOWN_FAILURE, Standing.NOT_OBSERVED)


class Scene(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario and how it stands; `standing` is None if it was not among those to be run."""

    source: ScenarioSource
    standing: Standing | None

    @property
    def state(self) -> State:
        if self.standing in RAN:
            return State.COVERED
        is_beside = self.standing is Standing.NOT_APPLICABLE
        return State.NOT_APPLICABLE if is_beside else State.NOT_RUN


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """A documented fact and the scenarios that show it."""

    requirement: Requirement
    scenes: tuple[Scene, ...]

    @property
    def state(self) -> State:
        return _state(self.scenes, sum(scene.standing in RAN for scene in self.scenes))


class Sentence(msgspec.Struct, frozen=True, kw_only=True):
    """A step definition; `ran` counts the scenarios that got to it, of the `scenes` that have it.

    `kind` is None where it serves Given, When and Then.
    """

    kind: str | None
    text: str
    where: str
    scenes: tuple[Scene, ...]
    ran: int

    @property
    def state(self) -> State:
        return _state(self.scenes, self.ran)


class SocketUse(msgspec.Struct, frozen=True, kw_only=True):
    """A documented socket of a node type; `ran` counts the scenarios that exercised it."""

    socket: Socket
    is_declared: bool
    ran: int

    @property
    def state(self) -> State:
        if self.ran:
            return State.COVERED
        return State.NOT_RUN if self.is_declared else State.NOT_APPLICABLE


Item = Fact | Scene | Sentence | SocketUse


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

    facts: tuple[Fact, ...]
    scenes: tuple[Scene, ...]
    sentences: tuple[Sentence, ...]
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
    standings = report.verdict.standings
    scenes = tuple(
        Scene(source=source, standing=standings.get(source.selector)) for source in sources
    )
    return Coverage(
        facts=tuple(
            Fact(
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
    scenes: Sequence[Scene], definitions: Sequence[StepDefinition], run: Run
) -> Iterator[Sentence]:
    @cache
    def matching(step: Step) -> frozenset[int]:
        return frozenset(
            place for place, definition in enumerate(definitions) if definition.matches(step)
        )

    having: dict[int, list[Scene]] = {place: [] for place in range(len(definitions))}
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
        yield Sentence(
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
        for socket in (Socket(node.type, side, name) for side, names in sides for name in names):
            is_declared = node.capability in declared
            yield SocketUse(socket=socket, is_declared=is_declared, ran=ran[socket])


def _state(scenes: Sequence[Scene], ran: int) -> State:
    if ran:
        return State.COVERED
    if not scenes:
        return State.NO_SCENARIO
    is_beside = all(scene.state is State.NOT_APPLICABLE for scene in scenes)
    return State.NOT_APPLICABLE if is_beside else State.NOT_RUN


def _figure(name: str, items: Sequence[Item]) -> Figure:
    states = Counter(item.state for item in items)
    beside = states[State.NOT_APPLICABLE]
    return Figure(name=name, covered=states[State.COVERED], of=len(items) - beside, beside=beside)
