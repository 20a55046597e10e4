"""ERR-2 and ERR-3, on timelines written by hand."""

import pytest

from pulsecheck.oracle.rules import violations
from recorded import START, STOP, Recorded

LISTENER = {"type": "On Socket.IO Error"}


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def refused(message: str = "no entry", namespace: str = "/", **nodes: dict[str, str]) -> Recorded:
    timeline = Recorded(listener={**LISTENER}, **nodes).begins("refuse connection")
    timeline.into(START).pulsed(START).reached()
    timeline.server("connection opened", transport="websocket")
    return timeline.refused(message, namespace)


def test_on_error_gives_the_namespace_and_the_message_of_a_refusal() -> None:
    timeline = refused().pulsed("listener", Namespace="/", Message="no entry")
    assert broken(timeline.later()) == []


@pytest.mark.parametrize(
    "values",
    [{"Namespace": "/chat", "Message": "no entry"}, {"Namespace": "/", "Message": "refused"}],
)
def test_on_error_gives_exactly_these(values: dict[str, str]) -> None:
    (found,) = violations(refused().pulsed("listener", **values).later().entries)
    assert (found.requirement, found.expected) == (
        "ERR-2",
        'an "On Socket.IO Error" of the connection "main" gives the Namespace "/" and the '
        'Message "no entry"',
    )


def test_on_error_has_the_patience_to_pulse() -> None:
    assert broken(refused()) == []
    assert broken(refused().later()) == ["ERR-2"]


def test_any_message_will_do_for_a_refusal_without_one() -> None:
    timeline = refused("").pulsed("listener", Namespace="/", Message="whatever")
    assert broken(timeline.later()) == []
    assert broken(refused("").later()) == ["ERR-2"]


def test_each_new_message_is_given() -> None:
    timeline = refused().pulsed("listener", Namespace="/", Message="no entry")
    assert broken(timeline.refused("no entry").later()) == [], "the runtime may have tried again"
    assert broken(timeline.refused("still no entry").later()) == ["ERR-2"]


def test_a_start_that_is_taken_back_gives_no_error() -> None:
    assert "ERR-2" not in broken(refused().into(STOP).pulsed(STOP).terminated().later())


def test_one_listener_that_does_not_pulse_although_another_does_is_another_matter() -> None:
    timeline = refused(second={**LISTENER}).pulsed("listener", Namespace="/", Message="no entry")
    assert broken(timeline.later()) == ["CFG-3"]


def unreachable(fault: str) -> Recorded:
    timeline = Recorded(listener={**LISTENER}).begins(fault).into(START).pulsed(START)
    return timeline.reached()


@pytest.mark.parametrize(
    "fault", ["port gone", "never answer", "withhold connect answer", "go silent"]
)
def test_an_unreachable_server_gives_an_error_within_30_seconds(fault: str) -> None:
    assert broken(unreachable(fault).later(29)) == []
    (found,) = violations(unreachable(fault).later(31).entries)
    assert (found.requirement, found.seen) == (
        "ERR-3",
        'no "On Socket.IO Error" has pulsed since the Start at 0.2000 s, and the server did not '
        "answer",
    )
    in_time = unreachable(fault).later(25).pulsed("listener", Namespace="/", Message="timeout")
    assert broken(in_time.later(31)) == []


def test_a_server_that_comes_back_in_time_gives_no_error() -> None:
    timeline = unreachable("never answer").later(25).ends("never answer")
    assert "ERR-3" not in broken(timeline.later(31))


def test_a_start_that_is_stopped_meanwhile_gives_no_error() -> None:
    assert broken(unreachable("never answer").into(STOP).pulsed(STOP).later(31)) == []
