"""Close a WebSocket with a code."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement, require


@dataclass(frozen=True)
class CloseWithCode(Fault):
    """Close a WebSocket with a Close frame that has any code, allowed or not, and a reason.

    The reason has 123 bytes of UTF-8 at most (RFC 6455, section 5.5). Connections over long-polling
    are let alone. With the scope ALL this befalls each connection that is open, and each that is
    established before the release.
    """

    code: int
    reason: str = ""
    name: ClassVar[str] = "close with code"
    is_momentary: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require(0 <= self.code <= 65_535, "a code from 0 to 65535", self.code)
        require(len(self.reason.encode()) <= 123, "a reason of 123 bytes at most", self.reason)

    def strike(self, here: Placement, connection: Connection) -> None:
        if connection.transport == "websocket":
            here.bite(connection)
            connection.close_websocket(self.code, self.reason)
