"""The server does not answer a goodbye: not by a Close frame, not over HTTP, not by a FIN."""

from harness.mock_server.connection import Connection
from harness.mock_server.faults.fault import Fault, Handle


class HoldDisconnects(Fault):
    """From the moment a client leaves until released, it gets nothing more."""

    name = "hold disconnects"

    def __init__(self) -> None:
        self._held: list[Connection] = []

    def left(self, handle: Handle, connection: Connection) -> None:
        connection.hold_writes(self)
        self._held.append(connection)
        handle.bites(connection)

    def end(self, handle: Handle) -> None:
        for connection in self._held:
            connection.let_go(self)
