"""Stop after a number of bytes."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, Placement, require
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class HoldAfterBytes(Fault):
    """Let so many bytes of each TCP connection pass in one direction, and hold all that follow.

    They are counted from the moment at which the fault is put in place. Bites once for each TCP
    connection, when there is something to hold.
    """

    count: int
    direction: Direction = "to client"
    name: ClassVar[str] = "hold after bytes"

    def __post_init__(self) -> None:
        require(self.count >= 0, "a count from 0", self.count)

    def stop(self, here: Placement, wire: Wire, direction: Direction, data: bytes) -> int | None:
        if direction != self.direction:
            return None
        passed = here.notes.get(wire, 0)
        here.notes[wire] = passed + len(data)
        left = self.count - passed
        return left if 0 <= left < len(data) else None
