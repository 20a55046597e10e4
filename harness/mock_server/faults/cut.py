"""The network takes the connection away."""

from typing import Literal

from harness.mock_server.connection import Connection
from harness.mock_server.faults.momentary import Momentary


class Cut(Momentary):
    """All TCP connections of a client end without a word: orderly (FIN) or not (RST)."""

    name = "cut"

    def __init__(self, how: Literal["FIN", "RST"]) -> None:
        self._how = how

    def strike(self, connection: Connection) -> None:
        for wire in tuple(connection.wires):
            if self._how == "RST":
                wire.reset()
            else:
                wire.finish()
