"""Send no heartbeats."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle


@dataclass(frozen=True)
class NoPings(Fault):
    """Send no heartbeats. The server does not disconnect the client; everything else continues.

    The client reports a ping timeout after the sum of the server's ping interval and ping timeout.
    The fault is applied whenever a heartbeat is due.
    """

    name: ClassVar[str] = "no pings"

    def withholds_ping(self, handle: FaultHandle, connection: Connection) -> bool:
        handle.apply(connection)
        return True
