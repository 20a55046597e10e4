"""Stop in the middle of a WebSocket frame."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, Placement
from pulsecheck.mock_server.faults.halfway import halfway
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class StopInMidFrame(Fault):
    """Write half of the next WebSocket frame, and hold the rest of what the TCP connection carries.

    With the scope NEXT it is the next frame of any connection.
    """

    name: ClassVar[str] = "stop in mid-frame"
    next_bites: ClassVar[bool] = True

    def stop(self, here: Placement, wire: Wire, direction: Direction, data: bytes) -> int | None:
        is_it = direction == "to client" and wire.purpose == "frame"
        return halfway(data) if is_it else None
