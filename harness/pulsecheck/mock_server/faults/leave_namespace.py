"""Remove a client from a namespace."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.scopes import ANYWHERE, ScopeKind


@dataclass(frozen=True)
class LeaveNamespace(Fault):
    """Remove the client from the namespace by sending DISCONNECT. The transport stays open.

    The scope ALL covers each client in the namespace, and each client that enters the namespace
    before the release.
    """

    namespace: str = "/"
    name: ClassVar[str] = "leave namespace"
    scopes: ClassVar[tuple[ScopeKind, ...]] = ANYWHERE
    is_momentary: ClassVar[bool] = True

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        namespace = handle.namespace(self.namespace)
        if namespace in connection.namespaces:
            handle.apply(connection)
            connection.leave(namespace)
