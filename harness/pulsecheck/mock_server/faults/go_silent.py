"""Stop sending and reading, and keep TCP open."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.scopes import ALL
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class GoSilent(Fault):
    """Keep TCP open, but send nothing (not even heartbeats) and process no data from the client.

    The server still notices the end of TCP. With the scope ALL, new TCP connections get no answer
    either. On release, the data that both sides have sent in the meantime is delivered.
    """

    name: ClassVar[str] = "go silent"

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection, connection.outgoing, connection.incoming)

    def tcp_opened(self, handle: FaultHandle, wire: Wire) -> None:
        if handle.scope is ALL:
            handle.apply(None, wire.outgoing, wire.incoming)
