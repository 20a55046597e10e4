from typing import Any

import pytest

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.expectations import NotConforming, Violation, Watch
from pulsecheck.world.timeline_queries import (
    errors,
    established,
    event_messages,
    left_open,
    premature,
    pulse_values,
    pulses,
    served,
    summary,
)

TOLERANCE = 0.05


def entry(number: int, at: float, what: str, **details: Any) -> Entry:
    return Entry(number=number, at=at, source="test", what=what, details=details)


def pulse(at: float, node: str = "On Stop") -> Entry:
    return entry(0, at, DriverOccurrence.PULSED, node=node)


def ended(at: float, server: str = "main") -> Entry:
    return entry(0, at, Occurrence.TERMINATED, server=server, connection=1)


def early(*entries: Entry) -> Entry | None:
    return premature(entries, "On Stop", "main", Occurrence.TERMINATED, TOLERANCE)


def test_a_pulse_without_a_termination_is_premature() -> None:
    assert early(pulse(1.0)) == pulse(1.0)


def test_a_pulse_after_the_termination_is_right() -> None:
    assert early(ended(1.0), pulse(1.001)) is None


def test_a_pulse_as_long_before_the_termination_as_two_processes_may_differ_is_right() -> None:
    assert early(pulse(1.0), ended(1.0 + TOLERANCE)) is None


def test_a_pulse_longer_before_the_termination_is_premature() -> None:
    assert early(pulse(1.0), ended(1.051)) == pulse(1.0)


def test_a_second_pulse_for_one_termination_is_not_premature_but_one_too_many() -> None:
    assert early(ended(1.0), pulse(1.1), pulse(1.2)) is None


def test_a_second_pulse_before_the_second_termination_is_premature() -> None:
    assert early(ended(1.0), pulse(1.1), pulse(1.2), ended(2.0)) == pulse(1.2)


def test_the_termination_of_another_server_does_not_count() -> None:
    assert early(ended(1.0, server="other"), pulse(1.1)) == pulse(1.1)


def test_the_pulse_of_another_node_does_not_count() -> None:
    assert early(pulse(1.0, node="Stop")) is None


def test_the_answer_for_another_namespace_establishes_nothing() -> None:
    answers = entry(0, 0.5, Occurrence.ESTABLISHED, server="main", namespace="/chat")
    seen = (answers, pulse(1.0))
    assert premature(seen, "On Stop", "main", Occurrence.ESTABLISHED, TOLERANCE) == pulse(1.0)


def test_pulses_are_found_by_their_node() -> None:
    entries = (pulse(1.0, "A"), pulse(2.0, "B"))
    assert pulses(entries, "B") == (pulse(2.0, "B"),)
    assert pulses(entries) == entries


def test_an_error_for_no_node_in_particular_counts_for_every_node() -> None:
    anonymous = entry(0, 1.0, DriverOccurrence.RUNTIME_ERROR, node=None)
    other = entry(0, 1.0, DriverOccurrence.RUNTIME_ERROR, node="B")
    assert errors((anonymous, other), "A") == (anonymous,)


def test_what_a_server_saw_is_found_by_its_details() -> None:
    entries = (ended(1.0), ended(2.0, server="other"))
    assert served(entries, "main", Occurrence.TERMINATED, connection=1) == (ended(1.0),)
    assert served(entries, "main", Occurrence.TERMINATED, connection=2) == ()


def test_a_connection_that_was_not_terminated_is_left_open() -> None:
    entries = (
        entry(0, 1.0, Occurrence.OPENED, server="main", connection=1),
        entry(0, 1.0, Occurrence.OPENED, server="main", connection=2),
        ended(2.0),
    )
    assert left_open(entries, "main") == (2,)


def test_a_connection_is_established_with_its_first_namespace() -> None:
    def answered(connection: int, namespace: str, server: str = "main") -> Entry:
        what = Occurrence.ESTABLISHED
        return entry(0, 1.0, what, server=server, connection=connection, namespace=namespace)

    entries = (answered(2, "/chat"), answered(2, "/"), answered(1, "/"), answered(3, "/", "other"))
    assert established(entries, "main") == (2, 1)


def test_the_values_of_a_pulse_are_read() -> None:
    seen = entry(0, 1.0, DriverOccurrence.PULSED, node="Receive", values={"Message": "hello"})
    assert pulse_values(seen) == {"Message": "hello"}


def test_the_events_that_a_server_received_are_told_in_a_few_words() -> None:
    def event(name: str) -> Entry:
        what, arguments = Occurrence.EVENT_RECEIVED, '["x"]'
        return entry(0, 1.0, what, server="main", namespace="/", event=name, arguments=arguments)

    assert event_messages((), "main") == "no event"
    assert event_messages((event("a"),), "main") == """"a" in "/" with '["x"]'"""
    assert event_messages(tuple(event(str(n)) for n in range(7)), "main").endswith(" and 2 more")


def test_a_summary_names_the_nodes_that_pulsed() -> None:
    assert summary((pulse(1.0, "A"), pulse(2.5, "B"))) == (
        'pulses so far: "A" at 1.000 s, "B" at 2.500 s'
    )
    assert summary(()) == "no node has pulsed"


def test_a_watch_says_what_was_expected_and_seen() -> None:
    watch = Watch("silence", lambda entries: Violation("a pulse", entries) if entries else None)
    watch.check(())
    found = pulse(1.0)
    with pytest.raises(NotConforming, match="expected: silence\nseen: a pulse") as error:
        watch.check((found,))
    assert error.value.evidence == (found.number,)
