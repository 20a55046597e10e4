"""Write slowly."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require
from pulsecheck.mock_server.faults.paced import Paced
from pulsecheck.mock_server.line import Pace
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class SlowWriting(Fault):
    """Send only `bytes_per_second`, in small pieces.

    The limit applies to each TCP connection separately. With the scope ALL, the limit applies to
    every TCP connection, and the fault is applied once for each TCP connection. With another scope,
    the limit applies to the TCP connections of the connection in scope. On release, the waiting
    data is sent at once.
    """

    bytes_per_second: float
    name: ClassVar[str] = "slow writing"

    def __post_init__(self) -> None:
        require(self.bytes_per_second > 0, "more than 0 bytes per second", self.bytes_per_second)

    def attach(self, handle: FaultHandle, target: Wire | Connection) -> None:
        handle.apply_at(target, Paced(target.lines["to client"], Pace(rate=self.bytes_per_second)))
