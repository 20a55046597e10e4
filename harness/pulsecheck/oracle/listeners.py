"""Which event listener nodes execute: CFG-3, NOD-2."""

from collections.abc import Iterator, Sequence

from pulsecheck.oracle.project_history import HistoryNode, ProjectHistory
from pulsecheck.oracle.violation import FactViolation, fact


def listeners_execute_alike(history: ProjectHistory, _tolerance: float) -> Iterator[FactViolation]:
    """Event listener nodes of one type and connection pulse equally often, in each scope.

    Whatever caused a pulse that was there when a barrier was requested has caused all others of
    its kind by the time the barrier is answered.
    """
    types = sorted({node.type for node in history.nodes.values() if node.type.startswith("On ")})
    for connection in history.connections:
        for type_ in types:
            yield from _lagging(history, history.listeners(type_, connection))


def _lagging(history: ProjectHistory, listeners: Sequence[HistoryNode]) -> Iterator[FactViolation]:
    requested, answered = history.barrier
    due = {
        node.name: [each for each in history.pulses[node.name] if each.number < requested]
        for node in listeners
    }
    first = max(due, key=lambda name: len(due[name]), default="")
    for node in listeners:
        count = sum(each.number < answered for each in history.pulses[node.name])
        if count < len(due[first]):
            is_alone = len({each.scope for each in listeners}) > 1 and not any(
                found for name, found in due.items() if history.nodes[name].scope == node.scope
            )
            yield fact(
                "TBX-2" if is_alone else "CFG-3",
                f'"{node.name}" pulses as often as "{first}", which listens to the same events',
                f"it pulsed {_times(count)}, the other {_times(len(due[first]))}",
                *due[first],
            )


def disabled_nodes_do_nothing(
    history: ProjectHistory, _tolerance: float
) -> Iterator[FactViolation]:
    """A node whose Enabled is off never pulses."""
    for node in history.nodes.values():
        if not node.enabled and history.pulses[node.name]:
            first = history.pulses[node.name][0]
            yield fact(
                "NOD-2",
                f'"{node.name}", whose Enabled is off, does not pulse',
                f"it pulsed at {first.at:.4f} s",
                first,
            )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
