"""Do not answer a client's request for a namespace until released."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.scopes import ANYWHERE, ScopeKind


@dataclass(frozen=True)
class WithholdConnectAnswer(Fault):
    """Hold the answer to a request for the namespace until the release."""

    namespace: str = "/"
    name: ClassVar[str] = "withhold connect answer"
    scopes: ClassVar[tuple[ScopeKind, ...]] = ANYWHERE

    def refusal(self, handle: FaultHandle, connection: Connection, namespace: str) -> None:
        if namespace == handle.namespace(self.namespace):
            handle.apply(connection, connection.answers(namespace))
