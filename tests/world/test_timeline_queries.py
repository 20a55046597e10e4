from typing import Any

import pytest

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import TransportUse
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.expectations import NotConforming, Violation, Watch
from pulsecheck.world.timeline_queries import (
    duration,
    established_connections,
    event_summary,
    find_other_transport,
    open_connections,
    pulse_summary,
    pulse_values,
    pulses,
    reported_errors,
    server_entries,
)


def entry(number: int, at: float, what: str, **details: Any) -> Entry:
    return Entry(number=number, at=at, source="test", what=what, details=details)


def pulse(at: float, node: str = "On Stop") -> Entry:
    return entry(0, at, DriverOccurrence.PULSED, node=node)


def ended(at: float, server: str = "main") -> Entry:
    return entry(0, at, Occurrence.TERMINATED, server=server, connection=1)


def test_pulses_are_selected_by_their_node() -> None:
    entries = (pulse(1.0, "A"), pulse(2.0, "B"))
    assert pulses(entries, "B") == (pulse(2.0, "B"),)
    assert pulses(entries) == entries


def test_an_error_without_a_node_counts_for_every_node() -> None:
    anonymous = entry(0, 1.0, DriverOccurrence.RUNTIME_ERROR, node=None)
    other = entry(0, 1.0, DriverOccurrence.RUNTIME_ERROR, node="B")
    assert reported_errors((anonymous, other), "A") == (anonymous,)


def test_entries_of_a_server_are_selected_by_their_details() -> None:
    entries = (ended(1.0), ended(2.0, server="other"))
    assert server_entries(entries, "main", Occurrence.TERMINATED, connection=1) == (ended(1.0),)
    assert server_entries(entries, "main", Occurrence.TERMINATED, connection=2) == ()


def test_a_connection_that_was_not_terminated_is_open() -> None:
    entries = (
        entry(0, 1.0, Occurrence.OPENED, server="main", connection=1),
        entry(0, 1.0, Occurrence.OPENED, server="main", connection=2),
        ended(2.0),
    )
    assert open_connections(entries, "main") == (2,)


def test_a_connection_is_established_with_its_first_namespace() -> None:
    def answered(connection: int, namespace: str, server: str = "main") -> Entry:
        what = Occurrence.ESTABLISHED
        return entry(0, 1.0, what, server=server, connection=connection, namespace=namespace)

    entries = (answered(2, "/chat"), answered(2, "/"), answered(1, "/"), answered(3, "/", "other"))
    assert established_connections(entries, "main") == (2, 1)


def test_the_values_of_a_pulse_are_its_data_outputs() -> None:
    seen = entry(0, 1.0, DriverOccurrence.PULSED, node="Receive", values={"Message": "hello"})
    assert pulse_values(seen) == {"Message": "hello"}


def test_the_event_summary_shows_the_first_events() -> None:
    def event(name: str) -> Entry:
        what, arguments = Occurrence.EVENT_RECEIVED, '["x"]'
        return entry(0, 1.0, what, server="main", namespace="/", event=name, arguments=arguments)

    assert event_summary((), "main") == "no event"
    assert event_summary((event("a"),), "main") == '"a" in the namespace "/" with ["x"]'
    assert event_summary(tuple(event(str(n)) for n in range(7)), "main").endswith(" and 2 more")


def test_the_pulse_summary_names_the_nodes_that_pulsed() -> None:
    assert pulse_summary((pulse(1.0, "A"), pulse(2.5, "B"))) == (
        'pulses so far: "A" at 1.0000 s, "B" at 2.5000 s'
    )
    assert pulse_summary(()) == "no node has pulsed"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0026, "2.6 ms"), (0.9, "900.0 ms"), (1.25, "1.2 s")]
)
def test_a_duration_is_in_milliseconds_below_one_second(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_watch_raises_what_was_expected_and_seen() -> None:
    watch = Watch("silence", lambda entries: Violation("a pulse", entries) if entries else None)
    watch.check(())
    found = pulse(1.0)
    with pytest.raises(NotConforming, match="expected: silence\nseen: a pulse") as error:
        watch.check((found,))
    assert error.value.evidence == (found.number,)


WEBSOCKET, UPGRADED, POLLING = TransportUse


def opened(connection: int, transport: str) -> Entry:
    details = {"connection": connection, "transport": transport}
    return entry(0, 0.0, Occurrence.OPENED, server="main", **details)


def upgraded(connection: int) -> Entry:
    return entry(0, 0.0, Occurrence.UPGRADED, server="main", connection=connection)


@pytest.mark.parametrize(
    ("entries", "others"),
    [
        ((), (None, None, None)),
        ((opened(1, "websocket"),), (None, WEBSOCKET, WEBSOCKET)),
        # A connection that begins with long-polling may still be upgraded.
        ((opened(1, "polling"),), (POLLING, None, None)),
        ((opened(1, "polling"), upgraded(1)), (UPGRADED, None, UPGRADED)),
        ((opened(1, "websocket"), opened(2, "polling")), (POLLING, WEBSOCKET, WEBSOCKET)),
    ],
)
def test_another_transport_is_found(
    entries: tuple[Entry, ...], others: tuple[TransportUse | None, ...]
) -> None:
    found = tuple(find_other_transport(entries, "main", asked) for asked in TransportUse)
    assert found == others
    assert find_other_transport(entries, "other", POLLING) is None
