"""Let no heartbeat be felt."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement


@dataclass(frozen=True)
class NoPings(Fault):
    """Send no heartbeats, and miss no answers to them; everything else goes on.

    The client reports a ping timeout, after the server's ping interval and ping timeout. Bites
    whenever a heartbeat is due.
    """

    name: ClassVar[str] = "no pings"

    def withholds_ping(self, here: Placement, connection: Connection) -> bool:
        here.bite(connection)
        return True
