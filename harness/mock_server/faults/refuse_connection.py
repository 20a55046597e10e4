"""The server does not let a client into a namespace."""

from typing import Any

from harness.mock_server.connection import Connection
from harness.mock_server.faults.fault import Fault, Handle
from harness.mock_server.socket_packets import ROOT


class RefuseConnection(Fault):
    """The request for a namespace is answered by an error with that message and data."""

    name = "refuse connections"

    def __init__(self, message: str, data: Any = None, *, namespace: str = ROOT) -> None:
        self._message = message
        self._data = data
        self._namespace = namespace

    def requested(self, handle: Handle, connection: Connection, namespace: str) -> bool:
        if namespace != self._namespace:
            return False
        handle.bites(connection)
        connection.refuse(namespace, self._message, self._data)
        return True
