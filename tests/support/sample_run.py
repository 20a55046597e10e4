"""One run with scenarios of different outcomes, for the tests of all reports."""

from datetime import UTC, datetime

from pulsecheck.driver.protocol import Implementation, Initialized, NodeName, TransportUse
from pulsecheck.results.records import Outcome, Run, ScenarioRecord, StepRecord
from pulsecheck.shared.timeline import Entry
from pulsecheck.suite.requirements import Catalogue, Level, Requirement

HOSTILE = "[red]\x1b[31m\x00<&]]>"
"""Markup of rich, a terminal escape sequence, a character that XML forbids, the end of CDATA."""


def requirement(identifier: str, level: Level, fact: str) -> Requirement:
    page = "toolbox/communication/socketio"
    return Requirement(id=identifier, level=level, fact=fact, page=page)


def scenario(
    identifier: str, name: str, outcome: Outcome, reason: str = "", **more: object
) -> ScenarioRecord:
    plain = {
        "selector": name.lower().replace(" ", "_"),
        "name": name,
        "feature": "stop.feature",
        "line": 52,
        "requirements": (identifier,),
        "transport": None,
        "outcome": outcome,
        "seconds": 0.25,
        "reason": reason,
        **more,
    }
    return ScenarioRecord(**plain)  # type: ignore[arg-type]


def timeline() -> tuple[Entry, ...]:
    """Twelve entries of a server, a sentence, and twelve entries of a node."""
    sources = ["server"] * 12 + ["scenario"] + ["node"] * 12
    return tuple(
        Entry(
            number=number,
            at=number / 10,
            source=source,
            what=f"entry {number}",
            details={"message": HOSTILE},
        )
        for number, source in enumerate(sources)
    )


def sample_catalogue() -> Catalogue:
    return Catalogue(
        (
            requirement("NOD-2", Level.MUST, "Enabled off ends the branch."),
            requirement("STO-2", Level.MUST, "Stop stops the connection."),
            requirement("STO-4", Level.MAY, "Stop may wait."),
            requirement("STO-5", Level.MUST, "On Stop waits."),
            requirement("STO-6", Level.MUST, "On Stop's branch finds it gone."),
            requirement("STO-9", Level.SHOULD, "On Stop follows a lost network."),
            requirement("STO-12", Level.SILENT, "Stop twice does no harm."),
        ),
        {"STO": "Socket.IO Stop"},
    )


def sample_run() -> Run:
    steps = (
        StepRecord(keyword="Given", text='the connection "main"', outcome=Outcome.PASSED),
        StepRecord(keyword="When", text='"Stop" receives a pulse', outcome=Outcome.FAILED),
        StepRecord(keyword="Then", text='"On Stop" pulses once'),
    )
    wrong = scenario(
        "STO-5",
        "On Stop waits",
        Outcome.FAILED,
        f"expected: it waits\nseen: {HOSTILE}",
        selector="on_stop_waits[websocket]",
        expected="it waits",
        seen=HOSTILE,
        steps=steps,
        timeline=timeline(),
    )
    implementation = Implementation(name=f"small {HOSTILE}", version="1.2", language="Python")
    records = (
        scenario("NOD-2", "A disabled node", Outcome.NOT_APPLICABLE, "not declared: linking"),
        scenario("STO-2", "The client leaves", Outcome.PASSED),
        scenario("STO-4", "Whether it waits", Outcome.PASSED, observations=("at once",)),
        wrong,
        scenario("STO-6", "A restart", Outcome.BLOCKED, "builds on STO-5, which failed"),
        scenario(
            "STO-9", "A lost network", Outcome.FAILED, "the driver does not implement x\nAdd it."
        ),
        scenario("STO-12", "Stop twice", Outcome.ERRORED, "the driver exited", feature="b.feature"),
    )
    return Run(
        initialized=Initialized(
            protocol_version=1,
            implementation=implementation,
            nodes=(NodeName.CONNECTION_NODES,),
            transports=(TransportUse.POLLING,),
        ),
        records=records,
        collected=len(records),
        partial=False,
        seconds=7.83,
        command=("pulsecheck", "check", "--implementation", "node driver.js"),
        began=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
