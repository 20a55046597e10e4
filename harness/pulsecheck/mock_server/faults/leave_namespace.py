"""Put a client out of a namespace."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import ANYWHERE, Fault, Fits, Placement


@dataclass(frozen=True)
class LeaveNamespace(Fault):
    """Send DISCONNECT for the namespace; the connection stays.

    With the scope ALL this befalls each client that is in it, and each that enters it before the
    release.
    """

    namespace: str = "/"
    name: ClassVar[str] = "leave namespace"
    scopes: ClassVar[tuple[Fits, ...]] = ANYWHERE
    is_momentary: ClassVar[bool] = True

    def strike(self, here: Placement, connection: Connection) -> None:
        namespace = here.namespace(self.namespace)
        if namespace in connection.namespaces:
            here.bite(connection)
            connection.leave(namespace)
