"""The TCP connections that carry one session, as a group."""

from collections.abc import Iterator

from pulsecheck.mock_server.gates import Gates
from pulsecheck.mock_server.line import Pace
from pulsecheck.mock_server.wire import Direction, Wire


class Wires:
    """A group of TCP connections. A hold also applies to TCP connections that join later."""

    def __init__(self) -> None:
        self.outgoing: Gates[object] = Gates()
        self.incoming: Gates[object] = Gates()
        self.lines: dict[Direction, Gates[Pace]] = {"to client": Gates(), "from client": Gates()}
        self._wires: list[Wire] = []

    def __iter__(self) -> Iterator[Wire]:
        """Iterate over a snapshot of the group."""
        return iter(tuple(self._wires))

    def __len__(self) -> int:
        return len(self._wires)

    def join(self, wire: Wire) -> None:
        self._wires.append(wire)
        self.outgoing.join(wire.outgoing)
        self.incoming.join(wire.incoming)
        for direction, lines in self.lines.items():
            lines.join(wire.lines[direction])

    def remove(self, wire: Wire) -> None:
        """Remove a TCP connection that has ended. Its gates stay held until `release`."""
        self._wires.remove(wire)

    def leave(self, wire: Wire) -> None:
        """Remove a TCP connection that stays open, and release its gates and lines."""
        self._wires.remove(wire)
        self.release(wire)

    def release(self, wire: Wire) -> None:
        """Release the gates and lines of a TCP connection that was removed."""
        self.outgoing.leave(wire.outgoing)
        self.incoming.leave(wire.incoming)
        for direction, lines in self.lines.items():
            lines.leave(wire.lines[direction])
