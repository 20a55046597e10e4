"""Send messages in the wrong order."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection, Packets
from pulsecheck.mock_server.faults.base import Fault, FaultHandle

EVENTS_AND_ACKS = frozenset("2356")


@dataclass(frozen=True)
class SwapMessages(Fault):
    """Send the events and acknowledgements of a connection in pairs, each pair in reverse order.

    The two packets of a pair may be in different namespaces. Attachments stay with their packet.
    The first packet of a pair waits for the second packet, or for the release. The fault is applied
    once for each pair.
    """

    name: ClassVar[str] = "swap messages"

    def replacement(self, handle: FaultHandle, connection: Connection, packets: Packets) -> Packets:
        first = handle.notes.pop(connection, None)
        if first is not None:
            overtaken = first.packets
            first.packets = ()
            handle.let_go(first)
            return (*packets, *overtaken)
        if not handle.can_apply or str(packets[0].data)[:1] not in EVENTS_AND_ACKS:
            return packets
        handle.notes[connection] = overtaken = _Overtaken(connection, packets)
        handle.apply(connection, overtaken)
        return ()


@dataclass(eq=False)
class _Overtaken:
    connection: Connection
    packets: Packets

    def hold(self, _holder: object) -> None:
        """Do nothing, because `replacement` has already withheld the packets."""

    def release(self, _holder: object) -> None:
        self.connection.send_packets(self.packets)
