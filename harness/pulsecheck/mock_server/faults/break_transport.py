"""Make a transport fail."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle

INVALID_FRAME = b"\xff\x00"
"""A frame with all reserved bits set and an unknown opcode (RFC 6455, section 5.2)."""


@dataclass(frozen=True)
class BreakTransport(Fault):
    """Send an invalid WebSocket frame. Over long-polling, send an RST instead of an answer.

    The session ends, and the client reports a transport error. The scope ALL covers each open
    connection, and each connection that is established before the release.
    """

    name: ClassVar[str] = "break transport"
    is_momentary: ClassVar[bool] = True

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection)
        if connection.transport == "websocket":
            connection.send_bytes(INVALID_FRAME)
            connection.cut("FIN")
        else:
            connection.cut("RST")
