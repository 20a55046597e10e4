"""Gates: while a gate is held, actions wait in it. The release runs the actions in order."""

from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

H = TypeVar("H")
H_contra = TypeVar("H_contra", contravariant=True)


class Holdable(Protocol[H_contra]):
    """An object that several holders can hold at the same time."""

    def hold(self, holder: H_contra) -> None: ...

    def release(self, holder: H_contra) -> None:
        """Release the object for this holder. Has no effect if the holder does not hold it."""


class Gate:
    """Runs actions at once. While the gate is held, it queues the actions in order."""

    def __init__(self) -> None:
        self._holders: set[object] = set()
        self._waiting: deque[Callable[[], object]] = deque()

    @property
    def is_held(self) -> bool:
        return bool(self._holders)

    def do(self, action: Callable[[], object]) -> None:
        """Run the action when the actions before it have run and the gate is not held."""
        if self._holders or self._waiting:
            self._waiting.append(action)
            self._drain()
        else:
            action()

    def hold(self, holder: object) -> None:
        self._holders.add(holder)

    def release(self, holder: object) -> None:
        self._holders.discard(holder)
        self._drain()

    def clear(self) -> None:
        """Drop the waiting actions."""
        self._waiting.clear()

    def _drain(self) -> None:
        while self._waiting and not self._holders:
            self._waiting.popleft()()


class Gates(Generic[H]):
    """The same gate of several wires, as a group. A hold also applies to gates that join later."""

    def __init__(self) -> None:
        self.gates: list[Holdable[H]] = []
        """The gates that have joined and not left."""

        self._holders: list[H] = []

    def join(self, gate: Holdable[H]) -> None:
        self.gates.append(gate)
        for holder in self._holders:
            gate.hold(holder)

    def leave(self, gate: Holdable[H]) -> None:
        self.gates.remove(gate)
        for holder in self._holders:
            gate.release(holder)

    def hold(self, holder: H) -> None:
        self._holders.append(holder)
        for gate in self.gates:
            gate.hold(holder)

    def release(self, holder: H) -> None:
        self._holders = [other for other in self._holders if other is not holder]
        for gate in tuple(self.gates):
            gate.release(holder)
