"""Hang up on a client that has just come."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, Fits, Placement
from pulsecheck.mock_server.wire import How, Wire


@dataclass(frozen=True)
class DropAccepted(Fault):
    """Accept TCP connections and end them at once, with FIN or RST; those that are open stay.

    With the scope NEXT it is the next TCP connection.
    """

    how: How = "FIN"
    name: ClassVar[str] = "drop accepted"
    scopes: ClassVar[tuple[Fits, ...]] = (Fits.ALL, Fits.NEXT)
    next_bites: ClassVar[bool] = True

    def tcp_opened(self, here: Placement, wire: Wire) -> None:
        here.bite(None)
        wire.cut(self.how)
