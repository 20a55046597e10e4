"""The opening of connections: STA-2, STA-8, STA-9, NOD-2, NOD-3, NOD-9, CFG-3 and SET-4."""

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_START, ON_STOP, START, STOP, Recorded


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def started(*connections: str) -> Recorded:
    return Recorded(*connections).into(START).pulsed(START).established().pulsed(ON_START)


def stopped() -> Recorded:
    return started().into(STOP).pulsed(STOP).leaves().terminated().pulsed(ON_STOP)


def test_start_opens_the_connection() -> None:
    timeline = Recorded().into(START).pulsed(START)
    assert broken(timeline) == []
    (found,) = violations(timeline.later().entries)
    assert (found.requirement, found.expected, found.seen) == (
        "STA-2",
        'the connection "main" is established after its Socket.IO Start is executed',
        "it was not established after the Start at 0.1000 s",
    )


def test_start_opens_it_again_after_a_completed_stop() -> None:
    assert broken(stopped().into(START).pulsed(START).later()) == ["STA-8"]
    assert (
        broken(
            stopped().into(START).pulsed(START).established(connection=2).pulsed(ON_START).later()
        )
        == []
    )


def test_start_opens_it_again_after_its_server_ended_it() -> None:
    lost = started().terminated().pulsed(ON_STOP).into(START).pulsed(START)
    assert broken(lost.later()) == ["STA-2"]


def test_start_may_be_ignored_until_on_stop_has_pulsed() -> None:
    timeline = started().into(STOP).pulsed(STOP).leaves().terminated()
    assert broken(timeline.into(START).pulsed(START).pulsed(ON_STOP).later()) == []


def test_a_start_that_is_taken_back_opens_nothing() -> None:
    assert broken(Recorded().into(START).pulsed(START).into(STOP).later()) == []


def test_a_start_that_was_refused_opens_nothing() -> None:
    assert broken(Recorded().into(START).answered(ok=False).later()) == []


def test_a_server_that_does_not_answer_is_reached_nevertheless() -> None:
    timeline = Recorded().begins("never answer").into(START).pulsed(START)
    assert broken(timeline.later()) == ["STA-2"]
    timeline = Recorded().begins("never answer").into(START).pulsed(START)
    assert broken(timeline.reached().later()) == []


def test_a_start_that_failed_need_not_succeed_once_the_server_accepts_it() -> None:
    timeline = Recorded().begins("refuse connection").into(START).pulsed(START).reached()
    assert broken(timeline.ends("refuse connection").later()) == []


def test_a_server_that_is_gone_cannot_be_reached() -> None:
    assert broken(Recorded().begins("port gone").into(START).pulsed(START).later()) == []


@pytest.mark.parametrize(
    "url", ["http://pulsecheck.invalid:8000", "https://127.0.0.1:8000", "http://127.0.0.1:8000/a"]
)
def test_an_address_that_may_lead_elsewhere_is_not_judged(url: str) -> None:
    timeline = Recorded().into(START).pulsed(START)
    timeline.entries[0].details["params"]["project"]["connections"][0]["url"] = url
    assert broken(timeline.later()) == []


def test_another_server_that_is_gone_keeps_nothing_back() -> None:
    timeline = Recorded("main", "other").begins("port gone", "other").into(START).pulsed(START)
    assert broken(timeline.later()) == ["SET-4"]


def test_nothing_opens_without_a_start() -> None:
    assert broken(Recorded().established()) == ["NOD-9"]


def test_the_start_of_another_connection_opens_nothing() -> None:
    timeline = Recorded("main", "other").into("Socket.IO Start (other)")
    assert broken(timeline.established()) == ["CFG-3"]


@pytest.mark.parametrize(
    ("attribute", "value", "row"),
    [("Enabled", False, "NOD-2"), ("Pulse Pass Through", True, "NOD-3")],
)
def test_a_start_that_is_not_evaluated_opens_nothing(attribute: str, value: bool, row: str) -> None:
    timeline = Recorded()
    project = timeline.entries[0].details["params"]["project"]
    project["logic"]["Project"]["nodes"][0]["attributes"][attribute] = value
    assert broken(timeline.into(START).later()) == []
    assert broken(timeline.established()) == [row]


def test_a_second_start_opens_no_second_connection() -> None:
    timeline = started().into(START).pulsed(START)
    assert broken(timeline) == []
    (found,) = violations(timeline.established(connection=2).entries)
    assert (found.requirement, found.expected) == (
        "STA-9",
        'at most one connection "main" is open at a time',
    )


def test_a_connection_that_ends_may_be_replaced() -> None:
    timeline = started().into(START).pulsed(START).leaves().established(connection=2)
    assert broken(timeline) == []


def sharing() -> Recorded:
    return Recorded("main", "other").sharing_a_server().into(START).pulsed(START)


def test_start_reaches_the_server_of_two_connections() -> None:
    assert broken(sharing().later()) == ["STA-2"]
    assert broken(sharing().reached().later()) == []


def test_start_may_not_reach_the_server_of_two_connections_that_is_gone() -> None:
    timeline = Recorded("main", "other").sharing_a_server().begins("port gone")
    assert broken(timeline.into(START).pulsed(START).later()) == []
