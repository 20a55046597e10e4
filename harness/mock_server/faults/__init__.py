"""What a mock server can do wrong: one class, in one file, for each."""

from harness.mock_server.faults.answer_http import AnswerHttp
from harness.mock_server.faults.base import ALL, NEXT, Fault, Namespace, Placement, Scope
from harness.mock_server.faults.close_transport import CloseTransport
from harness.mock_server.faults.cut import Cut
from harness.mock_server.faults.delay_disconnects import DelayDisconnects
from harness.mock_server.faults.delay_fin import DelayFin
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
    "AnswerHttp",
    "CloseTransport",
    "Cut",
    "DelayDisconnects",
    "DelayFin",
    "Fault",
    "GoSilent",
    "HoldDisconnects",
    "LeaveNamespace",
    "Namespace",
    "NeverAnswer",
    "Placement",
    "PortGone",
    "RefuseConnection",
    "Scope",
    "WithholdConnectAnswer",
]
