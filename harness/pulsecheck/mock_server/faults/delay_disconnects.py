"""Answer a client's goodbye late."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement, require


@dataclass(frozen=True)
class DelayDisconnects(Fault):
    """Hold back all that the server would write for so many seconds after a client leaves."""

    seconds: float
    name: ClassVar[str] = "delay disconnects"

    def __post_init__(self) -> None:
        require(self.seconds >= 0, "seconds from 0", self.seconds)

    def client_leaves(self, here: Placement, connection: Connection) -> None:
        here.bite(connection, connection.outgoing, seconds=self.seconds)
