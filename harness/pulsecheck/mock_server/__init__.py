"""A mock Socket.IO server for tests, usable without the rest of pulsecheck.

`MockServer` is the server. It behaves correctly until a fault is added with `MockServer.add`. The
faults are the subclasses of `Fault`. The server calls the function `record`, an argument of
`MockServer`, for each `Occurrence`.

A Socket.IO client reports a reason for each disconnect. The JavaScript client has five reasons.
This table shows how to cause each reason, over WebSocket and over long-polling:

====================  ===========================================================================
io server disconnect  ``server.add(LeaveNamespace())``
io client disconnect  the client disconnects; ``await connection.wait_until_left()`` returns when
                      the server has noticed the disconnect
ping timeout          ``server.add(NoPings())``, after the server's ping interval and ping timeout
transport close       ``server.add(CloseTransport())``
transport error       ``server.add(BreakTransport())``
====================  ===========================================================================

The second argument of `add` limits the fault to one connection, the next connection or a namespace.

The Python client has fewer reasons. It reports "server disconnect" and "client disconnect" for the
first two rows of the table. It reports "transport error" for a ping timeout, and whenever a
WebSocket is closed or fails. It reports "server disconnect" if a long-polling transport is closed.
"""

from pulsecheck.mock_server.connection import ClientStaysError, Connection
from pulsecheck.mock_server.faults import (
    ALL,
    NEXT,
    AnswerHttp,
    AnyScope,
    BreakTransport,
    CloseTransport,
    CloseWithCode,
    Cut,
    DelayDisconnects,
    DelayFin,
    DropAccepted,
    Fault,
    FaultHandle,
    GoSilent,
    HalfOpen,
    HoldAfterBytes,
    HoldAfterPacket,
    HoldAnswer,
    HoldDisconnects,
    Latency,
    LeaveNamespace,
    Namespace,
    NeverAnswer,
    NoPings,
    PortGone,
    RefuseConnection,
    Scope,
    SendPacket,
    SlowReading,
    SlowWriting,
    StopInMidAnswer,
    StopInMidFrame,
    StopInMidUpgrade,
    SwapMessages,
    WithholdConnectAnswer,
    WrongAcknowledgement,
)
from pulsecheck.mock_server.handlers import Handler
from pulsecheck.mock_server.inbox import EventMissingError, ReceivedEvent
from pulsecheck.mock_server.listener import PortInUseError, bind, url_of
from pulsecheck.mock_server.occurrences import Detail, Occurrence
from pulsecheck.mock_server.reactions import Reactions, ReactionsError, load_reactions
from pulsecheck.mock_server.server import MockServer, RecordCallback
from pulsecheck.mock_server.views import ConnectionView

__all__ = [
    "ALL",
    "NEXT",
    "AnswerHttp",
    "AnyScope",
    "BreakTransport",
    "ClientStaysError",
    "CloseTransport",
    "CloseWithCode",
    "Connection",
    "ConnectionView",
    "Cut",
    "DelayDisconnects",
    "DelayFin",
    "Detail",
    "DropAccepted",
    "EventMissingError",
    "Fault",
    "FaultHandle",
    "GoSilent",
    "HalfOpen",
    "Handler",
    "HoldAfterBytes",
    "HoldAfterPacket",
    "HoldAnswer",
    "HoldDisconnects",
    "Latency",
    "LeaveNamespace",
    "MockServer",
    "Namespace",
    "NeverAnswer",
    "NoPings",
    "Occurrence",
    "PortGone",
    "PortInUseError",
    "Reactions",
    "ReactionsError",
    "ReceivedEvent",
    "RecordCallback",
    "RefuseConnection",
    "Scope",
    "SendPacket",
    "SlowReading",
    "SlowWriting",
    "StopInMidAnswer",
    "StopInMidFrame",
    "StopInMidUpgrade",
    "SwapMessages",
    "WithholdConnectAnswer",
    "WrongAcknowledgement",
    "bind",
    "load_reactions",
    "url_of",
]
