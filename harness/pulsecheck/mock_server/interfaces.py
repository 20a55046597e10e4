"""What a connection has around it: the server that hosts it, and what leads it astray."""

from typing import TYPE_CHECKING, Protocol

from pulsecheck.mock_server.engine_io.packets import Packet
from pulsecheck.mock_server.occurrences import Detail, Occurrence

if TYPE_CHECKING:
    from pulsecheck.mock_server.connection import Connection

Packets = tuple[Packet, ...]


class Host(Protocol):
    """What a connection needs of its server."""

    def record(self, what: Occurrence, **details: Detail) -> None: ...

    def client_leaves(self, connection: "Connection") -> None:
        """The client says goodbye, and nothing has been answered to it yet."""


class Influence(Protocol):
    """What changes what a right server would do."""

    def received(self, connection: "Connection", packet: Packet) -> None:
        """A packet came, and nothing has been answered to it yet."""

    def passed(self, connection: "Connection", packet: Packet) -> None:
        """A packet has passed on its way to the client; what follows it has not."""

    def withholds_ping(self, connection: "Connection") -> bool:
        """A heartbeat is due; True keeps it back."""

    def instead(self, connection: "Connection", packets: Packets) -> Packets:
        """What is sent instead of a Socket.IO packet's messages; the same, if nothing is wrong."""
