"""Stop in the middle of a WebSocket handshake."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.halfway import halfway
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class StopInMidUpgrade(Fault):
    """Write half of the answer to a request for a WebSocket, and hold the rest.

    The request may be for an upgrade or for a new session. The scope NEXT covers the next such
    request.
    """

    name: ClassVar[str] = "stop in mid-upgrade"
    next_means_next_use: ClassVar[bool] = True

    def stop(
        self, handle: FaultHandle, wire: Wire, direction: Direction, data: bytes
    ) -> int | None:
        matches = direction == "to client" and wire.purpose == "upgrade"
        return halfway(data) if matches else None
