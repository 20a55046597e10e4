"""The server disconnects the client: the reason that clients call "io server disconnect"."""

from harness.mock_server.connection import Connection
from harness.mock_server.faults.momentary import Momentary
from harness.mock_server.socket_packets import ROOT


class LeaveNamespace(Momentary):
    """A packet says that the namespace is left; the transport stays open for the client."""

    name = "leave the namespace"

    def __init__(self, *, namespace: str = ROOT) -> None:
        self._namespace = namespace

    def strike(self, connection: Connection) -> None:
        connection.leave_namespace(self._namespace)
