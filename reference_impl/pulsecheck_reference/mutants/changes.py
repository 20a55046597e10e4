"""Changes that several mutants share."""

from collections.abc import Callable, Mapping
from typing import Any

from pulsecheck_reference import nodes
from pulsecheck_reference.altered import Change, around, both
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.driver import Outbox
from pulsecheck_reference.graph import Node
from pulsecheck_reference.lifecycle import State
from pulsecheck_reference.runtime import Runtime, _Branch

Outputs = Mapping[str, str]
LONGEST_TEXT = 65_536


async def do_nothing(*_: Any) -> None:
    """The execution of a node that does nothing."""


def executing(kind: str, execution: Any) -> Any:
    """Replace the execution of the nodes of a type."""
    return lambda: nodes.EXECUTIONS.update({kind: execution})


def settle_with_main(right: Any, self: Attempt, namespace: str) -> None:
    if namespace == "/":
        self._late.update({other: [] for other in self._unanswered - {namespace}})
        self._unanswered.clear()
    right(self, namespace)


starting_with_main = around(Attempt, "_settle", settle_with_main)
"""On Start pulses as soon as the server has accepted the main namespace. A runtime may do this if
an event for another namespace then waits until the server has accepted that namespace. Here the
events still wait, so this change alone is not a mistake."""


def note_type(right: Any, self: Runtime, node: Node, values: Outputs) -> Any:
    vars(self._reports).setdefault("types", {})[node.id] = node.type
    return right(self, node, values)


def reporting(kind: str, times: int) -> Any:
    """Report each output pulse of the nodes of a type `times` times."""

    def pulse(right: Any, self: Outbox, node: str, outputs: Outputs) -> None:
        types = getattr(self, "types", {})
        for _ in range(times if types.get(node) == kind else 1):
            right(self, node, outputs)

    return both(around(Runtime, "_execute_node", note_type), around(Outbox, "pulsed", pulse))


def announcing(kind: str, times: int) -> Any:
    """Execute the event listener nodes of a type `times` times for each event."""

    def announce(right: Any, self: Runtime, what: str, name: str, outputs: Outputs) -> None:
        for _ in range(times if what == kind else 1):
            right(self, what, name, outputs)

    return around(Runtime, "_announce", announce)


def announcing_for_each(kind: str) -> Any:
    """Execute each event listener node of a type as often as there are such nodes."""

    def announce(right: Any, self: Runtime, what: str, name: str, outputs: Outputs) -> None:
        for _ in list(self._graph.listeners(what, name)) if what == kind else (None,):
            right(self, what, name, outputs)

    return around(Runtime, "_announce", announce)


def giving(kind: str, change: Callable[[Outputs], Outputs]) -> Callable[[], None]:
    """Change the data outputs of the event listener nodes of a type."""

    def announce(right: Any, self: Runtime, what: str, name: str, outputs: Outputs) -> None:
        right(self, what, name, change(outputs) if what == kind else outputs)

    return around(Runtime, "_announce", announce)


def with_message(kind: str, change: Callable[[str], str]) -> Callable[[], None]:
    return giving(kind, lambda outputs: {**outputs, "Message": change(outputs["Message"])})


def stop_for_ever(right: Any, self: Connection) -> None:
    """Stop the connection, and note that it was stopped. The note is never removed."""
    vars(self)["was_stopped"] = True
    right(self)


def was_stopped(stopped: Connection) -> bool:
    return bool(vars(stopped).get("was_stopped", False))


def ignoring_on_branch(listener: str, method: str) -> Change:
    """Ignore calls of a method of Connections on the branches of a type of event listener nodes.

    A runtime makes this mistake if its events come while it holds a lock, or in another thread.
    """

    async def execute(right: Any, self: Runtime, branch: _Branch) -> None:
        vars(self._connections)["is_ignoring"] = branch.first.type == listener
        await right(self, branch)

    async def call(right: Any, self: Connections, *arguments: str) -> None:
        if not vars(self).get("is_ignoring"):
            await right(self, *arguments)

    return both(around(Runtime, "_execute", execute), around(Connections, method, call))


def note_loss(right: Any, self: Connection) -> None:
    vars(self)["was_lost"] = vars(self).get("was_lost") or self._state is State.ESTABLISHED
    right(self)


def is_starting(connection: Connection) -> bool:
    return connection._state is State.CONNECTING


def is_closing(connection: Connection) -> bool:
    return connection._state is State.CLOSING


def was_lost(connection: Connection) -> bool:
    """Whether the connection was lost. `note_loss` makes the note."""
    return bool(vars(connection).get("was_lost"))


def is_another(
    there: Connections, name: str | None, is_concerned: Callable[[Connection], bool]
) -> bool:
    """Whether `is_concerned` is true for a connection other than `name`."""
    return any(is_concerned(found) for key, found in there._connections.items() if key != name)
