"""Send any packet at any time."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.engine_io.packets import Packet, PacketType
from pulsecheck.mock_server.faults.base import Fault, FaultHandle


@dataclass(frozen=True)
class SendPacket(Fault):
    """Send an Engine.IO packet to a client. The packet need not be valid.

    Text is sent unchanged, in its own frame or as a packet of a long-polling answer. For example,
    "9" is an unknown packet, "42[" an invalid event, and "0{}" a second handshake. Bytes are sent
    as an attachment. The scope ALL covers each open connection, and each connection that is
    established before the release.
    """

    packet: str | bytes
    name: ClassVar[str] = "send packet"
    is_momentary: ClassVar[bool] = True

    def act_on(self, handle: FaultHandle, connection: Connection) -> None:
        handle.apply(connection)
        kind = None if isinstance(self.packet, str) else PacketType.MESSAGE
        connection.send_packets((Packet(kind, self.packet),))
