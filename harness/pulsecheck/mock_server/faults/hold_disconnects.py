"""Do not answer a client's disconnect until released."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle


@dataclass(frozen=True)
class HoldDisconnects(Fault):
    """When a client starts to disconnect, hold all data for this client, and the FIN.

    A disconnect starts with the first of these: a Close frame, the packet 41 for the client's last
    namespace, the packet 1, or the end of TCP. On release, everything is sent in order.
    """

    name: ClassVar[str] = "hold disconnects"

    def client_leaves(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection, connection.outgoing)
