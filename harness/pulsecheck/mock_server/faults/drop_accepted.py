"""End TCP connections as soon as they are accepted."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.scopes import ScopeKind
from pulsecheck.mock_server.wire import TcpEnd, Wire


@dataclass(frozen=True)
class DropAccepted(Fault):
    """Accept new TCP connections and end them at once, with FIN or RST.

    Open TCP connections are not affected. The scope NEXT covers the next TCP connection.
    """

    how: TcpEnd = "FIN"
    name: ClassVar[str] = "drop accepted"
    scopes: ClassVar[tuple[ScopeKind, ...]] = (ScopeKind.ALL, ScopeKind.NEXT)
    next_means_next_use: ClassVar[bool] = True

    def tcp_opened(self, handle: FaultHandle, wire: Wire) -> None:
        handle.apply(None)
        wire.cut(self.how)
