"""The faults that are in place on one server."""

from collections.abc import Iterable, Iterator
from functools import partial

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.endpoint import PlainAnswer
from pulsecheck.mock_server.engine_io.packets import Packet
from pulsecheck.mock_server.faults.base import ALL, AnyScope, Fault, Namespace, Placement, Record
from pulsecheck.mock_server.gates import Holdable
from pulsecheck.mock_server.interfaces import Packets
from pulsecheck.mock_server.namespaces import Acknowledgement, Refusal
from pulsecheck.mock_server.wire import Direction, Stop, Wire


class Faults:
    """Passes each moment on to the faults that it concerns, in the order of their adding."""

    def __init__(self, record: Record, listener: Holdable[object]) -> None:
        self._record = record
        self._listener = listener
        self._placements: list[Placement] = []

    def add(  # noqa: PLR0913 - what a placement has, and what it begins with
        self,
        fault: Fault,
        scope: AnyScope,
        connections: Iterable[Connection],
        wires: Iterable[Wire],
        *,
        seconds: float | None,
        times: int | None,
    ) -> Placement:
        """Put a fault in place; it begins with the connections that there are."""
        placement = Placement(
            fault, scope, self._record, self._listener, seconds=seconds, times=times
        )
        placement.begin()
        self._placements.append(placement)
        if isinstance(scope, Connection) and scope.is_open:
            fault.reach(placement, scope)
        for wire in wires if scope is ALL else ():
            if placement.acts:
                fault.reach(placement, wire)
        for connection in connections:
            if placement.acts and connection.is_open and placement.covers(connection):
                placement.strike(connection)
        return placement

    def release(self) -> None:
        """Release every fault."""
        for placement in self._placements:
            placement.release()

    def abandon(self) -> None:
        for placement in self._placements:
            placement.abandon()

    def tcp_opened(self, wire: Wire) -> None:
        for placement in self._in_place():
            if placement.scope is ALL:
                placement.fault.reach(placement, wire)
            if placement.covers(wire.connection):
                placement.fault.tcp_opened(placement, wire)

    def tcp_closing(self, wire: Wire) -> None:
        for placement in self._covering(wire.connection):
            placement.fault.tcp_closing(placement, wire)

    def stop(self, wire: Wire, direction: Direction, data: bytes) -> Stop | None:
        """Where the first fault says that they stop; the gate is held there."""
        if not self._placements:
            return None
        for placement in self._covering(wire.connection):
            position = placement.fault.stop(placement, wire, direction, data)
            if position is not None:
                gate = wire.outgoing if direction == "to client" else wire.incoming
                return Stop(position, partial(placement.bite, wire.connection, gate))
        return None

    def request(self, connection: Connection | None) -> PlainAnswer | None:
        """What the first fault gives that answers requests itself."""
        for placement in self._covering(connection):
            answer = placement.fault.request(placement, connection)
            if answer is not None:
                return answer
        return None

    def opened(self, connection: Connection) -> None:
        for placement in self._in_place():
            placement.opened(connection)

    def established(self, connection: Connection, namespace: str) -> None:
        for placement in self._in_place():
            elsewhere = isinstance(placement.scope, Namespace) and placement.scope.name != namespace
            if placement.covers(connection) and not elsewhere:
                placement.strike(connection)

    def refusal(self, connection: Connection, namespace: str) -> Refusal | None:
        """The first that any fault gives."""
        for placement in self._covering(connection):
            refusal = placement.fault.refusal(placement, connection, namespace)
            if refusal is not None:
                return refusal
        return None

    def client_leaves(self, connection: Connection) -> None:
        for placement in self._covering(connection):
            placement.fault.client_leaves(placement, connection)

    def received(self, connection: Connection, packet: Packet) -> None:
        for placement in self._covering(connection):
            placement.fault.received(placement, connection, packet)

    def passed(self, connection: Connection, packet: Packet) -> None:
        for placement in self._covering(connection):
            placement.fault.passed(placement, connection, packet)

    def withholds_ping(self, connection: Connection) -> bool:
        """If any fault does."""
        return any(
            placement.fault.withholds_ping(placement, connection)
            for placement in self._covering(connection)
        )

    def instead(self, connection: Connection, packets: Packets) -> Packets:
        """What each fault makes of what the one before it has made."""
        for placement in self._placements:
            if not placement.is_over and placement.covers(connection):
                packets = placement.fault.instead(placement, connection, packets)
        return packets

    def acknowledgements(
        self, connection: Connection, right: Acknowledgement
    ) -> tuple[Acknowledgement, ...]:
        """What the first fault gives that concerns its namespace."""
        for placement in self._covering(connection):
            if placement.namespace(right.namespace) == right.namespace:
                wrong = placement.fault.acknowledgements(placement, connection, right)
                if wrong is not None:
                    return wrong
        return (right,)

    def _covering(self, connection: Connection | None) -> Iterator[Placement]:
        if self._placements:
            for placement in self._in_place():
                if placement.covers(connection):
                    yield placement

    def _in_place(self) -> tuple[Placement, ...]:
        self._placements = [placement for placement in self._placements if not placement.is_over]
        return tuple(placement for placement in self._placements if placement.acts)
