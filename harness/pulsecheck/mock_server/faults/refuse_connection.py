"""Refuse a client."""

from dataclasses import dataclass
from typing import Any, ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import ANYWHERE, Fault, Fits, Placement
from pulsecheck.mock_server.namespaces import Refusal


@dataclass(frozen=True)
class RefuseConnection(Fault):
    """Answer a request for the namespace with CONNECT_ERROR: a message and, unless None, data."""

    message: str
    data: Any = None
    namespace: str = "/"
    name: ClassVar[str] = "refuse connection"
    scopes: ClassVar[tuple[Fits, ...]] = ANYWHERE

    def refusal(self, here: Placement, connection: Connection, namespace: str) -> Refusal | None:
        if namespace != here.namespace(self.namespace):
            return None
        here.bite(connection)
        return Refusal(self.message, self.data)
