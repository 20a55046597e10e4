"""A product is judged by a server's recording and by the pulses that the product reported."""

import json
from typing import Any

import pytest

from pulsecheck.oracle.recorded_product import RecordedProduct, judge
from pulsecheck.oracle.recording import RecordingError, read_pulses
from written_recording import HEADER, entry_line, pulse_line, read

START = {"node": "Start", "type": "Socket.IO Start", "kind": "input"}
STOP = {"node": "Stop", "type": "Socket.IO Stop", "kind": "input"}
SEND = {"node": "Send", "type": "Socket.IO Send", "kind": "input"}
ON_START = {"node": "On Start", "type": "On Socket.IO Start", "kind": "output"}
ON_STOP = {"node": "On Stop", "type": "On Socket.IO Stop", "kind": "output"}


class Session:
    """A recording. Each method appends entries, a tenth of a second apart."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.log: list[bytes] = []
        self.at = 0.0

    def server(self, what: str, **details: Any) -> "Session":
        self.lines.append(
            entry_line(len(self.lines), self.at, what, **{"connection": 1, **details})
        )
        return self.later()

    def pulse(self, node: dict[str, Any], **changes: Any) -> "Session":
        self.lines.append(pulse_line(len(self.lines), self.at, **{**node, **changes}))
        return self.later()

    def logged(self, node: dict[str, Any], at: float, **changes: Any) -> "Session":
        """Append a pulse to the product's log, `at` seconds after the start of the recording."""
        moment = HEADER.began.timestamp() + at
        pulse = {"configuration": "main", "at": moment, **node, **changes}
        self.log.append(json.dumps(pulse).encode())
        return self

    def later(self, seconds: float = 0.1) -> "Session":
        self.at = round(self.at + seconds, 4)
        return self

    def started(self, connection: int = 1) -> "Session":
        self.pulse(START).server("connection opened", connection=connection)
        return self.server("namespace established", connection=connection, namespace="/")

    def ended(self, connection: int = 1) -> "Session":
        self.server("client leaves", connection=connection, sign="Close frame")
        return self.server("connection terminated", connection=connection)

    def judged(self, **options: Any) -> RecordedProduct:
        end = entry_line(len(self.lines), self.at, "recording ends")
        return judge(read(*self.lines, end), read_pulses(self.log, HEADER), **options)

    def broken(self, **options: Any) -> list[str]:
        return [found.requirement for found in self.judged(**options).violations]

    def problem(self) -> RecordingError:
        with pytest.raises(RecordingError) as raised:
            self.judged()
        return raised.value


def test_a_pulse_after_the_termination_is_right() -> None:
    session = Session().started().pulse(START, kind="output").pulse(ON_START)
    session.pulse(STOP).pulse(STOP, kind="output").ended().pulse(ON_STOP)
    found = session.judged()
    assert found.violations == ()
    assert found.notes == ()
    assert found.pulses == {
        "Socket.IO Start": 2,
        "On Socket.IO Start": 1,
        "Socket.IO Stop": 2,
        "On Socket.IO Stop": 1,
    }


def test_a_pulse_before_the_termination_is_too_early_and_its_proof_is_on_the_timeline() -> None:
    found = Session().started().pulse(STOP).pulse(ON_STOP).ended().judged()
    (violation,) = found.violations
    assert violation.requirement == "STO-5"
    assert violation.expected == 'no pulse of "On Stop" before the connection "main" is terminated'
    proof = [found.timeline[number] for number in violation.evidence]
    assert [each.what for each in proof] == ["pulsed", "connection terminated"]
    assert found.timeline[0].what == "recording begins"
    assert [each.number for each in found.timeline] == list(range(len(found.timeline)))


def test_attributes_and_scopes_are_those_of_the_pulses() -> None:
    session = Session().started().pulse(ON_START, scope="Scene", attributes={"Enabled": False})
    assert session.broken() == ["NOD-2"]


def test_what_a_server_receives_is_compared_with_the_sends() -> None:
    values = {"Event Name": "e", "Message": "a"}
    event = {"namespace": "/", "event": "e", "ack": None}
    session = Session().started().pulse(SEND, values=values)
    session.server("event received", arguments='["b"]', **event)
    assert session.broken() == ["SND-2"]


def test_events_are_not_judged_if_no_send_is_reported() -> None:
    event = {"namespace": "/", "event": "e", "arguments": '["b"]', "ack": None}
    found = Session().started().server("event received", **event).judged()
    assert found.violations == ()
    assert found.notes[:1] == (
        'Events from the client were not judged: no pulse into a "Socket.IO Send" was reported.',
    )


def test_a_node_that_has_not_pulsed_can_be_reported() -> None:
    session = Session().pulse(ON_STOP, kind="exists").started().pulse(ON_STOP, kind="exists")
    found = session.judged()
    assert found.violations == ()
    assert found.pulses == {"Socket.IO Start": 1, "On Socket.IO Stop": 0}
    assert (
        session.pulse(START, scope="Scene").problem().problem.startswith("expected the same Scope")
    )


def test_a_reported_listener_that_never_pulses_is_a_violation_after_the_patience() -> None:
    session = Session().pulse(ON_STOP, kind="exists").started().pulse(ON_START)
    session.pulse(STOP).ended().later(20.0)
    assert session.broken() == ["STO-5"]
    assert session.broken(patience=30.0) == []


