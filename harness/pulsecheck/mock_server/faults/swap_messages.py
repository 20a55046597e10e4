"""Send messages in the wrong order."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Fault, Placement
from pulsecheck.mock_server.interfaces import Packets

EVENTS_AND_ACKS = frozenset("2356")


@dataclass(frozen=True)
class SwapMessages(Fault):
    """Let each second event or acknowledgement of a connection overtake the first.

    Those of all its namespaces count together; attachments stay with their packet. The first one
    waits for the second, or for the release. Bites once for each two.
    """

    name: ClassVar[str] = "swap messages"

    def instead(self, here: Placement, connection: Connection, packets: Packets) -> Packets:
        first = here.notes.pop(connection, None)
        if first is not None:
            overtaken = first.packets
            first.packets = ()
            here.let_go(first)
            return (*packets, *overtaken)
        if not here.acts or str(packets[0].data)[:1] not in EVENTS_AND_ACKS:
            return packets
        here.notes[connection] = overtaken = _Overtaken(connection, packets)
        here.bite(connection, overtaken)
        return ()


@dataclass(eq=False)
class _Overtaken:
    connection: Connection
    packets: Packets

    def hold(self, _holder: object) -> None:
        """It waits from its making on."""

    def release(self, _holder: object) -> None:
        self.connection.send_packets(self.packets)
