"""Close TCP late."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, Placement, require
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class DelayFin(Fault):
    """Hold back the server's FIN alone: for so many seconds, or until released."""

    seconds: float | None = None
    name: ClassVar[str] = "delay FIN"

    def __post_init__(self) -> None:
        require(self.seconds is None or self.seconds >= 0, "seconds from 0", self.seconds)

    def tcp_closing(self, here: Placement, wire: Wire) -> None:
        here.bite(wire.connection, wire.fin, seconds=self.seconds)
