"""Leave a client's request to connect unanswered."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import ANYWHERE, Fault, Fits, Placement


@dataclass(frozen=True)
class WithholdConnectAnswer(Fault):
    """Send no answer to a request for the namespace before the fault is released."""

    namespace: str = "/"
    name: ClassVar[str] = "withhold connect answer"
    scopes: ClassVar[tuple[Fits, ...]] = ANYWHERE

    def refusal(self, here: Placement, connection: Connection, namespace: str) -> None:
        if namespace == here.namespace(self.namespace):
            here.bite(connection, connection.answers(namespace))
