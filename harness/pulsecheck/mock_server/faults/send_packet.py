"""Say something that is wrong, or at the wrong time."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.engine_io.packets import Packet, PacketType
from pulsecheck.mock_server.faults.base import Fault, Placement


@dataclass(frozen=True)
class SendPacket(Fault):
    """Send a client what should be an Engine.IO packet, and need be none.

    Text goes out as it is, in a frame or a long-polling answer of its own: "9" is no packet, "42["
    an event that is none, "0{}" a handshake out of order. Bytes are an attachment. With the scope
    ALL it goes to each connection that is open, and to each that is established before the release.
    """

    packet: str | bytes
    name: ClassVar[str] = "send packet"
    is_momentary: ClassVar[bool] = True

    def strike(self, here: Placement, connection: Connection) -> None:
        here.bite(connection)
        kind = None if isinstance(self.packet, str) else PacketType.MESSAGE
        connection.send_packets((Packet(kind, self.packet),))
