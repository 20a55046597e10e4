"""Answer like an overloaded server, or like a server without Socket.IO."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.endpoint import PlainAnswer
from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require


@dataclass(frozen=True)
class AnswerHttp(Fault):
    """Answer every request with an HTTP status and a body, and open no connection.

    This includes requests for a WebSocket. Use status 503 for an overloaded server, and status 200
    with a page for a server without Socket.IO. The scope NEXT covers the next request only.
    """

    status: int
    body: str = ""
    content_type: str = "text/html"
    name: ClassVar[str] = "answer HTTP"
    next_means_next_use: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require(200 <= self.status <= 599, "an HTTP status from 200 to 599", self.status)

    def request(self, handle: FaultHandle, connection: Connection | None) -> PlainAnswer | None:
        handle.apply(connection)
        return PlainAnswer(self.status, self.body, self.content_type)