def test_a_node_is_not_accused_of_pulses_that_were_not_reported() -> None:
    session = Session().started().pulse(ON_START).pulse(STOP).ended().later(20.0)
    assert session.broken() == []
    assert session.judged().notes == (
        "Either only pulses into the node or only pulses out of it were reported for "
        '"Start", "Stop", so the two were not compared.',
    )


def test_the_pulses_into_a_node_are_compared_with_those_out_of_it() -> None:
    session = Session().started().pulse(ON_START).pulse(STOP).pulse(STOP, kind="output").ended()
    session.started(2).pulse(ON_START).pulse(STOP).ended(2).later(20.0)
    assert session.broken() == ["STO-3"]
    session = Session().started().pulse(STOP, kind="output").pulse(STOP)
    assert session.broken() == ["NOD-9"]


def test_a_pulse_of_a_log_is_put_at_its_time() -> None:
    session = Session().logged(START, 0.0).later().server("connection opened")
    session.server("namespace established", namespace="/").ended()
    session.logged(STOP, 0.25).logged(ON_STOP, 0.3)
    found = session.judged()
    assert [each.requirement for each in found.violations] == ["STO-5"]
    assert found.timeline[1].details["node"] == "Start"


@pytest.mark.parametrize(("at", "broken"), [(0.37, []), (0.35, ["STO-5"])])
def test_the_clock_of_a_log_may_differ_by_the_tolerance(at: float, broken: list[str]) -> None:
    session = Session().started().pulse(STOP).server("client leaves")
    session.at = 0.41
    session.server("connection terminated").logged(ON_STOP, at)
    assert session.broken() == broken
    assert session.broken(tolerance=0.1) == []


def test_a_pulse_of_a_log_is_ordered_so_that_a_clock_error_accuses_nobody() -> None:
    held = {"fault": "hold disconnects", "scope": "all connections"}
    session = Session().started().pulse(STOP).server("client leaves")
    session.server("fault applied", **held).server("fault ends", **held)
    session.server("connection terminated")
    before_the_release = 0.58
    assert session.logged(ON_STOP, before_the_release).broken(tolerance=0.15) == []
    values = {"Event Name": "e", "Message": "a"}
    event = {"namespace": "/", "event": "e", "arguments": '["a"]', "ack": None}
    session = Session().started().server("event received", **event).server("client leaves")
    assert session.logged(SEND, 0.31, values=values).broken() == []


def test_pulses_of_a_log_outside_of_the_recording_are_left_out() -> None:
    session = Session().started().server("client leaves")
    found = session.logged(ON_STOP, -1.0).logged(ON_STOP, 1.0).logged(STOP, 0.2).judged()
    assert found.notes[:1] == ("Pulses of the log before or after the recording were left out: 2.",)
    assert found.violations == ()


def test_a_pulse_whose_cause_may_be_missing_at_the_end_is_left_out() -> None:
    session = Session().started().pulse(STOP).server("client leaves").pulse(ON_STOP)
    assert session.broken() == ["STO-5"]
    session.later(-0.06)
    found = session.judged()
    assert found.violations == ()
    assert found.notes[0] == "Pulses right before the end of the recording were left out: 1."


def test_a_log_of_another_time_is_an_error() -> None:
    found = Session().started().logged(STOP, 3600.0).problem()
    assert found.problem == (
        "expected pulses between 2026-11-28T12:00:00.000+00:00 and 2026-11-28T12:00:00.300+00:00, "
        "the time of the recording; the first pulse of the log happened at "
        "2026-11-28T13:00:00.000+00:00"
    )
    in_milliseconds = Session().started().logged(STOP, 1000 * HEADER.began.timestamp())
    assert "(Unix seconds)" in in_milliseconds.problem().problem


def test_pulses_of_another_connection_are_not_judged() -> None:
    found = Session().started().pulse(ON_STOP, configuration="other").judged()
    assert found.violations == ()
    assert found.pulses == {"Socket.IO Start": 1}
    assert found.notes[0] == (
        'Pulses of nodes with another Configuration were not judged: "other".'
    )


@pytest.mark.parametrize(
    ("session", "words"),
    [
        (Session().server("connection opened"), "expected pulses of nodes; none was reported"),
        (
            Session().pulse(START, configuration="Main"),
            'expected pulses of nodes with the Configuration "main"; got "Main"',
        ),
        (
            Session().server("namespace established", namespace="/").pulse(ON_START),
            'expected a pulse into a "Socket.IO Start" node, because the server saw a connection',
        ),
        (
            Session().pulse(START).pulse(STOP, scope="Scene").pulse(STOP),
            "expected the same Scope in each report of the node \"Stop\"; got 'Scene' and "
            "'Project'",
        ),
    ],
)
def test_pulses_that_are_missing_or_contradict_each_other_are_an_error(
    session: Session, words: str
) -> None:
    found = session.problem()
    assert words in found.problem
    assert found.advice


def test_a_recording_that_was_cut_is_judged_up_to_there() -> None:
    lines = [*Session().started().lines, b'{"number":3,']
    found = judge(read(*lines))
    assert found.notes[0] == "The last line of the recording is incomplete. It was left out."
