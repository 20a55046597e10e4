"""The server accepts TCP connections and does not read what comes."""

from harness.mock_server.faults.fault import Fault, Handle
from harness.mock_server.wire import Wire


class NeverAnswer(Fault):
    """New TCP connections are accepted; what comes on them is read once the fault is released."""

    name = "accept and never answer"

    def __init__(self) -> None:
        self._wires: list[Wire] = []

    def wire_opened(self, handle: Handle, wire: Wire) -> None:
        wire.hold_reads(self)
        self._wires.append(wire)
        handle.bites()

    def end(self, handle: Handle) -> None:
        for wire in self._wires:
            wire.let_go(self)
