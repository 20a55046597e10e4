"""Refuse a client's request for a namespace."""

from dataclasses import dataclass
from typing import Any, ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.scopes import ANYWHERE, ScopeKind
from pulsecheck.mock_server.namespaces import Refusal


@dataclass(frozen=True)
class RefuseConnection(Fault):
    """Refuse a request for the namespace with CONNECT_ERROR.

    CONNECT_ERROR carries the `message`. It also carries the `data`, unless `data` is None.
    """

    message: str
    data: Any = None
    namespace: str = "/"
    name: ClassVar[str] = "refuse connection"
    scopes: ClassVar[tuple[ScopeKind, ...]] = ANYWHERE

    def refusal(
        self, handle: FaultHandle, connection: Connection, namespace: str
    ) -> Refusal | None:
        if namespace != handle.namespace(self.namespace):
            return None
        handle.apply(connection)
        return Refusal(self.message, self.data)
