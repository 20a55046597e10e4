"""Close the server's side without telling the client."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle


@dataclass(frozen=True)
class HalfOpen(Fault):
    """Close the session on the server's side only. The client gets no FIN and no RST.

    To the client, this looks like a power failure of the server or a lost network route. The
    client's TCP connections stay open, and the server ignores all data that arrives on them. On
    release, the TCP connections are reset, as if the server had restarted. The scope ALL covers
    each open connection, and each connection that is established before the release.
    """

    name: ClassVar[str] = "half-open"

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection, _ServerSide(connection))


@dataclass(frozen=True, eq=False)
class _ServerSide:
    connection: Connection

    def hold(self, holder: object) -> None:
        self.connection.outgoing.hold(holder)
        self.connection.incoming.hold(holder)
        self.connection.end_silently()

    def release(self, _holder: object) -> None:
        self.connection.cut("RST")
