"""Refuse new TCP connections."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.scopes import ScopeKind


@dataclass(frozen=True)
class PortGone(Fault):
    """Stop listening, and so refuse new TCP connections. Open TCP connections are not affected.

    The server keeps the port reserved. On release it listens on the port again.
    """

    name: ClassVar[str] = "port gone"
    scopes: ClassVar[tuple[ScopeKind, ...]] = (ScopeKind.ALL,)

    def begin(self, handle: FaultHandle) -> None:
        handle.apply(None, handle.listener)
