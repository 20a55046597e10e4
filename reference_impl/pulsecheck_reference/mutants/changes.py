"""What several mutants change."""

from collections.abc import Callable, Mapping
from typing import Any

from pulsecheck_reference import nodes
from pulsecheck_reference.altered import around
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.driver import Outbox
from pulsecheck_reference.runtime import Runtime

Outputs = Mapping[str, str]
LONGEST_TEXT = 65_536


async def do_nothing(*_: Any) -> None:
    """Execute a node that does nothing."""


def executing(kind: str, execution: Any) -> Any:
    """Execute the nodes of that type otherwise."""
    return lambda: nodes.EXECUTIONS.update({kind: execution})


def settle_with_main(right: Any, self: Attempt, namespace: str) -> None:
    if namespace == "/":
        self._late.update({other: [] for other in self._unanswered - {namespace}})
        self._unanswered.clear()
    right(self, namespace)


starting_with_main = around(Attempt, "_settle", settle_with_main)
"""The main namespace's answer is enough for On Start, which is no mistake by itself: what is sent
to another one before it has been answered waits."""


def without_pulse(name: str) -> Any:
    """Have no pulse at the outputs of the nodes with that name."""

    def quiet(right: Any, self: Outbox, node: str, outputs: Outputs) -> None:
        if not node.startswith(f"{name} #"):
            right(self, node, outputs)

    return around(Outbox, "pulsed", quiet)


def pulsing_twice(name: str) -> Any:
    """Have every pulse at the outputs of the nodes with that name twice."""

    def loud(right: Any, self: Outbox, node: str, outputs: Outputs) -> None:
        right(self, node, outputs)
        if node.startswith(f"{name} #"):
            right(self, node, outputs)

    return around(Outbox, "pulsed", loud)


def announcing(kind: str, times: int) -> Any:
    """Execute the listeners of that kind so many times."""

    def announce(right: Any, self: Runtime, what: str, name: str, outputs: Outputs) -> None:
        for _ in range(times if what == kind else 1):
            right(self, what, name, outputs)

    return around(Runtime, "_announce", announce)


def giving(kind: str, change: Callable[[Outputs], Outputs]) -> Callable[[], None]:
    """Give something else at the listeners of that kind."""

    def announce(right: Any, self: Runtime, what: str, name: str, outputs: Outputs) -> None:
        right(self, what, name, change(outputs) if what == kind else outputs)

    return around(Runtime, "_announce", announce)


def with_message(kind: str, change: Callable[[str], str]) -> Callable[[], None]:
    return giving(kind, lambda outputs: {**outputs, "Message": change(outputs["Message"])})


def stop_for_ever(right: Any, self: Connection) -> None:
    """Stop, and know it from then on."""
    vars(self)["was_stopped"] = True
    right(self)


def was_stopped(stopped: Connection) -> bool:
    return bool(vars(stopped).get("was_stopped", False))
