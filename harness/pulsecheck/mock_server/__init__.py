"""A Socket.IO server that is right until it is told otherwise; useful alone.

`MockServer` is the server, the faults are what it can be told, and `record` is how it tells what
happened: see `occurrences`.

Each of the five reasons for which a Socket.IO client reports a disconnect, by one call; the words
are those of the JavaScript client, over WebSocket and long-polling:

====================  ===========================================================================
io server disconnect  ``server.add(LeaveNamespace())``
io client disconnect  the client's own ``disconnect()``; ``await connection.wait_until_left()``
                      returns once the server sees it
ping timeout          ``server.add(NoPings())``, after the server's ping interval and timeout
transport close       ``server.add(CloseTransport())``
transport error       ``server.add(BreakTransport())``
====================  ===========================================================================

With a second argument each call concerns one connection, the next one, or a namespace. Python's
client tells less: it reports "server disconnect" and "client disconnect" for the first two, for a
ping timeout, an end or an error of a WebSocket "transport error" alike, and over long-polling a
transport that is closed as a "server disconnect".
"""

from pulsecheck.mock_server.connection import ClientStaysError, Connection
from pulsecheck.mock_server.faults import (
    ALL,
    NEXT,
    AnswerHttp,
    BreakTransport,
    CloseTransport,
    CloseWithCode,
    Cut,
    DelayDisconnects,
    DelayFin,
    DropAccepted,
    Fault,
    GoSilent,
    HalfOpen,
    HoldAfterBytes,
    HoldAfterPacket,
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
from pulsecheck.mock_server.faults import Placement as Handle
from pulsecheck.mock_server.inbox import EventMissingError, ReceivedEvent
from pulsecheck.mock_server.listener import PortInUseError, bind, url_of
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.mock_server.reactions import Reactions, ReactionsError
from pulsecheck.mock_server.server import MockServer
from pulsecheck.mock_server.views import ConnectionView

__all__ = [
    "ALL",
    "NEXT",
    "AnswerHttp",
    "BreakTransport",
    "ClientStaysError",
    "CloseTransport",
    "CloseWithCode",
    "Connection",
    "ConnectionView",
    "Cut",
    "DelayDisconnects",
    "DelayFin",
    "DropAccepted",
    "EventMissingError",
    "Fault",
    "GoSilent",
    "HalfOpen",
    "Handle",
    "HoldAfterBytes",
    "HoldAfterPacket",
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
    "url_of",
]
