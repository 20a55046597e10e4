"""Close a WebSocket with any code."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require


@dataclass(frozen=True)
class CloseWithCode(Fault):
    """Close a WebSocket with a Close frame that has this `code` and this `reason`.

    The code may be one that the protocol does not allow. The reason can have up to 123 bytes of
    UTF-8 (RFC 6455, section 5.5). Long-polling connections are not affected. The scope ALL covers
    each open connection, and each connection that is established before the release.
    """

    code: int
    reason: str = ""
    name: ClassVar[str] = "close with code"
    is_momentary: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require(0 <= self.code <= 65_535, "a code from 0 to 65535", self.code)
        require(len(self.reason.encode()) <= 123, "a reason of at most 123 bytes", self.reason)

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        if connection.transport == "websocket":
            handle.apply(connection)
            connection.close_websocket(self.code, self.reason)
