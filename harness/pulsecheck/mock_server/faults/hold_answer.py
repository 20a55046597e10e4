"""Do not answer a long-polling request until released."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class HoldAnswer(Fault):
    """Hold the whole answer to a GET or a POST, also its head.

    The server receives the request and reacts to its packets. The scope NEXT covers the next answer
    to that `method`.
    """

    method: Literal["GET", "POST"] = "GET"
    name: ClassVar[str] = "hold answer"
    next_means_next_use: ClassVar[bool] = True

    def stop(
        self, handle: FaultHandle, wire: Wire, direction: Direction, data: bytes
    ) -> int | None:
        matches = direction == "to client" and wire.purpose == self.method
        return 0 if matches else None
