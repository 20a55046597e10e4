"""Cut the network connection."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement
from pulsecheck.mock_server.wire import How


@dataclass(frozen=True)
class Cut(Fault):
    """End the TCP connections of a connection without a word, with FIN or RST.

    The session ends too, so that over long-polling a later request of it is refused. With the
    scope ALL each connection that is open is cut, and each that is established before the release.
    """

    how: How
    name: ClassVar[str] = "cut"
    is_momentary: ClassVar[bool] = True

    def strike(self, here: Placement, connection: Connection) -> None:
        here.bite(connection)
        connection.cut(self.how)
