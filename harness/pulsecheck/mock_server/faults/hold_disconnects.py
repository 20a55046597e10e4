"""Leave a client's goodbye unanswered."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement


@dataclass(frozen=True)
class HoldDisconnects(Fault):
    """Hold back all that the server would write from the moment a client leaves, FIN included.

    The client leaves with the first of a Close frame, the packet 41 for its last namespace, the
    packet 1, and the end of TCP. When released, everything goes out in its order.
    """

    name: ClassVar[str] = "hold disconnects"

    def client_leaves(self, here: Placement, connection: Connection) -> None:
        here.bite(connection, connection.outgoing)
