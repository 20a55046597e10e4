"""Be gone without a word."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement


@dataclass(frozen=True)
class HalfOpen(Fault):
    """End the server's side alone: no FIN and no RST reach the client, whose TCP stays open.

    So it is when a server loses its power, or a network its route: the session is closed, what the
    client sends is not heard. With the scope ALL this befalls each connection that is open, and
    each that is established before the release. When released, the client's TCP connections are
    reset, as by a server that has come back.
    """

    name: ClassVar[str] = "half-open"

    def strike(self, here: Placement, connection: Connection) -> None:
        here.bite(connection, _Gone(connection))


@dataclass(frozen=True, eq=False)
class _Gone:
    connection: Connection

    def hold(self, holder: object) -> None:
        self.connection.outgoing.hold(holder)
        self.connection.incoming.hold(holder)
        self.connection.forget()

    def release(self, _holder: object) -> None:
        self.connection.cut("RST")
