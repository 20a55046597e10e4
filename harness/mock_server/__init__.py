"""A Socket.IO server that is right until it is told otherwise; useful alone.

`MockServer` is the server, the faults are what it can be told, and `record` is how it tells what
happened: see `occurrences`.
"""

from harness.mock_server.connection import Connection
from harness.mock_server.faults import (
    ALL,
    NEXT,
    AnswerHttp,
    CloseTransport,
    Cut,
    DelayDisconnects,
    DelayFin,
    Fault,
    GoSilent,
    HoldDisconnects,
    LeaveNamespace,
    NeverAnswer,
    PortGone,
    RefuseConnection,
    Scope,
    WithholdConnectAnswer,
)
from harness.mock_server.faults import Placement as Handle
from harness.mock_server.inbox import EventMissingError, ReceivedEvent
from harness.mock_server.listener import PortInUseError, bind, url_of
from harness.mock_server.occurrences import Occurrence
from harness.mock_server.server import MockServer

__all__ = [
    "ALL",
    "NEXT",
    "AnswerHttp",
    "CloseTransport",
    "Connection",
    "Cut",
    "DelayDisconnects",
    "DelayFin",
    "EventMissingError",
    "Fault",
    "GoSilent",
    "Handle",
    "HoldDisconnects",
    "LeaveNamespace",
    "MockServer",
    "NeverAnswer",
    "Occurrence",
    "PortGone",
    "PortInUseError",
    "ReceivedEvent",
    "RefuseConnection",
    "Scope",
    "WithholdConnectAnswer",
    "bind",
    "url_of",
]
