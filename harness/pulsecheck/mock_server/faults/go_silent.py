"""Fall silent."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import ALL, Fault, Placement
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class GoSilent(Fault):
    """Keep TCP open, send nothing more, not even heartbeats, and take no notice of the client.

    Only the end of TCP is noticed. With the scope ALL, new TCP connections get no answer either.
    When released, what both sides have sent meanwhile goes on.
    """

    name: ClassVar[str] = "go silent"

    def strike(self, here: Placement, connection: Connection) -> None:
        here.bite(connection, connection.outgoing, connection.incoming)

    def tcp_opened(self, here: Placement, wire: Wire) -> None:
        if here.scope is ALL:
            here.bite(None, wire.outgoing, wire.incoming)
