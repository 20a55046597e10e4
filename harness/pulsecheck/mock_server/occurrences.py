"""What a mock server records, by the words that appear on a timeline."""

from enum import StrEnum

Detail = str | int | float | bool | None
"""The value of a record's detail."""


class Occurrence(StrEnum):
    """`what` of a record; the comments name its details.

    `tcp` and `connection` are numbers that count from one, `connection` being that of the
    Engine.IO session, None where there is none.
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
    EVENT_SENT = "event sent"  # connection, namespace, event, arguments (JSON)
    CLIENT_LEAVES = "client leaves"  # connection, sign (Close frame, 41, 1, end of TCP)
    CLOSED = "connection closed"  # connection, reason
    TERMINATED = "connection terminated"  # connection
    PROTOCOL_VIOLATED = "protocol violated"  # connection, message
    FAULT_BEGINS = "fault begins"  # fault, scope, connection
    FAULT_APPLIED = "fault applied"  # fault, scope, connection
    FAULT_ENDS = "fault ends"  # fault, scope, connection
    PACKET_RECEIVED = "packet received"  # connection, packet
    PACKET_SENT = "packet sent"  # connection, packet
