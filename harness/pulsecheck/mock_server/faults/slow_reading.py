"""Read slowly."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement, require
from pulsecheck.mock_server.faults.paced import Paced
from pulsecheck.mock_server.line import Pace
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class SlowReading(Fault):
    """Read so many bytes a second; what the server has not read stays with the kernels.

    So a client that sends much is kept waiting by TCP. With the scope ALL each TCP connection has
    that rate for itself, and bites once; otherwise each that carries the connection.
    """

    bytes_per_second: float
    name: ClassVar[str] = "slow reading"

    def __post_init__(self) -> None:
        require(self.bytes_per_second > 0, "more than 0 bytes per second", self.bytes_per_second)

    def reach(self, here: Placement, place: Wire | Connection) -> None:
        here.bite_at(place, Paced(place.lines["from client"], Pace(rate=self.bytes_per_second)))
