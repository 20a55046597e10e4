"""What the mock server records: the ground truth of what happened on its side.

This module imports nothing of the server, so that those who read the records need no more of it.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

Detail = str | int | float | bool | None
Record = Callable[[str, str, Mapping[str, Detail]], object]
"""Called with source, occurrence and details, on the loop's thread, in the order of events."""


class Source(StrEnum):
    """Whose doing it was: `wire` is what TCP did, `server` is what the protocols did."""

    WIRE = "wire"
    SERVER = "server"


class Occurrence(StrEnum):
    """What happened. All but those about TCP carry `connection`, the connection's number.

    TCP_OPENED: tcp (the number of the TCP connection). TCP_ENDED: tcp, connection (None before
    it served one), by (client or server), how (FIN or RST).
    OPENED: transport. UPGRADED. CLOSED: reason. CONNECT_REQUESTED: namespace. ESTABLISHED:
    namespace, recorded when the answer has been handed to the kernel. REFUSED: namespace,
    message. NAMESPACE_LEFT: namespace, by.
    EVENT_RECEIVED: namespace, event, arguments (JSON), ack (the id that asks for one, or None).
    EVENT_SENT: namespace, event, arguments. PACKET_RECEIVED and PACKET_SENT: packet, shortened.
    CLIENT_LEAVES: sign, whichever was first of "Close frame", "41", "1" and "end of TCP".
    TERMINATED: once for each connection, when its transport is closed as the server sees it.
    FAULT_BEGINS, FAULT_BITES, FAULT_ENDS: fault, scope; connection where one is concerned.
    """

    TCP_OPENED = "TCP connection opened"
    TCP_ENDED = "TCP connection ended"
    OPENED = "connection opened"
    UPGRADED = "connection upgraded"
    CLOSED = "connection closed"
    CONNECT_REQUESTED = "namespace requested"
    ESTABLISHED = "namespace established"
    REFUSED = "namespace refused"
    NAMESPACE_LEFT = "namespace left"
    EVENT_RECEIVED = "event received"
    EVENT_SENT = "event sent"
    PACKET_RECEIVED = "packet received"
    PACKET_SENT = "packet sent"
    CLIENT_LEAVES = "client leaves"
    TERMINATED = "connection terminated"
    FAULT_BEGINS = "fault begins"
    FAULT_BITES = "fault bites"
    FAULT_ENDS = "fault ends"
