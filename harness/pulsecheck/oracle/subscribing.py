"""Subscribe and Unsubscribe nodes, and the nodes that announce their effects: SUB-6, CFG-3."""

from collections.abc import Iterator, Sequence

import msgspec

from pulsecheck.oracle.project_history import ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.violation import FactViolation, fact, row_beside
from pulsecheck.shared.timeline import Entry

SUBSCRIBE, UNSUBSCRIBE = "Socket.IO Subscribe", "Socket.IO Unsubscribe"
LISTENERS = {SUBSCRIBE: "On Socket.IO Subscribe", UNSUBSCRIBE: "On Socket.IO Unsubscribe"}
"""The event listener node that announces the executions of each node type."""
NAMESPACE = "Namespace"
Name = tuple[object, object]
"""A namespace, and the name of an event in it."""


class Subscribing(msgspec.Struct, frozen=True, kw_only=True):
    """One execution of a Subscribe or Unsubscribe node.

    `ends`: whether the node is an Unsubscribe. `name`: the namespace and the name of the event, or
    None if it is unknown: if a data link feeds the node, or if no page says what the text in the
    input Namespace means, because it does not begin with "/". `finished`: the output pulse of this
    execution, or None if there is none.
    """

    ends: bool
    name: Name | None
    cause: Entry
    finished: Entry | None


def subscriptions_are_announced(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, an event listener node has pulsed for each change of a subscription.

    A change is a Subscribe for an event that is not subscribed to, or an Unsubscribe for an event
    that is. Other executions change nothing, so a runtime may announce them or not.
    """
    for connection in history.connections:
        changes = list(_changes(subscribings_of(history, connection)))
        for type_, listener_type in LISTENERS.items():
            listeners = history.logic.listeners(listener_type, connection)
            due = [
                each
                for each in changes
                if each.ends is (type_ == UNSUBSCRIBE) and _is_overdue(history, connection, each)
            ]
            missing = [each for each in due if not _is_announced(history, listeners, due, each)]
            if listeners and missing:
                cause = missing[0].cause
                row = row_beside(history.other_faults(connection, cause), "SUB-6")
                yield _not_announced(history, row, listener_type, missing[0])


def announcements_follow_a_change(history: ProjectHistory) -> Iterator[FactViolation]:
    """On Subscribe and On Unsubscribe pulse only after a node of their connection was executed."""
    for connection in history.connections:
        for type_, listener_type in LISTENERS.items():
            for listener in history.logic.listeners(listener_type, connection):
                for pulse in history.pulses[listener.name]:
                    if not _has_cause(history, connection, type_, pulse):
                        yield _without_cause(history, connection, type_, pulse)
                        break


def name_of(event: Entry) -> Name:
    return event.details["namespace"], event.details["event"]


def subscribings_of(history: ProjectHistory, connection: str) -> Iterator[Subscribing]:
    """The executions of the Subscribe and Unsubscribe nodes of a connection, in order."""
    found = [
        _subscribing(history, node, cause, place)
        for type_ in (SUBSCRIBE, UNSUBSCRIBE)
        for node in history.logic.of(type_, connection)
        if node.executes
        for place, cause in enumerate(history.arrivals(node))
    ]
    yield from sorted(found, key=lambda each: each.cause.number)


def _subscribing(
    history: ProjectHistory, node: HistoryNode, cause: Entry, place: int
) -> Subscribing:
    pulses = history.pulses[node.name]
    given = cause.details["values"] if cause in history.requests[node.name] else {}
    values = {"Namespace": "/", "Event Name": "", **node.attributes, **given}
    is_known = not history.logic.is_fed(node.name) and str(values["Namespace"]).startswith("/")
    return Subscribing(
        ends=node.type == UNSUBSCRIBE,
        name=(values["Namespace"], values["Event Name"]) if is_known else None,
        cause=cause,
        finished=pulses[place] if place < len(pulses) else None,
    )


def _changes(found: Iterator[Subscribing]) -> Iterator[Subscribing]:
    """The executions that certainly changed a subscription."""
    last: dict[Name, Subscribing] = {}
    for each in found:
        if each.name is None or each.finished is None:
            return
        before = last.get(each.name)
        was_subscribed = before is not None and not before.ends
        if each.ends is was_subscribed and (before is None or _is_over(before, each)):
            yield each
        last[each.name] = each


def _is_over(before: Subscribing, following: Subscribing) -> bool:
    return before.finished is not None and before.finished.number < following.cause.number


def _is_overdue(history: ProjectHistory, connection: str, change: Subscribing) -> bool:
    return (
        change.finished is not None
        and history.open_session(connection, change.cause) is not None
        and history.is_overdue(change.finished, connection)
    )


def _is_announced(
    history: ProjectHistory,
    listeners: Sequence[HistoryNode],
    due: Sequence[Subscribing],
    change: Subscribing,
) -> bool:
    """Return true if a listener pulsed for each change of the namespace, up to this change."""
    place = due.index(change)
    namespaces = [each.name[0] for each in due[: place + 1] if each.name]
    namespace = namespaces[-1]
    return any(
        sum(pulse.details["values"].get(NAMESPACE) == namespace for pulse in pulses)
        >= namespaces.count(namespace)
        for pulses in (history.pulses[each.name] for each in listeners)
    )


def _not_announced(
    history: ProjectHistory, row: str, listener_type: str, change: Subscribing
) -> FactViolation:
    namespace, event = change.name or ("", "")
    return fact(
        row,
        f'"{listener_type}" pulses with Namespace "{namespace}" after "{event}" was '
        f"{'unsubscribed from' if change.ends else 'subscribed to'}",
        f"it had not pulsed by {history.end:.4f} s",
        change.cause,
    )


def _has_cause(history: ProjectHistory, connection: str, type_: str, pulse: Entry) -> bool:
    namespace = pulse.details["values"].get(NAMESPACE)
    return any(
        each.ends is (type_ == UNSUBSCRIBE)
        and each.cause.number < pulse.number
        and (each.name is None or each.name[0] == namespace)
        for each in subscribings_of(history, connection)
    )


def _without_cause(
    history: ProjectHistory, connection: str, type_: str, pulse: Entry
) -> FactViolation:
    return fact(
        _row_of_pulse(history, connection, type_, pulse),
        f'"{pulse.details["node"]}" pulses after a "{type_}" of "{connection}" was executed, with '
        "its Namespace",
        f'it pulsed at {pulse.at:.4f} s with Namespace "{pulse.details["values"].get(NAMESPACE)}"',
        pulse,
    )


def _row_of_pulse(history: ProjectHistory, connection: str, type_: str, pulse: Entry) -> str:
    """The requirement that is broken if a listener pulses although no node was executed."""
    for node in history.logic.of(type_, connection):
        arrivals = history.arrivals(node)
        if not node.executes and any(each.number < pulse.number for each in arrivals):
            return "NOD-3" if node.enabled else "NOD-2"
    others = (each for each in history.connections if each != connection)
    is_foreign = any(_has_cause(history, other, type_, pulse) for other in others)
    return "CFG-3" if is_foreign else "SUB-6"
