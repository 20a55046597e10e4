"""Close a client's transport."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement


@dataclass(frozen=True)
class CloseTransport(Fault):
    """Close as a server does: with a Close frame, or over long-polling with the packet 1.

    With the scope ALL this befalls each connection that is open, and each that is established
    before the release.
    """

    name: ClassVar[str] = "close transport"
    is_momentary: ClassVar[bool] = True

    def strike(self, here: Placement, connection: Connection) -> None:
        here.bite(connection)
        connection.close()
