"""On Socket.IO Receive executes for subscribed events: RCV-2, RCV-3, SUB-2 to SUB-4, SUB-7."""

import json
from collections.abc import Iterator

from pulsecheck.oracle.project_history import ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.receiving import ON_RECEIVE, gives, sent_by
from pulsecheck.oracle.subscribing import UNSUBSCRIBE, Subscribing, name_of, subscribings_of
from pulsecheck.oracle.texts import is_usual, is_usual_name
from pulsecheck.oracle.violation import FactViolation, fact
from pulsecheck.shared.timeline import Entry

READING = frozenset({"hold disconnects", "delay FIN"})
"""Faults that do not stop the events of a server from reaching its clients."""
MANY = 100
"""The minimum number of events in a burst (RCV-3)."""


def on_receive_executes_for_each_event(history: ProjectHistory) -> Iterator[FactViolation]:
    """Each event that was subscribed to executes an On Receive, in order.

    If a listener has not executed for an event, the event counts as missed in two cases: the
    patience has passed, or the listener has executed for a later event that differs only in its
    text. This rule yields a violation only if every On Receive of the connection missed an event.
    """
    for connection in history.connections:
        listeners = history.logic.listeners(ON_RECEIVE, connection)
        subscribings = tuple(subscribings_of(history, connection))
        sent = [
            event
            for event in sent_by(history, connection)
            if _must_execute(event, subscribings)
            and not _is_restarted(history, connection, event, subscribings)
        ]
        missing = [_missing(history, listener, connection, sent) for listener in listeners]
        if missing and all(missing):
            event = missing[0][0]
            yield fact(
                _row(history, connection, event, subscribings),
                f'an "{ON_RECEIVE}" of "{connection}" pulses for each subscribed event',
                f'no "{ON_RECEIVE}" pulsed for "{event.details["event"]}" in '
                f'"{event.details["namespace"]}" '
                f"with {event.details['arguments']!s:.80}, sent at {event.at:.4f} s",
                event,
            )


def nothing_executes_after_unsubscribe(history: ProjectHistory) -> Iterator[FactViolation]:
    """On Receive does not execute for an event that was unsubscribed from before it was sent.

    The Unsubscribe must have been executed in the connection in which the event came. A runtime
    that executes On Receive for every event (SUB-5) may forget the Unsubscribe at a restart.
    """
    for connection, listener in history.each_listener(ON_RECEIVE):
        subscribings = tuple(subscribings_of(history, connection))
        silenced = [
            event
            for event in sent_by(history, connection)
            if _is_ended(event, subscribings)
            and not _is_restarted(history, connection, event, subscribings)
        ]
        others = [e for e in sent_by(history, connection) if e not in silenced]
        for pulse in history.pulses[listener.name]:
            found = [e for e in silenced if e.number < pulse.number and gives(pulse, e)]
            if found and not any(gives(pulse, event) for event in others):
                yield fact(
                    "SUB-4",
                    f'"{listener.name}" does not pulse for an event after its Unsubscribe',
                    f"it pulsed at {pulse.at:.4f} s",
                    found[0],
                    pulse,
                )
                break


def _must_execute(event: Entry, subscribings: tuple[Subscribing, ...]) -> bool:
    """Whether an event was certainly subscribed to when it was sent.

    False if an Unsubscribe came after the Subscribe. Even an Unsubscribe after the event counts,
    because the runtime may have executed it before the event reached the client.
    """
    about = [each for each in subscribings if each.name in {None, name_of(event)}]
    if any(each.ends and each.finished is None for each in about):
        return False
    before = [each for each in about if each.cause.number < event.number]
    last = before[-1] if before else None
    return (
        last is not None
        and not last.ends
        and last.name is not None
        and last.finished is not None
        and last.finished.number < event.number
        and not any(each.ends and each.cause.number > event.number for each in about)
    )


def _is_ended(event: Entry, subscribings: tuple[Subscribing, ...]) -> bool:
    """Whether an event was certainly unsubscribed from before it was sent.

    False if a Subscribe came after the Unsubscribe. Even a Subscribe after the event counts,
    because the runtime may have executed it before the event reached the client.
    """
    about = [each for each in subscribings if each.name in {None, name_of(event)}]
    return (
        bool(about)
        and about[-1].ends
        and about[-1].name is not None
        and about[-1].finished is not None
        and about[-1].finished.number < event.number
    )


