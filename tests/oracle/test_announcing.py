"""Missing pulses of On Start and On Stop after the patience: STA-5, STA-8, STO-5, STO-9."""

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_START, ON_STOP, START, STOP, Recorded


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def started(*connections: str, **nodes: dict[str, str]) -> Recorded:
    return Recorded(*connections, **nodes).into(START).pulsed(START).established().pulsed(ON_START)


def stopped() -> Recorded:
    return started().into(STOP).pulsed(STOP).leaves().terminated().pulsed(ON_STOP)


def test_on_start_has_the_patience_to_pulse() -> None:
    timeline = Recorded().into(START).pulsed(START).established()
    assert broken(timeline.later(9)) == []
    (found,) = violations(timeline.later(2).entries)
    assert (found.requirement, found.expected, found.seen) == (
        "STA-5",
        '"On Socket.IO Start" of the connection "main" pulses after the connection is established',
        'the connection was established at 0.4000 s, but "On Socket.IO Start" had not pulsed by '
        "11.6000 s",
    )
    assert timeline.entries[found.evidence[0]].what == "namespace established"


def test_a_barrier_says_up_to_when_a_driver_has_reported_everything() -> None:
    timeline = Recorded().into(START).pulsed(START).established().synced()
    assert broken(timeline.later()) == [], "the pulse may still arrive"
    assert broken(timeline.synced()) == ["STA-5"]


def test_the_end_of_a_recording_says_it_without_a_driver() -> None:
    timeline = Recorded().into(START).pulsed(START).established()
    assert [found.requirement for found in violations(timeline.entries, end=20.0)] == ["STA-5"]


def test_the_patience_is_that_of_the_run() -> None:
    timeline = Recorded().into(START).pulsed(START).established().later(4)
    assert [found.requirement for found in violations(timeline.entries, patience=3.0)] == ["STA-5"]


def test_on_start_pulses_again_for_a_second_start() -> None:
    timeline = stopped().into(START).pulsed(START).established(connection=2).later()
    assert broken(timeline) == ["STA-8"]


def test_on_start_need_not_pulse_for_a_connection_that_came_back_by_itself() -> None:
    timeline = started().terminated().pulsed(ON_STOP).established(connection=2).later()
    assert broken(timeline) == []


def test_on_start_need_not_pulse_for_a_connection_that_ended_at_once() -> None:
    timeline = Recorded().into(START).pulsed(START).established().terminated().later()
    assert "STA-5" not in broken(timeline)


def test_on_start_need_not_pulse_for_a_connection_that_is_stopped_meanwhile() -> None:
    timeline = Recorded().into(START).pulsed(START).established().into(STOP).pulsed(STOP)
    assert broken(timeline.leaves().terminated().later()) == []


def test_on_start_pulses_again_for_a_start_after_a_loss() -> None:
    timeline = Recorded().into(START).pulsed(START).established().pulsed(ON_START).terminated()
    timeline.pulsed(ON_STOP).into(START).pulsed(START).established(connection=2).later()
    assert broken(timeline) == ["STA-5"]


def test_a_pulse_announces_the_latest_of_two_connections() -> None:
    # The first connection was stopped at once, so the runtime never announced it.
    timeline = Recorded().into(START).pulsed(START).into(STOP).pulsed(STOP)
    timeline.established().soon().leaves().soon().terminated().soon()
    timeline.into(START).soon().pulsed(START).soon().established(connection=2).soon()
    assert broken(timeline.pulsed(ON_START).later()) == []


def test_a_pulse_announces_what_happened_before_it() -> None:
    # A third connection is terminated right after the pulse, and is never announced.
    timeline = Recorded().into(START).pulsed(START).established().later().terminated()
    disable_on_start(timeline)
    timeline.pulsed(ON_STOP).soon().into(START).soon().pulsed(START).soon().into(STOP).soon()
    timeline.pulsed(STOP).soon().established(connection=2).soon().terminated(connection=2)
    assert broken(timeline.later()) == []


def disable_on_start(timeline: Recorded) -> None:
    for node in timeline.entries[0].details["params"]["project"]["logic"]["Project"]["nodes"]:
        if node["type"] == ON_START:
            node["attributes"]["Enabled"] = False


@pytest.mark.parametrize("fault", ["go silent", "withhold connect answer"])
def test_a_fault_that_delays_answers_keeps_on_start_back_until_it_ends(fault: str) -> None:
    timeline = Recorded().begins(fault).into(START).pulsed(START).established().later()
    assert broken(timeline) == []
    assert broken(timeline.ends(fault).later()) == ["STA-5"]


@pytest.mark.parametrize("fault", ["refuse connection", "half-open", "stop in mid-frame"])
def test_a_fault_that_loses_data_may_keep_on_start_back_forever(fault: str) -> None:
    timeline = Recorded().begins(fault).into(START).pulsed(START).established().later()
    assert broken(timeline.ends(fault).later()) == []


def test_on_stop_pulses_for_the_termination_that_stop_brings_about() -> None:
    timeline = started().into(STOP).pulsed(STOP).leaves().terminated()
    assert broken(timeline) == []
    (found,) = violations(timeline.later().entries)
    assert (found.requirement, found.seen) == (
        "STO-5",
        'the connection was terminated at 0.9000 s, but "On Socket.IO Stop" had not pulsed by '
        "12.0000 s",
    )


def test_on_stop_pulses_for_a_termination_by_the_server_or_the_network() -> None:
    by_server = started().server("namespace left", namespace="/", by="server").terminated()
    assert broken(by_server.later()) == ["STO-9"]
    assert broken(started().begins("cut").ends("cut").terminated().later()) == ["STO-9"]


def test_on_stop_pulses_for_the_second_loss_as_for_the_first() -> None:
    timeline = started().terminated().pulsed(ON_STOP).established(connection=2).pulsed(ON_START)
    assert broken(timeline.terminated(connection=2).later()) == ["STO-9"]


def test_on_stop_need_not_pulse_for_a_connection_that_the_runtime_may_not_have_known() -> None:
    assert "STO-9" not in broken(
        Recorded().into(START).pulsed(START).established().terminated().later()
    )


def test_one_listener_that_does_not_pulse_although_another_does_is_another_matter() -> None:
    timeline = started(second={"type": ON_STOP}).into(STOP).pulsed(STOP).leaves().terminated()
    assert broken(timeline.pulsed(ON_STOP).later()) == ["CFG-3"]
    timeline = Recorded(second={"type": ON_START})
    timeline.into(START).pulsed(START).established().pulsed(ON_START)
    assert broken(timeline.later()) == ["CFG-3"]


def test_a_listener_that_is_switched_off_announces_nothing() -> None:
    timeline = Recorded()
    nodes = timeline.entries[0].details["params"]["project"]["logic"]["Project"]["nodes"]
    for node in nodes[2:]:
        node["attributes"]["Enabled"] = False
    timeline.into(START).pulsed(START).established().later()
    assert broken(timeline.terminated().later()) == []


@pytest.mark.parametrize(("fault", "row"), [("port gone", "SET-4"), ("hold disconnects", "STO-13")])
def test_a_fault_of_another_server_is_no_excuse(fault: str, row: str) -> None:
    timeline = Recorded("main", "other").begins(fault, "other")
    assert broken(timeline.into(START).pulsed(START).established().later()) == [row]


def test_nothing_is_missing_once_the_driver_has_failed_or_closed_the_project() -> None:
    timeline = Recorded().into(START).pulsed(START).established()
    failed = timeline.append("driver", "fault", message="the driver exited").later()
    assert broken(failed) == []
