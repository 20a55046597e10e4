"""Stop in the middle of a WebSocket frame."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.halfway import halfway
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class StopInMidFrame(Fault):
    """Write half of the next WebSocket frame, and hold everything after that.

    The scope NEXT covers the next frame to any client.
    """

    name: ClassVar[str] = "stop in mid-frame"
    next_means_next_use: ClassVar[bool] = True

    def stop(
        self, handle: FaultHandle, wire: Wire, direction: Direction, data: bytes
    ) -> int | None:
        matches = direction == "to client" and wire.purpose == "frame"
        return halfway(data) if matches else None
