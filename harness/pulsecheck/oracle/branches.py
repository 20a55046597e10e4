"""Nodes execute when a pulse reaches them, and only then: NOD-2, NOD-3, NOD-6, NOD-8, NOD-9."""

from collections.abc import Iterator

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.project_history import ON_STOP, START, STOP, ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.violation import FactViolation, fact, row_beside
from pulsecheck.shared.timeline import Entry

SEND = "Socket.IO Send"
OUTPUTS = {
    START: "STA-3",
    STOP: "STO-3",
    SEND: "SND-4",
    "Socket.IO Subscribe": "SUB-2",
    "Socket.IO Unsubscribe": "SUB-4",
}
"""The requirement about the output pulse, for each node type that has a pulse input."""


def nodes_pulse_for_a_reason(history: ProjectHistory) -> Iterator[FactViolation]:
    """Each output pulse of a node follows a pulse that reached the node.

    A pulse that reached the node explains at most one output pulse.
    """
    for node in _action_nodes(history):
        reasons = history.arrivals(node)
        for count, pulse in enumerate(history.pulses[node.name], start=1):
            before = [each for each in reasons if each.number < pulse.number]
            if len(before) < count:
                yield _unexplained(history, node, pulse, bool(before))
                break


def pulses_reach_the_next_node(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, a node has pulsed for each pulse that reached it.

    A node is judged only while its connection is open. Without an open connection, the node may
    report an error instead of pulsing. The output pulse of a Start may wait until the connection is
    established. So the first Start is judged only if nothing prevents its connection from being
    established. Later Starts are not judged.
    """
    for node in _action_nodes(history):
        connection = node.connection
        if connection not in history.connections or connection is None:
            continue
        overdue = [
            each
            for each in history.arrivals(node, is_certain=True)
            if history.is_overdue(each, connection)
            and _can_execute(history, node, connection, each)
        ]
        for place, arrival in enumerate(overdue):
            later = sum(each.number > arrival.number for each in history.pulses[node.name])
            if later < len(overdue) - place:
                yield _not_executed(history, node, arrival)
                break


def _can_execute(
    history: ProjectHistory, node: HistoryNode, connection: str, arrival: Entry
) -> bool:
    if node.type == START:
        is_first = history.executions(START, connection)[0] is arrival
        is_stopped = bool(history.executions(STOP, connection))
        return is_first and not is_stopped and connection in history.logic.reachable
    if node.type == STOP:
        return history.usable_session(connection, arrival) is not None
    return history.open_session(connection, arrival) is not None


def _action_nodes(history: ProjectHistory) -> Iterator[HistoryNode]:
    for node in history.logic.nodes.values():
        if node.type in OUTPUTS and node.executes:
            yield node


def _unexplained(
    history: ProjectHistory, node: HistoryNode, pulse: Entry, is_surplus: bool
) -> FactViolation:
    seen = f"it pulsed at {pulse.at:.4f} s"
    exceeds = len(history.pulses[node.name]) > len(history.arrivals(node))
    if is_surplus and exceeds:
        return fact(
            "NOD-6" if history.logic.is_fed(node.name) else OUTPUTS[node.type],
            f'"{node.name}" pulses once for each pulse that reaches it',
            f"it pulsed once more, at {pulse.at:.4f} s",
            pulse,
        )
    if not exceeds and (later := _sooner_than(history, node, pulse)):
        return fact(
            "STO-6" if _finds_it_open(history, later, pulse) else "NOD-8",
            f'"{node.name}" pulses after "{later.details["node"]}", which leads to it',
            f'{seen}, and "{later.details["node"]}" pulsed only at {later.at:.4f} s',
            pulse,
            later,
        )
    for source in _sources(history, node, frozenset()):
        if not source.enabled and _has_pulse(history, source, pulse):
            return fact(
                "NOD-2",
                f'"{node.name}" is not executed, because "{source.name}", which leads to it, has '
                "Enabled off",
                seen,
                pulse,
            )
        if source.executes and source.type in OUTPUTS and _has_pulse(history, source, pulse):
            return fact(
                OUTPUTS[source.type],
                f'"{source.name}" pulses before "{node.name}", to which it leads',
                f'"{node.name}" pulsed at {pulse.at:.4f} s',
                pulse,
            )
    row = "NOD-6" if history.logic.is_fed(node.name) else "NOD-9"
    return fact(row, f'"{node.name}" pulses only if a pulse reaches it', seen, pulse)


def _sources(
    history: ProjectHistory, node: HistoryNode, seen: frozenset[str]
) -> Iterator[HistoryNode]:
    """Yield the nodes whose pulses may reach a node, also those that pass through other nodes."""
    for source in history.logic.before(node.name):
        yield source
        if source.enabled and source.passes_through and source.name not in seen:
            yield from _sources(history, source, seen | {source.name})


def _sooner_than(history: ProjectHistory, node: HistoryNode, pulse: Entry) -> Entry | None:
    """Return a later pulse of a node that leads to `node` and should have pulsed before `pulse`.

    Return None if there is no such pulse, if a data link feeds `node`, or if no branch had begun
    before `pulse`.
    """
    if history.logic.is_fed(node.name) or not _has_begun(history, pulse):
        return None
    for source in history.logic.before(node.name):
        for each in history.pulses[source.name]:
            if each.number > pulse.number:
                return each
        if source.passes_through and (later := _sooner_than(history, source, pulse)):
            return later
    return None


def _finds_it_open(history: ProjectHistory, later: Entry, pulse: Entry) -> bool:
    """Return true if `later` is a pulse of On Stop whose connection was open at `pulse`."""
    connection = history.logic.nodes[later.details["node"]].connection
    if later.details["type"] != ON_STOP or connection is None:
        return False
    return not any(
        announcing is later and session and session.was_terminated(pulse, history.tolerance)
        for announcing, session in history.announcements(
            later.details["node"], connection, "terminated"
        )
    )


def _has_begun(history: ProjectHistory, pulse: Entry) -> bool:
    return any(each.number < pulse.number for sent in history.requests.values() for each in sent)


def _has_pulse(history: ProjectHistory, source: HistoryNode, pulse: Entry) -> bool:
    """Whether a pulse reached `source` before `pulse`. Always true for event listener nodes."""
    if source.type not in OUTPUTS:
        return True
    return any(each.number < pulse.number for each in history.arrivals(source))


def _had_effect(history: ProjectHistory, node: HistoryNode, arrival: Entry) -> bool:
    """Whether a server saw that a Start, a Stop or a Send was executed after a pulse reached it."""
    connection = node.connection
    signs = {
        START: {Occurrence.OPENED},
        STOP: {Occurrence.CLIENT_LEAVES},
        SEND: {Occurrence.EVENT_RECEIVED},
    }.get(node.type, set())
    return any(
        entry.number > arrival.number
        and entry.what in signs
        and entry.details.get("server") == connection
        and entry.details.get("event")
        == node.attributes.get("Event Name", entry.details.get("event"))
        for entry in history.entries
    )


def _not_executed(history: ProjectHistory, node: HistoryNode, arrival: Entry) -> FactViolation:
    row = OUTPUTS[node.type]
    if arrival not in history.requests[node.name] and not _had_effect(history, node, arrival):
        passed = [each for each in history.logic.before(node.name) if each.passes_through]
        row = "NOD-3" if passed else "NOD-8"
        if all(each.type == ON_STOP for each in history.logic.before(node.name)):
            row = "STO-6"
    return fact(
        row_beside(history.other_faults(node.connection or "", arrival), row),
        f'"{node.name}" is executed and pulses after a pulse reaches it',
        f"a pulse reached it at {arrival.at:.4f} s, and it did not pulse by {history.end:.4f} s",
        arrival,
    )
