"""Stop in the middle of a long-polling answer."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.halfway import halfway
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class StopInMidAnswer(Fault):
    """Write the head and half of the body of the answer to a GET or a POST, and hold the rest.

    The scope NEXT covers the next answer to that `method`.
    """

    method: Literal["GET", "POST"] = "GET"
    name: ClassVar[str] = "stop in mid-answer"
    next_means_next_use: ClassVar[bool] = True

    def stop(
        self, handle: FaultHandle, wire: Wire, direction: Direction, data: bytes
    ) -> int | None:
        matches = direction == "to client" and wire.purpose == self.method
        return halfway(data) if matches else None
