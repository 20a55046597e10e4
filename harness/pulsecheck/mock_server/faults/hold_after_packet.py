"""Hold everything after a packet."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.engine_io.packets import Packet, encode_frame
from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require


@dataclass(frozen=True)
class HoldAfterPacket(Fault):
    """Hold everything that the server writes after a packet, including the FIN.

    The fault applies to packets from the `sender` whose text starts with `beginning`. The text is
    the same over WebSocket and over long-polling. If the sender is the client, the answer to the
    packet is held too. Binary attachments never match.

    For example, "40" matches a client's request for any namespace, and the server's answer that
    accepts the request. "2probe" matches the probe of an upgrade. "42[" matches an event in the
    namespace "/" that has no acknowledgement id and no attachments.
    """

    beginning: str
    sender: Literal["client", "server"] = "client"
    name: ClassVar[str] = "hold after packet"

    def __post_init__(self) -> None:
        require(bool(self.beginning), "the beginning of a packet", self.beginning)

    def received(self, handle: FaultHandle, connection: Connection, packet: Packet) -> None:
        if self.sender == "client":
            self._hold_after(handle, connection, packet)

    def passed(self, handle: FaultHandle, connection: Connection, packet: Packet) -> None:
        if self.sender == "server":
            self._hold_after(handle, connection, packet)

    def _hold_after(self, handle: FaultHandle, connection: Connection, packet: Packet) -> None:
        frame = encode_frame(packet)
        if isinstance(frame, str) and frame.startswith(self.beginning):
            handle.apply(connection, connection.outgoing)
