"""Be far away."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement, require
from pulsecheck.mock_server.faults.paced import Paced
from pulsecheck.mock_server.line import Pace
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class Latency(Fault):
    """Let what is sent in one direction come so many seconds later, and up to `jitter` more.

    The order is kept, and the end of TCP is as late as the bytes before it. With the scope ALL
    every TCP connection is slowed from its first byte on, and bites once; otherwise it is what
    carries the connection. When released, what is on its way arrives.
    """

    seconds: float
    jitter: float = 0.0
    direction: Direction = "to client"
    name: ClassVar[str] = "latency"

    def __post_init__(self) -> None:
        require(self.seconds >= 0, "seconds from 0", self.seconds)
        require(self.jitter >= 0, "a jitter from 0", self.jitter)

    def reach(self, here: Placement, place: Wire | Connection) -> None:
        pace = Pace(latency=self.seconds, jitter=self.jitter)
        here.bite_at(place, Paced(place.lines[self.direction], pace))
