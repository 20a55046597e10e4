"""A Socket.IO server for tests that is right until told otherwise. It stands alone.

async with MockServer() as server:
    hold = server.add(HoldDisconnects())
    ...
    hold.release()
"""

from harness.mock_server.connection import Connection
from harness.mock_server.faults import (
    ALL,
    NEXT,
    CloseTransport,
    Cut,
    DelayDisconnects,
    DelayFin,
    Fault,
    GoSilent,
    Handle,
    HoldDisconnects,
    LeaveNamespace,
    NeverAnswer,
    PortGone,
    RefuseConnection,
    Scope,
    WithholdConnectAnswer,
)
from harness.mock_server.occurrences import Occurrence
from harness.mock_server.server import MockServer, PortInUseError

__all__ = [
    "ALL",
    "NEXT",
    "CloseTransport",
    "Connection",
    "Cut",
    "DelayDisconnects",
    "DelayFin",
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
    "RefuseConnection",
    "Scope",
    "WithholdConnectAnswer",
]
