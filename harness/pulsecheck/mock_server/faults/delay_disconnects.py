"""Answer a client's disconnect late."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require


@dataclass(frozen=True)
class DelayDisconnects(Fault):
    """When a client starts to disconnect, hold all output to that client for `seconds`."""

    seconds: float
    name: ClassVar[str] = "delay disconnects"

    def __post_init__(self) -> None:
        require(self.seconds >= 0, "0 seconds or more", self.seconds)

    def client_leaves(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection, connection.outgoing, seconds=self.seconds)
