"""The server opens the transport and never lets the client into a namespace."""

from harness.mock_server.connection import Connection
from harness.mock_server.faults.fault import Fault, Handle
from harness.mock_server.socket_packets import ROOT


class WithholdConnectAnswer(Fault):
    """The request for a namespace is answered only once the fault is released."""

    name = "withhold the connect answer"

    def __init__(self, *, namespace: str = ROOT) -> None:
        self._namespace = namespace
        self._waiting: list[Connection] = []

    def requested(self, handle: Handle, connection: Connection, namespace: str) -> bool:
        if namespace != self._namespace:
            return False
        handle.bites(connection)
        self._waiting.append(connection)
        return True

    def end(self, handle: Handle) -> None:
        for connection in self._waiting:
            connection.accept(self._namespace)
