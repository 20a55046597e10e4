"""Answer as a server does that cannot serve, or that is no Socket.IO server."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.endpoint import PlainAnswer
from pulsecheck.mock_server.faults.base import Fault, Placement, require


@dataclass(frozen=True)
class AnswerHttp(Fault):
    """Answer every request, WebSocket ones too, with an HTTP status and a body; open nothing.

    Status 503 is an overloaded server; status 200 with a page is some other server. With the scope
    NEXT it is the next request, and no other.
    """

    status: int
    body: str = ""
    content_type: str = "text/html"
    name: ClassVar[str] = "answer HTTP"
    next_bites: ClassVar[bool] = True

    def __post_init__(self) -> None:
        require(200 <= self.status <= 599, "an HTTP status from 200 to 599", self.status)

    def request(self, here: Placement, connection: Connection | None) -> PlainAnswer | None:
        here.bite(connection)
        return PlainAnswer(self.status, self.body, self.content_type)
