"""Close TCP late."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, FaultHandle, require
from pulsecheck.mock_server.wire import Wire


@dataclass(frozen=True)
class DelayFin(Fault):
    """Hold only the server's FIN, for `seconds` or (if `seconds` is None) until the release."""

    seconds: float | None = None
    name: ClassVar[str] = "delay FIN"

    def __post_init__(self) -> None:
        require(self.seconds is None or self.seconds >= 0, "0 seconds or more", self.seconds)

    def tcp_closing(self, handle: FaultHandle, wire: Wire) -> None:
        handle.apply(wire.connection, wire.fin, seconds=self.seconds)
