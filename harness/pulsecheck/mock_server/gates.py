"""Gates: what is to pass one waits in it, in order, while anybody holds it."""

from collections import deque
from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

H = TypeVar("H")
H_contra = TypeVar("H_contra", contravariant=True)


class Holdable(Protocol[H_contra]):
    """Something that several holders can hold at the same time, each under its own name."""

    def hold(self, holder: H_contra) -> None: ...

    def release(self, holder: H_contra) -> None:
        """Let go; without effect for one that does not hold."""


class Gate:
    """Lets actions pass at once and in order, or keeps them while it is held."""

    def __init__(self) -> None:
        self._holders: set[object] = set()
        self._waiting: deque[Callable[[], object]] = deque()

    @property
    def is_held(self) -> bool:
        return bool(self._holders)

    def do(self, action: Callable[[], object]) -> None:
        """Do the action when all before it were done and nobody holds the gate."""
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
        """Forget what waits."""
        self._waiting.clear()

    def _drain(self) -> None:
        while self._waiting and not self._holders:
            self._waiting.popleft()()


class Gates(Generic[H]):
    """The same gate of several wires: whoever holds it holds those that join later too."""

    def __init__(self) -> None:
        self.gates: list[Holdable[H]] = []
        """Those that have joined and not left."""
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
