"""The faults, one to a file. A new one needs no change elsewhere but its name here."""

from harness.mock_server.faults.close_transport import CloseTransport
from harness.mock_server.faults.cut import Cut
from harness.mock_server.faults.delay_disconnects import DelayDisconnects
from harness.mock_server.faults.delay_fin import DelayFin
from harness.mock_server.faults.fault import ALL, NEXT, Fault, Handle, Scope
from harness.mock_server.faults.go_silent import GoSilent
from harness.mock_server.faults.hold_disconnects import HoldDisconnects
from harness.mock_server.faults.leave_namespace import LeaveNamespace
from harness.mock_server.faults.never_answer import NeverAnswer
from harness.mock_server.faults.port_gone import PortGone
from harness.mock_server.faults.refuse_connection import RefuseConnection
from harness.mock_server.faults.withhold_connect_answer import WithholdConnectAnswer

__all__ = [
    "ALL",
    "NEXT",
    "CloseTransport",
    "Cut",
    "DelayDisconnects",
    "DelayFin",
    "Fault",
    "GoSilent",
    "Handle",
    "HoldDisconnects",
    "LeaveNamespace",
    "NeverAnswer",
    "PortGone",
    "RefuseConnection",
    "Scope",
    "WithholdConnectAnswer",
]
