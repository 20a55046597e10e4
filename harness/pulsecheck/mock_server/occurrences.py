"""The occurrences that a mock server records."""

from enum import StrEnum
from typing import Literal

Detail = str | int | float | bool | None
"""The value of one detail of a record."""
Sign = Literal["Close frame", "41", "1", "end of TCP"]
"""A sign that a client disconnects. "41" and "1" are packets."""


class Occurrence(StrEnum):
    """The kind of a record. The comments list the details that each kind has.

    `tcp` is the number of a TCP connection, and `connection` is the `id` of a Connection. Both
    start at 1. `connection` is None if the record concerns no connection.
    """

    TCP_OPENED = "TCP connection opened"  # tcp
    TCP_ENDED = "TCP connection ended"  # tcp, connection, by (client, server), how (FIN, RST)
    OPENED = "connection opened"  # connection, transport (polling, websocket)
    UPGRADED = "connection upgraded"  # connection
    CONNECT_REQUESTED = "connection requested"  # connection, namespace
    ESTABLISHED = "namespace established"  # connection, namespace
    REFUSED = "namespace refused"  # connection, namespace, message
    NAMESPACE_LEFT = "namespace left"  # connection, namespace, by (client, server)
    EVENT_RECEIVED = "event received"  # connection, namespace, event, arguments (JSON), ack
    EVENT_SENT = "event sent"  # connection, namespace, event, arguments (JSON), ack
    CLIENT_LEAVES = "client leaves"  # connection, sign (Close frame, 41, 1, end of TCP)
    CLOSED = "connection closed"  # connection, reason
    TERMINATED = "connection terminated"  # connection
    PROTOCOL_VIOLATED = "protocol violated"  # connection, message
    FAULT_BEGINS = "fault begins"  # fault, scope, connection
    FAULT_APPLIED = "fault applied"  # fault, scope, connection
    FAULT_ENDS = "fault ends"  # fault, scope, connection
    PACKET_RECEIVED = "packet received"  # connection, packet
    PACKET_SENT = "packet sent"  # connection, packet
