"""Accept and say nothing."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, Fits, Placement
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class NeverAnswer(Fault):
    """Accept TCP connections and answer nothing on them; those that are open are let alone.

    With the scope NEXT it is the next TCP connection. When released, what clients have sent is
    answered, unless they have gone.
    """

    name: ClassVar[str] = "never answer"
    scopes: ClassVar[tuple[Fits, ...]] = (Fits.ALL, Fits.NEXT)
    next_bites: ClassVar[bool] = True

    def tcp_opened(self, here: Placement, wire: Wire) -> None:
        here.bite(None, wire.outgoing, wire.incoming)
