"""STA-5 to STA-7 and STO-10, on timelines written by hand."""

from pulsecheck.oracle.rules import violations
from recorded import ON_START, ON_STOP, START, STOP, Recorded


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def test_a_pulse_after_the_establishment_is_right() -> None:
    assert broken(Recorded().into(START).pulsed(START).established().pulsed(ON_START)) == []


def test_a_pulse_before_the_establishment_is_too_early() -> None:
    timeline = Recorded().into(START).pulsed(ON_START).established()
    (found,) = violations(timeline.entries)
    assert (found.requirement, found.seen) == (
        "STA-5",
        "it pulsed at 0.2000 s, 200.0 ms before the connection was established",
    )


def test_a_second_pulse_for_one_establishment_is_one_too_many() -> None:
    timeline = Recorded().into(START).established().pulsed(ON_START).pulsed(ON_START)
    assert broken(timeline) == ["STA-6"]


def test_a_connection_that_was_refused_pulses_nothing() -> None:
    timeline = Recorded().into(START).server("connection opened", transport="websocket")
    timeline.server("namespace refused", namespace="/", message="no").pulsed(ON_START)
    assert broken(timeline) == ["STA-5", "STA-7"]


def test_a_second_establishment_is_announced_again() -> None:
    timeline = Recorded().into(START).established().pulsed(ON_START)
    timeline.into(STOP).leaves().terminated().pulsed(ON_STOP)
    assert broken(timeline.into(START).established(connection=2).pulsed(ON_START)) == []


def stopped() -> Recorded:
    timeline = Recorded().into(START).established().pulsed(ON_START)
    return timeline.into(STOP).leaves().terminated().pulsed(ON_STOP)


def test_nothing_comes_back_after_stop() -> None:
    assert broken(stopped().established(connection=2)) == ["STO-10"]


def test_a_connection_comes_back_after_stop_if_start_asks_for_it() -> None:
    assert broken(stopped().into(START).established(connection=2)) == []


def test_a_link_to_start_asks_for_it_as_well() -> None:
    timeline = Recorded().link(ON_STOP, START).into(START).established().pulsed(ON_START)
    timeline.into(STOP).leaves().terminated().pulsed(ON_STOP)
    assert broken(timeline.established(connection=2).pulsed(ON_START)) == []


def test_a_lost_connection_may_come_back() -> None:
    timeline = Recorded().into(START).established().pulsed(ON_START).terminated().pulsed(ON_STOP)
    assert broken(timeline.established(connection=2).pulsed(ON_START)) == []
