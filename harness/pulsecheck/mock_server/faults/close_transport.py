"""Close a client's transport."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle


@dataclass(frozen=True)
class CloseTransport(Fault):
    """Close the transport: send a Close frame or, over long-polling, the packet 1.

    The scope ALL covers each open connection, and each connection that is established before the
    release.
    """

    name: ClassVar[str] = "close transport"
    is_momentary: ClassVar[bool] = True

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection)
        connection.close()
