"""On Socket.IO Receive executes only for events that servers sent: RCV-2, RCV-3, SUB-7, CFG-3."""

import json
from collections.abc import Iterator

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.project_history import ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.violation import FactViolation, fact
from pulsecheck.shared.timeline import Entry

ON_RECEIVE = "On Socket.IO Receive"
NAMESPACE, EVENT, MESSAGE = "Namespace", "Trigger Name", "Message"


def on_receive_executes_for_events(history: ProjectHistory) -> Iterator[FactViolation]:
    """Each pulse of a listener gives an event that the server sent. No event is given twice."""
    for connection, listener in history.each_listener(ON_RECEIVE):
        yield from _unsent(history, listener, connection)


def _unsent(
    history: ProjectHistory, listener: HistoryNode, connection: str
) -> Iterator[FactViolation]:
    left = list(sent_by(history, connection))
    used: list[Entry] = []
    for pulse in history.pulses[listener.name]:
        latest = pulse.at + history.tolerance
        found = next((each for each in left if each.at <= latest and gives(pulse, each)), None)
        if found is not None:
            left.remove(found)
            used.append(found)
        elif any(gives(pulse, event) for event in used):
            yield fact(
                "SUB-7" if _is_subscribed_twice(history, connection, pulse) else "RCV-3",
                f'"{listener.name}" pulses once for each event',
                f"it pulsed again at {pulse.at:.4f} s, with {_given(pulse)}",
                pulse,
            )
        else:
            came = [event for event in left if event.at <= latest]
            yield _wrong(history, listener, connection, pulse, came)


def _is_subscribed_twice(history: ProjectHistory, connection: str, pulse: Entry) -> bool:
    """Whether several pulses reached Subscribe nodes for an event before `pulse` gave the event."""
    values = pulse.details["values"]
    count = 0
    for node in history.logic.of("Socket.IO Subscribe", connection):
        names = {"Namespace": "/", **node.attributes}
        if (names["Namespace"], names.get("Event Name")) == (values[NAMESPACE], values[EVENT]):
            count += sum(each.number < pulse.number for each in history.arrivals(node))
    return count > 1


def _wrong(
    history: ProjectHistory, listener: HistoryNode, connection: str, pulse: Entry, came: list[Entry]
) -> FactViolation:
    seen = f"it pulsed at {pulse.at:.4f} s with {_given(pulse)}"
    for other in history.connections:
        if other != connection and any(gives(pulse, event) for event in sent_by(history, other)):
            return fact(
                "CFG-3",
                f'"{listener.name}" gives events of the connection "{connection}" and of no other',
                f'{seen}, an event of the connection "{other}"',
                pulse,
            )
    wanted = "pulses for an event that the server sent"
    if came:
        details = came[0].details
        wanted = (
            f'gives Namespace "{details["namespace"]}", Trigger Name "{details["event"]}" and '
            f"the message of {details['arguments']!s:.80}"
        )
    return fact("RCV-2", f'"{listener.name}" {wanted}', seen, *came[:1], pulse)


def sent_by(history: ProjectHistory, connection: str) -> Iterator[Entry]:
    for entry in history.entries:
        if entry.what == Occurrence.EVENT_SENT and entry.details["server"] == connection:
            yield entry


def gives(pulse: Entry, event: Entry) -> bool:
    """Whether a pulse gives the namespace and the name of an event.

    If the event's only argument is a text, the pulse must also give this text.
    """
    values = pulse.details["values"]
    if (values.get(NAMESPACE), values.get(EVENT)) != (
        event.details["namespace"],
        event.details["event"],
    ):
        return False
    arguments = json.loads(event.details["arguments"])
    is_text = len(arguments) == 1 and isinstance(arguments[0], str)
    return not is_text or values.get(MESSAGE) == arguments[0]


def _given(pulse: Entry) -> str:
    return ", ".join(f"{name} {value!r:.60}" for name, value in pulse.details["values"].items())
