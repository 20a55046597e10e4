"""Stop in the middle of a WebSocket handshake."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, Placement
from pulsecheck.mock_server.faults.halfway import halfway
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class StopInMidUpgrade(Fault):
    """Write half of the answer to a request for a WebSocket, be it for an upgrade or not.

    The rest is held. With the scope NEXT it is the next such request.
    """

    name: ClassVar[str] = "stop in mid-upgrade"
    next_bites: ClassVar[bool] = True

    def stop(self, here: Placement, wire: Wire, direction: Direction, data: bytes) -> int | None:
        is_it = direction == "to client" and wire.purpose == "upgrade"
        return halfway(data) if is_it else None
