"""Socket.IO packets of the client library, with complete namespaces.

The library removes "?" and everything after "?" from a namespace, because version 4 of the protocol
had queries in this place. Version 5 has no queries, so the runtime must keep the complete
namespace.
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
