"""What a mock server can do wrong: one class, in one file, for each."""

from harness.mock_server.faults.answer_http import AnswerHttp
from harness.mock_server.faults.base import ALL, NEXT, Fault, Namespace, Placement, Scope
from harness.mock_server.faults.break_transport import BreakTransport
from harness.mock_server.faults.close_transport import CloseTransport
from harness.mock_server.faults.close_with_code import CloseWithCode
from harness.mock_server.faults.cut import Cut
from harness.mock_server.faults.delay_disconnects import DelayDisconnects
from harness.mock_server.faults.delay_fin import DelayFin
from harness.mock_server.faults.drop_accepted import DropAccepted
from harness.mock_server.faults.go_silent import GoSilent
from harness.mock_server.faults.half_open import HalfOpen
from harness.mock_server.faults.hold_after_bytes import HoldAfterBytes
from harness.mock_server.faults.hold_after_packet import HoldAfterPacket
from harness.mock_server.faults.hold_disconnects import HoldDisconnects
from harness.mock_server.faults.latency import Latency
from harness.mock_server.faults.leave_namespace import LeaveNamespace
from harness.mock_server.faults.never_answer import NeverAnswer
from harness.mock_server.faults.no_pings import NoPings
from harness.mock_server.faults.port_gone import PortGone
from harness.mock_server.faults.refuse_connection import RefuseConnection
from harness.mock_server.faults.send_packet import SendPacket
from harness.mock_server.faults.slow_reading import SlowReading
from harness.mock_server.faults.slow_writing import SlowWriting
from harness.mock_server.faults.stop_in_mid_answer import StopInMidAnswer
from harness.mock_server.faults.stop_in_mid_frame import StopInMidFrame
from harness.mock_server.faults.stop_in_mid_upgrade import StopInMidUpgrade
from harness.mock_server.faults.swap_messages import SwapMessages
from harness.mock_server.faults.withhold_connect_answer import WithholdConnectAnswer
from harness.mock_server.faults.wrong_acknowledgement import WrongAcknowledgement

__all__ = [
    "ALL",
    "NEXT",
    "AnswerHttp",
    "BreakTransport",
    "CloseTransport",
    "CloseWithCode",
    "Cut",
    "DelayDisconnects",
    "DelayFin",
    "DropAccepted",
    "Fault",
    "GoSilent",
    "HalfOpen",
    "HoldAfterBytes",
    "HoldAfterPacket",
    "HoldDisconnects",
    "Latency",
    "LeaveNamespace",
    "Namespace",
    "NeverAnswer",
    "NoPings",
    "Placement",
    "PortGone",
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
]
