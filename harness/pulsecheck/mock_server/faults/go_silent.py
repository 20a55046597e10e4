"""Stop sending and reading, and keep TCP open."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.scopes import ALL
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class GoSilent(Fault):
    """Keep TCP open, send nothing more (not even heartbeats), and ignore what the client sends.

    The server still notices the end of TCP. With the scope ALL, new TCP connections get no answer
    either. On release, everything that both sides have sent meanwhile is delivered.
    """

    name: ClassVar[str] = "go silent"

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection, connection.outgoing, connection.incoming)

    def tcp_opened(self, handle: FaultHandle, wire: Wire) -> None:
        if handle.scope is ALL:
            handle.apply(None, wire.outgoing, wire.incoming)
