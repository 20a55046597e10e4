"""Accept TCP connections and send nothing."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.scopes import ScopeKind
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class NeverAnswer(Fault):
    """Accept new TCP connections and send nothing on them. Open TCP connections are not affected.

    The scope NEXT covers the next TCP connection. On release, the server answers the requests of
    clients that are still waiting.
    """

    name: ClassVar[str] = "never answer"
    scopes: ClassVar[tuple[ScopeKind, ...]] = (ScopeKind.ALL, ScopeKind.NEXT)
    next_means_next_use: ClassVar[bool] = True

    def tcp_opened(self, handle: FaultHandle, wire: Wire) -> None:
        handle.apply(None, wire.outgoing, wire.incoming)
