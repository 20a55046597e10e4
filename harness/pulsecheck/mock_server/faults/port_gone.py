"""Take the port away."""

from dataclasses import dataclass
from typing import ClassVar

from pulsecheck.mock_server.faults.base import Fault, Fits, Placement


@dataclass(frozen=True)
class PortGone(Fault):
    """Stop listening: new TCP connections are refused, those that are open are let alone.

    The port stays the server's: nobody else can take it meanwhile. When released, the server
    listens on it again.
    """

    name: ClassVar[str] = "port gone"
    scopes: ClassVar[tuple[Fits, ...]] = (Fits.ALL,)

    def begin(self, here: Placement) -> None:
        here.bite(None, here.listener)
