"""Socket.IO packets as the client library decodes them, with namespaces left whole.

The library takes what follows a "?" for a query, as in version 4 of the protocol. Version 5 has
none, and the namespace that a user chose must be the one that the server knows.
"""

import re
from typing import Any

import socketio.packet

NAMESPACE = re.compile(r"\d(?:\d+-)?(/[^,]*)")


class Packet(socketio.packet.Packet):  # type: ignore[misc]  # the library has no types
    """What `socketio.AsyncClient` takes as its serializer."""

    def decode(self, encoded_packet: Any) -> int:
        """The number of attachments that belong to the packet."""
        attachments: int = super().decode(encoded_packet)
        if found := NAMESPACE.match(encoded_packet):
            self.namespace = found[1]
        return attachments
