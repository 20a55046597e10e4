"""An object that applies a pace to lines while a fault holds it."""

from dataclasses import dataclass

from pulsecheck.mock_server.gates import Holdable
from pulsecheck.mock_server.line import Pace


@dataclass(frozen=True, eq=False)
class Paced:
    """Applies the pace to the lines while a fault holds this object."""

    lines: Holdable[Pace]
    pace: Pace

    def hold(self, _holder: object) -> None:
        self.lines.hold(self.pace)

    def release(self, _holder: object) -> None:
        self.lines.release(self.pace)
