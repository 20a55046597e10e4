"""The server closes the transport, as one does that shuts down."""

from harness.mock_server.connection import Connection
from harness.mock_server.faults.momentary import Momentary


class CloseTransport(Momentary):
    """A Close frame over WebSocket, the packet `1` over long-polling."""

    name = "close the transport"

    def strike(self, connection: Connection) -> None:
        connection.close_transport()
