"""Stop after a packet."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.engine_io.packets import Packet, encode_frame
from pulsecheck.mock_server.faults.base import Fault, Placement, require


@dataclass(frozen=True)
class HoldAfterPacket(Fault):
    """Hold back all that the server would write after a packet, the FIN included.

    The packet is named by its sender and by how it begins, as on a WebSocket: "40" is a request
    for the namespace "/" (or its answer), "2probe" that of an upgrade, "42[" any event there. What
    the server answers to the client's packet is held too. Attachments have no beginning.
    """

    beginning: str
    sender: Literal["client", "server"] = "client"
    name: ClassVar[str] = "hold after packet"

    def __post_init__(self) -> None:
        require(bool(self.beginning), "how the packet begins", self.beginning)

    def received(self, here: Placement, connection: Connection, packet: Packet) -> None:
        if self.sender == "client":
            self._look_at(here, connection, packet)

    def passed(self, here: Placement, connection: Connection, packet: Packet) -> None:
        if self.sender == "server":
            self._look_at(here, connection, packet)

    def _look_at(self, here: Placement, connection: Connection, packet: Packet) -> None:
        frame = encode_frame(packet)
        if isinstance(frame, str) and frame.startswith(self.beginning):
            here.bite(connection, connection.outgoing)
