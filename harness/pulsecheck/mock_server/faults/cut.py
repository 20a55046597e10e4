"""End TCP connections without closing the transport."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.wire import TcpEnd


@dataclass(frozen=True)
class Cut(Fault):
    """End the TCP connections of a connection with FIN or RST, without a Close frame or packet.

    The session ends too, so that later long-polling requests are refused. The scope ALL covers
    each open connection, and each connection that is established before the release.
    """

    how: TcpEnd
    name: ClassVar[str] = "cut"
    is_momentary: ClassVar[bool] = True

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection)
        connection.cut(self.how)
