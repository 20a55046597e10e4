"""STO-5, STO-7, STO-8 and CFG-3 for On Socket.IO Stop, on timelines written by hand."""

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_START, ON_STOP, START, STOP, Recorded

SECOND = {"type": ON_STOP}


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def started(*connections: str, **nodes: dict[str, str]) -> Recorded:
    return Recorded(*connections, **nodes).into(START).established().pulsed(ON_START)


def test_a_pulse_after_the_termination_is_right() -> None:
    timeline = started().into(STOP).pulsed(STOP).leaves().terminated().pulsed(ON_STOP)
    assert broken(timeline) == []


def test_a_pulse_before_the_termination_is_too_early() -> None:
    timeline = started().into(STOP).leaves().pulsed(ON_STOP).terminated()
    (found,) = violations(timeline.entries)
    assert found.requirement == "STO-5"
    assert found.expected == (
        'no pulse of "On Socket.IO Stop" before the connection "main" is terminated'
    )
    assert found.seen == "it pulsed at 0.7000 s, 100.0 ms before the connection was terminated"
    assert [timeline.entries[number].what for number in found.evidence] == [
        "pulsed",
        "connection terminated",
    ]


def test_a_pulse_for_a_connection_that_is_never_terminated_is_too_early() -> None:
    timeline = started().into(STOP).leaves().held().pulsed(ON_STOP)
    (found,) = violations(timeline.entries)
    assert (found.requirement, found.seen) == (
        "STO-5",
        "it pulsed at 0.8000 s, and the connection was not terminated",
    )


def test_two_reports_of_one_moment_may_change_places() -> None:
    timeline = started().into(STOP).leaves().pulsed(ON_STOP).soon().terminated()
    assert broken(timeline) == []


def test_a_pulse_before_a_held_disconnect_is_released_is_early_however_little() -> None:
    timeline = started().into(STOP).leaves().held().pulsed(ON_STOP)
    timeline.soon().released().soon().terminated()
    assert broken(timeline) == ["STO-5"]


def test_a_pulse_before_the_second_termination_is_early_although_the_first_is_over() -> None:
    timeline = started().into(STOP).leaves().terminated().pulsed(ON_STOP)
    timeline.into(START).established(connection=2).pulsed(ON_START)
    timeline.into(STOP).leaves(connection=2).pulsed(ON_STOP).terminated(connection=2)
    assert broken(timeline) == ["STO-5"]


def test_a_pulse_before_the_termination_is_early_whoever_ends_the_connection() -> None:
    timeline = started().server("namespace left", namespace="/", by="server")
    timeline.pulsed(ON_STOP).terminated()
    assert broken(timeline) == ["STO-5"]


def test_the_second_listener_is_judged_as_the_first() -> None:
    timeline = started(second=SECOND).into(STOP).leaves().pulsed("second")
    timeline.terminated().pulsed(ON_STOP)
    assert broken(timeline) == ["STO-5"]


def test_a_second_pulse_for_one_termination_is_one_too_many() -> None:
    timeline = started().into(STOP).leaves().terminated().pulsed(ON_STOP).pulsed(ON_STOP)
    assert broken(timeline) == ["STO-7"]


def test_a_pulse_while_nothing_ends_the_connection_is_wrong() -> None:
    assert broken(started().pulsed(ON_STOP)) == ["STO-8"]


def test_a_pulse_before_anything_was_started_is_wrong() -> None:
    assert broken(Recorded().pulsed(ON_STOP)) == ["STO-8"]


def test_a_start_that_established_nothing_may_be_announced() -> None:
    timeline = Recorded().into(START).server("connection opened", transport="websocket")
    timeline.server("namespace refused", namespace="/", message="no").pulsed(ON_STOP)
    assert broken(timeline) == []
    assert broken(timeline.pulsed(ON_STOP)) == ["STO-8"]


def test_a_second_start_of_one_connection_is_no_start_that_established_nothing() -> None:
    timeline = Recorded().into(START).into(START).established().pulsed(ON_START)
    assert broken(timeline.into(STOP).leaves().pulsed(ON_STOP).terminated()) == ["STO-5"]


def test_a_start_that_was_stopped_before_it_established_anything_may_be_announced() -> None:
    timeline = Recorded().into(START).into(STOP).pulsed(ON_STOP)
    assert broken(timeline) == []


def test_a_start_that_established_nothing_is_announced_before_the_next_one_is() -> None:
    timeline = Recorded().into(START).into(STOP).into(START).established().pulsed(ON_START)
    assert broken(timeline.into(STOP).leaves().pulsed(ON_STOP).terminated()) == ["STO-5"]


def test_a_lost_connection_that_came_back_is_announced_late_and_once() -> None:
    timeline = started().terminated().established(connection=2).pulsed(ON_STOP).pulsed(ON_START)
    assert broken(timeline) == []


def test_the_end_of_another_connection_is_none_of_its_business() -> None:
    timeline = started("main", "other")
    timeline.into("Socket.IO Start (other)").established("other").pulsed(
        "On Socket.IO Start (other)"
    )
    timeline.into(STOP).leaves().terminated().pulsed(ON_STOP).pulsed("On Socket.IO Stop (other)")
    assert broken(timeline) == ["CFG-3"]


def test_what_comes_after_the_project_was_closed_is_not_judged() -> None:
    timeline = started().append("driver", "request", method="project/close", id=9, params={})
    assert broken(timeline.pulsed(ON_STOP)) == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://[", "http://127.0.0.1:99999"])
def test_nothing_is_judged_where_the_documentation_leaves_open_which_server_is_meant(
    url: str,
) -> None:
    timeline = started()
    timeline.entries[0].details["params"]["project"]["connections"][0]["url"] = url
    assert broken(timeline.pulsed(ON_STOP)) == []


def test_a_pulse_after_a_stop_with_nothing_open_is_not_documented() -> None:
    timeline = Recorded().into(STOP).pulsed(STOP).pulsed(ON_STOP)
    (found,) = violations(timeline.entries)
    assert (found.requirement, found.seen) == (
        "STO-12",
        "it pulsed at 0.3000 s, although the connection had not been established, after a Stop "
        "with nothing open",
    )


def test_a_stop_with_nothing_open_does_not_explain_a_pulse_in_an_open_connection() -> None:
    timeline = Recorded().into(STOP).pulsed(STOP).into(START).established().pulsed(ON_START)
    assert broken(timeline.pulsed(ON_STOP)) == ["STO-8"]


def test_a_later_fault_does_not_excuse_an_early_pulse() -> None:
    timeline = started().server("namespace left", "main", 1, namespace="/", by="server")
    timeline.into(START).leaves().pulsed(ON_STOP).terminated()
    timeline.into(START).established(connection=2).pulsed(ON_START).begins("cut").ends("cut")
    timeline.terminated(connection=2).pulsed(ON_STOP)
    assert broken(timeline) == ["STO-5"]


def test_a_start_that_was_given_up_excuses_no_early_pulse() -> None:
    timeline = started().server("namespace left", namespace="/", by="server").into(START)
    timeline.into(STOP).leaves().pulsed(ON_STOP).terminated()
    assert broken(timeline) == ["STO-5"]
