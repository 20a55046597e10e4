"""Event listener nodes execute alike, and disabled nodes do not execute: CFG-3, TBX-2, NOD-2."""

from collections.abc import Iterator, Mapping, Sequence

from pulsecheck.oracle.project_history import Cause, ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.violation import FactViolation, fact
from pulsecheck.shared.timeline import Entry


def listeners_execute_alike(history: ProjectHistory) -> Iterator[FactViolation]:
    """Event listener nodes of one type and connection pulse equally often, whatever their scopes.

    If one listener pulsed before the last barrier was requested, the others must have pulsed before
    the barrier was answered. If one listener pulsed longer ago than the patience, the others must
    have pulsed by the end of the timeline.
    """
    types = sorted(
        {node.type for node in history.logic.nodes.values() if node.type.startswith("On ")}
    )
    for connection in history.connections:
        for type_ in types:
            listeners = history.logic.listeners(type_, connection)
            pulses = {each.name: _pulses(history, each, connection) for each in listeners}
            yield from _lagging(history, listeners, pulses)


def _pulses(history: ProjectHistory, listener: HistoryNode, connection: str) -> list[Entry]:
    """The explained pulses of a listener. Other rules judge the unexplained pulses."""
    cause: Cause
    match listener.type:
        case "On Socket.IO Start":
            cause = "established"
        case "On Socket.IO Stop":
            cause = "terminated"
        case _:
            return history.pulses[listener.name]
    found = history.announcements(listener.name, connection, cause)
    return [pulse for pulse, announced in found if announced is not None]


def _lagging(
    history: ProjectHistory, listeners: Sequence[HistoryNode], pulses: Mapping[str, list[Entry]]
) -> Iterator[FactViolation]:
    early = history.end - history.patience
    last = sum(each.at <= early for each in history.entries)
    for cause, effect in (history.barrier, (last, len(history.entries))):
        found = list(_behind(history, listeners, pulses, cause, effect))
        if found:
            yield from found
            return


def _behind(
    history: ProjectHistory,
    listeners: Sequence[HistoryNode],
    pulses: Mapping[str, list[Entry]],
    cause: int,
    effect: int,
) -> Iterator[FactViolation]:
    """Yield a violation for each listener that pulsed less often than another listener.

    The pulses of the judged listener before the entry number `effect` are compared with the pulses
    of the other listeners before the entry number `cause`. The scope is the reason (TBX-2) only if
    several listeners of the other scope pulsed, and none of the judged listener's own scope did.
    With one listener in each scope, the runtime may execute only one listener (CFG-3).
    """
    due = {
        node.name: [each for each in pulses[node.name] if each.number < cause] for node in listeners
    }
    first = max(due, key=lambda name: len(due[name]), default="")
    counts = {
        node.name: sum(each.number < effect for each in history.pulses[node.name])
        for node in listeners
    }
    late = [node for node in listeners if counts[node.name] < len(due[first])]
    for node in late:
        count = counts[node.name]
        elsewhere = [each for each in listeners if each.scope != node.scope]
        is_silent = not any(due[each.name] for each in listeners if each.scope == node.scope)
        works_elsewhere = len(elsewhere) > 1 and not any(each in late for each in elsewhere)
        yield fact(
            "TBX-2" if is_silent and works_elsewhere else "CFG-3",
            f'"{node.name}" pulses as often as "{first}", which listens to the same events',
            f'it pulsed {_times(count)}, "{first}" pulsed {_times(len(due[first]))}',
            *due[first],
        )


def disabled_nodes_do_nothing(history: ProjectHistory) -> Iterator[FactViolation]:
    """A node whose Enabled is off never pulses.

    A node whose Pulse Pass Through is also on is not judged, because the documentation does not say
    which of the two attributes has precedence.
    """
    for node in history.logic.nodes.values():
        if not node.enabled and not node.passes_through and history.pulses[node.name]:
            first = history.pulses[node.name][0]
            yield fact(
                "NOD-2",
                f'"{node.name}", whose Enabled is off, does not pulse',
                f"it pulsed at {first.at:.4f} s",
                first,
            )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
