"""Socket.IO packets of the client library, with complete namespaces.

The library removes "?" and what follows from a namespace, as a query of version 4 of the protocol.
Version 5 has no queries, and the server must get the namespace that the user has chosen.
"""

import re
from typing import Any

import socketio.packet

NAMESPACE = re.compile(r"\d(?:\d+-)?(/[^,]*)")


class Packet(socketio.packet.Packet):  # type: ignore[misc]  # the library has no types
    """A serializer for `socketio.AsyncClient`."""

    def decode(self, encoded_packet: Any) -> int:
        """Decode a packet and return its number of attachments."""
        attachments: int = super().decode(encoded_packet)
        if found := NAMESPACE.match(encoded_packet):
            self.namespace = found[1]
        return attachments
