"""A small specification, and a run that exercises all parts of it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from pytest_bdd import given, then, when

from pulsecheck.coverage.measure import Coverage, measure
from pulsecheck.driver.protocol import (
    Implementation,
    Initialized,
    Link,
    Logic,
    Node,
    NodeName,
    OpenProject,
    Project,
    Socket,
    TransportUse,
)
from pulsecheck.report.conformance import Report
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Outcome, Run, ScenarioRecord, StepRecord
from pulsecheck.shared.timeline import Entry
from pulsecheck.suite.feature_files import ScenarioSource, read_scenarios
from pulsecheck.suite.requirements import Catalogue, load
from pulsecheck.suite.step_definitions import StepDefinition, step_definitions
from sample_run import scenario

CATALOGUE = """
[[requirement]]
id = "STO-5"
level = "must"
fact = "On Stop waits."
page = "events/onsocketiostop"

[[requirement]]
id = "SND-1"
level = "should"
fact = "Send sends."
page = "socketiosend"

[[node]]
type = "Socket.IO Send"
inputs = ["Pulse Input", "Event Name", "Message"]
outputs = ["Pulse Output"]

[[node]]
type = "On Socket.IO Receive"
outputs = ["Pulse Output", "Message"]

[[node]]
type = "Socket.IO Stop"
inputs = ["Pulse Input"]
"""
FEATURE = """
Feature: Stop and Send
  @must @STO-5
  Scenario: On Stop waits
    Given a connection of coverage
    When it is stopped, for coverage
    Then coverage sees it wait

  @should @SND-1
  Scenario Outline: Send sends
    Given a connection of coverage
    When <what> is sent, for coverage

    Examples:
      | what |
      | news |
"""


@given("a connection of coverage")
def connection() -> None: ...


@when("it is stopped, for coverage")
@when("news is sent, for coverage")
def act() -> None: ...


@then("coverage sees it wait")
def waits() -> None: ...


class Specification:
    """Features in a folder. A test can change them before it measures coverage."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.catalogue_text = CATALOGUE
        self.feature_text = FEATURE
        self.nodes: tuple[NodeName, ...] = (NodeName.CONNECTION_NODES, NodeName.MESSAGE_NODES)
        self.definitions: list[StepDefinition] = [
            found
            for found in step_definitions()
            if found.where.startswith("sample_specification.py:")
        ]

    @property
    def catalogue(self) -> Catalogue:
        path = self.folder / "requirements.toml"
        path.write_text(self.catalogue_text)
        return load(path)

    @property
    def sources(self) -> tuple[ScenarioSource, ...]:
        path = self.folder / "small.feature"
        path.write_text(self.feature_text.lstrip())
        return read_scenarios(path)

    def record(
        self, number: int, outcome: Outcome = Outcome.PASSED, **more: object
    ) -> ScenarioRecord:
        """Return the record of a scenario. A scenario that ran has reached all its steps."""
        source = self.sources[number]
        ran = outcome in {Outcome.PASSED, Outcome.FAILED}
        steps = tuple(
            StepRecord(
                keyword=step.kind.title(), text=step.text, outcome=Outcome.PASSED if ran else None
            )
            for step in source.steps
        )
        settings: dict[str, object] = {"selector": source.selector, "steps": steps, **more}
        return scenario(source.requirements[0], source.name, outcome, "", **settings)

    def report(self, *records: ScenarioRecord) -> Report:
        implementation = Implementation(name="small", version="1", language="Python")
        run = Run(
            initialized=Initialized(
                protocol_version=1,
                implementation=implementation,
                nodes=self.nodes,
                transports=(TransportUse.WEBSOCKET,),
            ),
            records=records,
            collected=len(records),
            partial=False,
            seconds=1,
        )
        return Report(verdict=judge(self.catalogue, run), run=run)

    def measure(self, *records: ScenarioRecord) -> Coverage:
        return measure(self.catalogue, self.sources, self.definitions, self.report(*records))


def entry(what: str, **details: Any) -> Entry:
    return Entry(number=0, at=0, source="", what=what, details=details)


def opened(*nodes: Node, links: Sequence[Link] = ()) -> Entry:
    """Return the request that opens a project with these nodes."""
    logic = Logic(nodes=nodes, links=tuple(links))
    params = msgspec.to_builtins(OpenProject(project=Project(logic={"Project": logic})))
    return entry("request", method="project/open", params=params)


def pulse(node: Node, **values: str) -> Entry:
    """Return the request that sends a pulse to a node."""
    return entry("request", method="runtime/pulse", node=node.id, type=node.type, values=values)


def pulsed(node: Node, **values: str) -> Entry:
    return entry("pulsed", node=node.id, type=node.type, output="Pulse Output", values=values)


SEND = Node(id="sender", type="Socket.IO Send", attributes={"Event Name": "news"})
RECEIVE = Node(id="receiver", type="On Socket.IO Receive")
FEEDS = Link(
    source=Socket(node=RECEIVE.id, socket="Message"), target=Socket(node=SEND.id, socket="Message")
)
STOP = Node(id="Socket.IO Stop", type="Socket.IO Stop")
EVERYTHING = (
    opened(SEND, RECEIVE, STOP, links=[FEEDS]),
    pulsed(RECEIVE, Message="hello"),
    pulse(SEND),
    pulsed(SEND),
    pulse(STOP),
)
