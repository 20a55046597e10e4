"""Make lines go at a pace."""

from dataclasses import dataclass

from pulsecheck.mock_server.gates import Holdable
from pulsecheck.mock_server.line import Pace


@dataclass(frozen=True, eq=False)
class Paced:
    """Lines that go at a pace while this is held."""

    lines: Holdable[Pace]
    pace: Pace

    def hold(self, _holder: object) -> None:
        self.lines.hold(self.pace)

    def release(self, _holder: object) -> None:
        self.lines.release(self.pace)
