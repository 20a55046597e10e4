"""Connections that Stop has not ended within the patience: STO-2, STO-10, STO-11, STA-9, CFG-3."""

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_START, ON_STOP, START, STOP, Recorded


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def started(*connections: str) -> Recorded:
    return Recorded(*connections).into(START).pulsed(START).established().pulsed(ON_START)


def starting() -> Recorded:
    timeline = Recorded().into(START).pulsed(START)
    return timeline.server("connection opened", transport="websocket")


def test_stop_ends_the_open_connection() -> None:
    timeline = started().into(STOP).pulsed(STOP)
    assert broken(timeline) == []
    (found,) = violations(timeline.later().entries)
    assert (found.requirement, found.expected, found.seen) == (
        "STO-2",
        'the connection "main" is terminated after the Stop at 0.6000 s',
        "the server did not see the client leave",
    )


def test_a_client_that_leaves_and_stays_connected_has_not_ended_it() -> None:
    (found,) = violations(started().into(STOP).pulsed(STOP).leaves().later().entries)
    assert (found.requirement, found.seen) == (
        "STO-2",
        "the server saw the client leave, but the connection was not terminated",
    )


@pytest.mark.parametrize("fault", ["hold disconnects", "delay FIN", "go silent"])
def test_a_server_that_holds_the_disconnect_excuses_it(fault: str) -> None:
    timeline = started().begins(fault).into(STOP).pulsed(STOP).leaves().later()
    assert broken(timeline) == []
    assert "STO-2" in broken(timeline.ends(fault).later())


def test_a_start_that_follows_at_once_excuses_it() -> None:
    assert broken(started().into(STOP).pulsed(STOP).into(START).pulsed(START).later()) == []


def test_stop_ends_a_connection_that_is_being_established() -> None:
    timeline = starting().into(STOP).pulsed(STOP)
    assert broken(timeline) == []
    assert broken(timeline.later()) == ["STO-11"]


def test_stop_leaves_no_orphan_that_is_opened_after_it() -> None:
    timeline = Recorded().into(START).pulsed(START).into(STOP).pulsed(STOP)
    (found,) = violations(timeline.established().later().entries)
    assert (found.requirement, found.seen) == (
        "STO-11",
        "the connection was opened at 0.5000 s, and not terminated",
    )


def test_stop_ends_a_start_that_comes_to_nothing() -> None:
    assert broken(starting().into(STOP).pulsed(STOP).terminated().later()) == []


def test_stop_ends_a_connection_that_was_lost_and_came_back() -> None:
    timeline = started().terminated().pulsed(ON_STOP).established(connection=2).pulsed(ON_START)
    assert broken(timeline.into(STOP).pulsed(STOP).later()) == ["STO-10"]


def test_stop_ends_both_connections_if_there_are_two() -> None:
    timeline = started().into(START).pulsed(START).established(connection=2)
    timeline.into(STOP).pulsed(STOP).leaves(connection=2).terminated(connection=2).pulsed(ON_STOP)
    assert set(broken(timeline.later())) == {"STA-9"}


def test_an_own_stop_explains_the_end_although_on_start_was_reported_after_it() -> None:
    timeline = Recorded("main", "other").into(START).pulsed(START).established()
    timeline.into(STOP).pulsed(STOP).into(f"{START} (other)").established("other")
    timeline.pulsed(f"{ON_START} (other)").pulsed(ON_START).into(f"{STOP} (other)")
    assert broken(timeline.leaves()) == []


def test_stop_ends_one_of_two_connections_that_have_one_server() -> None:
    timeline = sharing().into(STOP).pulsed(STOP)
    (found,) = violations(timeline.later().entries)
    assert (found.requirement, found.expected, found.seen) == (
        "STO-2",
        'a connection to the server of "main" is terminated after the Stop at 1.1000 s',
        "the server did not see any client leave",
    )


def test_either_of_two_connections_that_have_one_server_may_be_the_one_that_stop_ends() -> None:
    timeline = sharing().into(STOP).pulsed(STOP).leaves(connection=2)
    assert broken(timeline.later()) == []


def test_stop_may_end_nothing_if_one_of_two_connections_to_one_server_is_open() -> None:
    timeline = Recorded("main", "other").sharing_a_server().into(START).pulsed(START)
    timeline.established().pulsed(ON_START).into(f"{STOP} (other)").pulsed(f"{STOP} (other)")
    assert broken(timeline.later()) == []


def sharing() -> Recorded:
    """Return a timeline on which "main" and "other" have one server, and both are open."""
    timeline = started("main", "other").sharing_a_server()
    timeline.into(f"{START} (other)").pulsed(f"{START} (other)").established(connection=2)
    return timeline.pulsed(f"{ON_START} (other)")


@pytest.mark.parametrize(("fault", "rows"), [("hold disconnects", ["STO-2"]), ("go silent", [])])
def test_a_held_disconnect_does_not_hide_that_the_client_stays(fault: str, rows: list[str]) -> None:
    timeline = started().begins(fault).into(STOP).pulsed(STOP)
    assert broken(timeline.later()) == rows


def test_stop_ends_no_other_connection() -> None:
    timeline = started("main", "other").into("Socket.IO Stop (other)")
    assert broken(timeline.leaves()) == ["CFG-3"]


def test_a_client_may_leave_when_its_server_had_a_fault() -> None:
    timeline = started("main", "other").begins("go silent").into("Socket.IO Stop (other)")
    assert broken(timeline.leaves()) == []


def test_a_start_that_came_right_before_a_stop_over_a_link_may_be_executed_after_it() -> None:
    timeline = Recorded(**{"on error": {"type": "On Socket.IO Error"}}).link("on error", STOP)
    timeline.into(START).pulsed(START).server("connection opened", transport="websocket")
    timeline.terminated().into(START).soon().pulsed("on error").soon().pulsed(STOP).soon()
    timeline.pulsed(START).established(connection=2).pulsed(ON_START)
    assert broken(timeline.later()) == []
