"""The faults that are in place on one server."""

from collections.abc import Iterable

from harness.mock_server.connection import Connection
from harness.mock_server.endpoint import PlainAnswer
from harness.mock_server.faults.base import AnyScope, Fault, Namespace, Placement, Record
from harness.mock_server.gates import Holdable
from harness.mock_server.namespaces import Refusal
from harness.mock_server.wire import Wire


class Faults:
    """Passes each moment on to the faults that it concerns, in the order of their adding."""

    def __init__(self, record: Record, listener: Holdable) -> None:
        self._record = record
        self._listener = listener
        self._placements: list[Placement] = []

    def add(
        self,
        fault: Fault,
        scope: AnyScope,
        connections: Iterable[Connection],
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
        for connection in connections:
            if placement.acts and connection.is_open and placement.covers(connection):
                placement.strike(connection)
        return placement

    def release(self) -> None:
        """Release every fault; raises PortInUseError as a placement does."""
        for placement in self._placements:
            placement.release()

    def abandon(self) -> None:
        for placement in self._placements:
            placement.abandon()

    def tcp_opened(self, wire: Wire) -> None:
        for placement in self._in_place():
            if placement.covers(wire.connection):
                placement.fault.tcp_opened(placement, wire)

    def tcp_closing(self, wire: Wire) -> None:
        for placement in self._in_place():
            if placement.covers(wire.connection):
                placement.fault.tcp_closing(placement, wire)

    def request(self, connection: Connection | None) -> PlainAnswer | None:
        """What the first fault gives that answers requests itself."""
        for placement in self._in_place():
            if placement.covers(connection):
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
        for placement in self._in_place():
            if placement.covers(connection):
                refusal = placement.fault.refusal(placement, connection, namespace)
                if refusal is not None:
                    return refusal
        return None

    def client_leaves(self, connection: Connection) -> None:
        for placement in self._in_place():
            if placement.covers(connection):
                placement.fault.client_leaves(placement, connection)

    def _in_place(self) -> tuple[Placement, ...]:
        self._placements = [placement for placement in self._placements if not placement.is_over]
        return tuple(placement for placement in self._placements if placement.acts)
