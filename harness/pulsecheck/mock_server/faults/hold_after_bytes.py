"""Hold everything after a number of bytes."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class HoldAfterBytes(Fault):
    """Let `count` bytes of each TCP connection pass in one direction, and hold all later bytes.

    The bytes are counted from the moment at which the fault is added. The fault is applied once
    for each TCP connection, when the first byte has to be held.
    """

    count: int
    direction: Direction = "to client"
    name: ClassVar[str] = "hold after bytes"

    def __post_init__(self) -> None:
        require(self.count >= 0, "a count of 0 or more", self.count)

    def stop(
        self, handle: FaultHandle, wire: Wire, direction: Direction, data: bytes
    ) -> int | None:
        if direction != self.direction:
            return None
        passed = handle.notes.get(wire, 0)
        handle.notes[wire] = passed + len(data)
        left = self.count - passed
        return left if 0 <= left < len(data) else None
