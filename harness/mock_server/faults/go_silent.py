"""The server stays connected and says nothing more, not even a ping."""

from harness.mock_server.connection import Connection
from harness.mock_server.faults.fault import Handle
from harness.mock_server.faults.momentary import Momentary


class GoSilent(Momentary):
    """Nothing is written to the client any more until released."""

    name = "go silent"

    def __init__(self) -> None:
        self._silenced: list[Connection] = []

    def strike(self, connection: Connection) -> None:
        connection.hold_writes(self)
        self._silenced.append(connection)

    def end(self, handle: Handle) -> None:
        for connection in self._silenced:
            connection.let_go(self)
