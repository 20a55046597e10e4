"""The faults of a mock server. Each fault is one class in its own file."""

from pulsecheck.mock_server.faults.answer_http import AnswerHttp
from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.break_transport import BreakTransport
from pulsecheck.mock_server.faults.close_transport import CloseTransport
from pulsecheck.mock_server.faults.close_with_code import CloseWithCode
from pulsecheck.mock_server.faults.cut import Cut
from pulsecheck.mock_server.faults.delay_disconnects import DelayDisconnects
from pulsecheck.mock_server.faults.delay_fin import DelayFin
from pulsecheck.mock_server.faults.drop_accepted import DropAccepted
from pulsecheck.mock_server.faults.go_silent import GoSilent
from pulsecheck.mock_server.faults.half_open import HalfOpen
from pulsecheck.mock_server.faults.hold_after_bytes import HoldAfterBytes
from pulsecheck.mock_server.faults.hold_after_packet import HoldAfterPacket
from pulsecheck.mock_server.faults.hold_answer import HoldAnswer
from pulsecheck.mock_server.faults.hold_disconnects import HoldDisconnects
from pulsecheck.mock_server.faults.latency import Latency
from pulsecheck.mock_server.faults.leave_namespace import LeaveNamespace
from pulsecheck.mock_server.faults.never_answer import NeverAnswer
from pulsecheck.mock_server.faults.no_pings import NoPings
from pulsecheck.mock_server.faults.port_gone import PortGone
from pulsecheck.mock_server.faults.refuse_connection import RefuseConnection
from pulsecheck.mock_server.faults.scopes import ALL, NEXT, AnyScope, Namespace, Scope
from pulsecheck.mock_server.faults.send_packet import SendPacket
from pulsecheck.mock_server.faults.slow_reading import SlowReading
from pulsecheck.mock_server.faults.slow_writing import SlowWriting
from pulsecheck.mock_server.faults.stop_in_mid_answer import StopInMidAnswer
from pulsecheck.mock_server.faults.stop_in_mid_frame import StopInMidFrame
from pulsecheck.mock_server.faults.stop_in_mid_upgrade import StopInMidUpgrade
from pulsecheck.mock_server.faults.swap_messages import SwapMessages
from pulsecheck.mock_server.faults.withhold_connect_answer import WithholdConnectAnswer
from pulsecheck.mock_server.faults.wrong_acknowledgement import WrongAcknowledgement

__all__ = [
    "ALL",
    "NEXT",
    "AnswerHttp",
    "AnyScope",
    "BreakTransport",
    "CloseTransport",
    "CloseWithCode",
    "Cut",
    "DelayDisconnects",
    "DelayFin",
    "DropAccepted",
    "Fault",
    "FaultHandle",
    "GoSilent",
    "HalfOpen",
    "HoldAfterBytes",
    "HoldAfterPacket",
    "HoldAnswer",
    "HoldDisconnects",
    "Latency",
    "LeaveNamespace",
    "Namespace",
    "NeverAnswer",
    "NoPings",
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
