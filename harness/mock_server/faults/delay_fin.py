"""Close TCP late."""

from dataclasses import dataclass
from typing import ClassVar

from harness.mock_server.faults.base import Fault, Placement
from harness.mock_server.wire import Wire


@dataclass(frozen=True)
class DelayFin(Fault):
    """Hold back the server's FIN alone: for so many seconds, or until released."""

    seconds: float | None = None
    name: ClassVar[str] = "delay FIN"

    def tcp_closing(self, here: Placement, wire: Wire) -> None:
        here.bite(wire.connection, wire.fin, seconds=self.seconds)
