"""Let a transport fail."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement

NO_FRAME = b"\xff\x00"
"""All of its reserved bits are set, and its opcode is unknown (RFC 6455, section 5.2)."""


@dataclass(frozen=True)
class BreakTransport(Fault):
    """Break the protocol below Engine.IO: no WebSocket frame, or an RST in place of an answer.

    The session ends. The client reports a transport error. With the scope ALL this befalls each
    connection that is open, and each that is established before the release.
    """

    name: ClassVar[str] = "break transport"
    is_momentary: ClassVar[bool] = True

    def strike(self, here: Placement, connection: Connection) -> None:
        here.bite(connection)
        if connection.transport == "websocket":
            connection.send_bytes(NO_FRAME)
            connection.cut("FIN")
        else:
            connection.cut("RST")
