"""The active faults of one server."""

from collections.abc import Iterable, Iterator
from functools import partial

from pulsecheck.mock_server.connection import Connection, Packets
from pulsecheck.mock_server.endpoint import PlainAnswer
from pulsecheck.mock_server.engine_io.packets import Packet
from pulsecheck.mock_server.faults.base import Fault, FaultHandle, Record
from pulsecheck.mock_server.faults.scopes import ALL, AnyScope, Namespace
from pulsecheck.mock_server.gates import Holdable
from pulsecheck.mock_server.namespaces import Acknowledgement, Refusal
from pulsecheck.mock_server.wire import CarriedConnection, Direction, Stop, Wire


class FaultRegistry:
    """Calls the hooks of the active faults that cover a connection, oldest fault first."""

    def __init__(self, record: Record, listener: Holdable[object]) -> None:
        self._record = record
        self._listener = listener
        self._handles: list[FaultHandle] = []

    def add(  # noqa: PLR0913 - the parts of a handle, and its first targets
        self,
        fault: Fault,
        scope: AnyScope,
        connections: Iterable[Connection],
        wires: Iterable[Wire],
        *,
        seconds: float | None,
        times: int | None,
    ) -> FaultHandle:
        """Add a fault, and apply it to those `connections` and `wires` that its scope covers."""
        handle = FaultHandle(
            fault, scope, self._record, self._listener, seconds=seconds, times=times
        )
        handle.begin()
        self._handles.append(handle)
        if isinstance(scope, Connection) and scope.is_open:
            fault.attach(handle, scope)
        for wire in wires if scope is ALL else ():
            if handle.can_apply:
                fault.attach(handle, wire)
        for connection in connections:
            if handle.can_apply and connection.is_open and handle.covers(connection):
                handle.act_on(connection)
        return handle

    def release(self) -> None:
        """Release all faults."""
        for handle in self._handles:
            handle.release()

    def abandon(self) -> None:
        for handle in self._handles:
            handle.abandon()

    def tcp_opened(self, wire: Wire) -> None:
        for handle in self._applicable():
            if handle.scope is ALL:
                handle.fault.attach(handle, wire)
            if handle.covers(wire.connection):
                handle.fault.tcp_opened(handle, wire)

    def tcp_closing(self, wire: Wire) -> None:
        for handle in self._covering(wire.connection):
            handle.fault.tcp_closing(handle, wire)

    def stop(self, wire: Wire, direction: Direction, data: bytes) -> Stop | None:
        """Return the Stop of the first fault that stops the bytes.

        The `action` of the Stop holds the gate.
        """
        if not self._handles:
            return None
        for handle in self._covering(wire.connection):
            position = handle.fault.stop(handle, wire, direction, data)
            if position is not None:
                gate = wire.outgoing if direction == "to client" else wire.incoming
                return Stop(position, partial(handle.apply, wire.connection, gate))
        return None

    def request(self, connection: Connection | None) -> PlainAnswer | None:
        """Return the answer of the first fault that answers the request."""
        for handle in self._covering(connection):
            answer = handle.fault.request(handle, connection)
            if answer is not None:
                return answer
        return None

    def opened(self, connection: Connection) -> None:
        for handle in self._applicable():
            handle.opened(connection)

    def established(self, connection: Connection, namespace: str) -> None:
        for handle in self._applicable():
            elsewhere = isinstance(handle.scope, Namespace) and handle.scope.name != namespace
            if handle.covers(connection) and not elsewhere:
                handle.act_on(connection)

    def refusal(self, connection: Connection, namespace: str) -> Refusal | None:
        """Return the refusal of the first fault that refuses the request."""
        for handle in self._covering(connection):
            refusal = handle.fault.refusal(handle, connection, namespace)
            if refusal is not None:
                return refusal
        return None

    def client_leaves(self, connection: Connection) -> None:
        for handle in self._covering(connection):
            handle.fault.client_leaves(handle, connection)

    def received(self, connection: Connection, packet: Packet) -> None:
        for handle in self._covering(connection):
            handle.fault.received(handle, connection, packet)

    def passed(self, connection: Connection, packet: Packet) -> None:
        for handle in self._covering(connection):
            handle.fault.passed(handle, connection, packet)

    def withholds_ping(self, connection: Connection) -> bool:
        """Return whether a fault withholds the heartbeat that is due."""
        return any(
            handle.fault.withholds_ping(handle, connection) for handle in self._covering(connection)
        )

    def replacement(self, connection: Connection, packets: Packets) -> Packets:
        """Let each fault replace the packets that the fault before it returned."""
        for handle in self._handles:
            if not handle.is_over and handle.covers(connection):
                packets = handle.fault.replacement(handle, connection, packets)
        return packets

    def acknowledgements(
        self, connection: Connection, correct: Acknowledgement
    ) -> tuple[Acknowledgement, ...]:
        """Return the acknowledgements of the first fault that replaces the correct one."""
        for handle in self._covering(connection):
            if handle.namespace(correct.namespace) == correct.namespace:
                wrong = handle.fault.acknowledgements(handle, connection, correct)
                if wrong is not None:
                    return wrong
        return (correct,)

    def _covering(self, connection: CarriedConnection | None) -> Iterator[FaultHandle]:
        if self._handles:
            for handle in self._applicable():
                if handle.covers(connection):
                    yield handle

    def _applicable(self) -> tuple[FaultHandle, ...]:
        self._handles = [handle for handle in self._handles if not handle.is_over]
        return tuple(handle for handle in self._handles if handle.can_apply)