def _is_restarted(
    history: ProjectHistory, connection: str, event: Entry, subscribings: tuple[Subscribing, ...]
) -> bool:
    """Whether the connection was opened after the last Subscribe or Unsubscribe for the event.

    The documentation leaves open whether a runtime remembers this when it opens a connection.
    """
    session = history.sessions[connection].get(event.details["connection"])
    causes = [
        each.cause.number
        for each in subscribings
        if each.name == name_of(event) and each.cause.number < event.number
    ]
    return session is None or session.opened.number > max(causes, default=-1)


def _missing(
    history: ProjectHistory, listener: HistoryNode, connection: str, sent: list[Entry]
) -> list[Entry]:
    """The events for which a listener should have executed but did not.

    Empty if the listener gave an event that was never sent. Another rule judges this mistake.
    """
    left = list(sent)
    every = list(sent_by(history, connection))
    overtaken: list[Entry] = []
    for pulse in history.pulses[listener.name]:
        found = next((each for each in left if gives(pulse, each)), None)
        if found is not None:
            overtaken += [each for each in left[: left.index(found)] if _is_alike(each, found)]
            left.remove(found)
        elif not any(gives(pulse, each) for each in every):
            return []
    return [each for each in left if _was_missed(history, connection, each, overtaken)]


def _was_missed(
    history: ProjectHistory, connection: str, event: Entry, overtaken: list[Entry]
) -> bool:
    """Whether the client stayed connected for long enough to receive and execute an event."""
    session = history.sessions[connection].get(event.details["connection"])
    if session is None or not session.is_usable(event):
        return False
    is_late = event in overtaken or history.is_overdue(
        event, connection, READING | session.harmless
    )
    has_stayed = session.ending is None or session.ending.at - event.at >= history.patience
    return is_late and has_stayed


def _is_alike(event: Entry, other: Entry) -> bool:
    """Whether two events differ only in the text that they carry."""
    return (
        name_of(event) == name_of(other)
        and event.details["connection"] == other.details["connection"]
        and _is_text(event)
        and _is_text(other)
    )


def _is_text(event: Entry) -> bool:
    arguments = json.loads(event.details["arguments"])
    return len(arguments) == 1 and isinstance(arguments[0], str)


def _row(
    history: ProjectHistory, connection: str, event: Entry, subscribings: tuple[Subscribing, ...]
) -> str:
    """The requirement that is broken if no On Receive executes for an event."""
    for node in history.logic.of(UNSUBSCRIBE, connection):
        if not node.executes and any(each.number < event.number for each in history.arrivals(node)):
            return "NOD-3" if node.enabled else "NOD-2"
    others = (name for name in history.connections if name != connection)
    executed = any(
        gives(pulse, each)
        for listener in history.logic.listeners(ON_RECEIVE, connection)
        for pulse in history.pulses[listener.name]
        for each in sent_by(history, connection)
        if name_of(each) == name_of(event)
    )
    if executed and any(_is_ended(event, tuple(subscribings_of(history, each))) for each in others):
        return "CFG-3"
    before = [each for each in subscribings if each.cause.number < event.number]
    ended = [each.name for each in before if each.ends and each.name]
    subscribed = {each.name for each in before if not each.ends}
    if ended and (before[0].ends or not subscribed.issuperset(ended)):
        return "SUB-7"
    if ended:
        is_namesake = any(name[1] == event.details["event"] for name in ended)
        return "SUB-3" if is_namesake and name_of(event) not in ended else "SUB-4"
    if len(list(sent_by(history, connection))) >= MANY:
        return "RCV-3"
    return "RCV-2" if executed or not _is_plain(event) else "SUB-2"


def _is_plain(event: Entry) -> bool:
    """Whether an event has usual names, carries one usual text, and asks for no answer."""
    arguments = json.loads(event.details["arguments"])
    names = event.details["namespace"], event.details["event"]
    is_usual_event = is_usual_name(*names) and "ack" not in event.details
    return _is_text(event) and is_usual(arguments[0]) and is_usual_event
