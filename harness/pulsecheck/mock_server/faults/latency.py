"""Add latency to one direction of TCP connections."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require
from pulsecheck.mock_server.faults.paced import Paced
from pulsecheck.mock_server.line import Pace
from pulsecheck.mock_server.wire import Direction, Wire


@dataclass(frozen=True)
class Latency(Fault):
    """Delay the data of one direction by `seconds`, plus a random time of up to `jitter` seconds.

    The data keeps its order, and the end of TCP is delayed like the bytes before it. With the
    scope ALL, every TCP connection is delayed, and the fault is applied once for each. New TCP
    connections are delayed from their first byte. With another scope, only the TCP connections of
    the connection in scope are delayed. On release, delayed data arrives at once.
    """

    seconds: float
    jitter: float = 0.0
    direction: Direction = "to client"
    name: ClassVar[str] = "latency"

    def __post_init__(self) -> None:
        require(self.seconds >= 0, "0 seconds or more", self.seconds)
        require(self.jitter >= 0, "a jitter of 0 or more", self.jitter)

    def attach(self, handle: FaultHandle, target: Wire | Connection) -> None:
        pace = Pace(latency=self.seconds, jitter=self.jitter)
        handle.apply_at(target, Paced(target.lines[self.direction], pace))
