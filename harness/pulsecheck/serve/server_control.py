"""The operations that users of `pulsecheck serve` can perform on the mock server."""

import itertools
from dataclasses import dataclass

from pulsecheck import __version__
from pulsecheck.mock_server import (
    ALL,
    NEXT,
    AnyScope,
    Connection,
    ConnectionView,
    FaultHandle,
    MockServer,
    Namespace,
    ReceivedEvent,
)
from pulsecheck.oracle.reported_pulse import NODE, ReportedPulse
from pulsecheck.serve.fault_kinds import FaultKinds
from pulsecheck.serve.history import History
from pulsecheck.serve.messages import (
    EmitRequest,
    EmitResult,
    FaultRequest,
    FaultState,
    PulseAdded,
    ServerState,
    TimelinePart,
)

LARGEST_CLOCK_ERROR = 1.0
"""Seconds. The largest difference between a reporter's clock and the server's clock.

A pulse is rejected if its time is earlier than the server's start, or later than the present time,
by more than this difference.
"""


class NotFoundError(LookupError):
    """A request names a fault or a connection that the server does not have."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class _AddedFault:
    handle: FaultHandle
    scope: str


class ServerControl:
    """Controls a server. `history` is the timeline to which the server records.

    Use a ServerControl on the server's event loop only.
    """

    def __init__(self, server: MockServer, history: History, kinds: FaultKinds) -> None:
        self.history = history
        self.kinds = kinds
        self._server = server
        self._added: dict[int, _AddedFault] = {}
        self._fault_ids = itertools.count(1)

    def state(self) -> ServerState:
        return ServerState(
            url=self._server.url,
            version=__version__,
            began=self.history.began.isoformat(timespec="milliseconds"),
        )

    def add(self, request: FaultRequest) -> FaultState:
        """Add a fault.

        Raises ValueError if the fault's parameters or scope are invalid, and NotFoundError if the
        scope names an unknown connection.
        """
        handle = self._server.add(
            self.kinds.from_message(request.fault),
            self._scope(request.scope),
            seconds=request.seconds,
            times=request.times,
        )
        fault_id = next(self._fault_ids)
        self._added[fault_id] = _AddedFault(handle, request.scope)
        return self._state_of(fault_id)

    def release(self, fault_id: int) -> None:
        """Release an active fault. Raises NotFoundError."""
        if fault_id not in self._active():
            raise NotFoundError(
                f"fault {fault_id} is not active. {_listing('active faults', self._active())}"
            )
        self._added[fault_id].handle.release()

    def faults(self) -> tuple[FaultState, ...]:
        """Return the active faults."""
        return tuple(self._state_of(fault_id) for fault_id in self._active())

    def connections(self) -> tuple[ConnectionView, ...]:
        return tuple(ConnectionView.of(connection) for connection in self._server.connections)

    def events(self, name: str | None, namespace: str | None) -> tuple[ReceivedEvent, ...]:
        """Return the received events of a name and a namespace. None matches all."""
        return tuple(
            event
            for event in self._server.events
            if name in {None, event.name} and namespace in {None, event.namespace}
        )

    def report(self, pulse: ReportedPulse) -> PulseAdded:
        """Put a pulse on the timeline. Raises ValueError if its time is not plausible."""
        at, now = pulse.seconds_since(self.history.began), self.history.now()
        if at is not None and not -LARGEST_CLOCK_ERROR <= at <= now + LARGEST_CLOCK_ERROR:
            raise ValueError(
                f"expected `at` to be a time between the server's start and now; it is {at:.3f} s "
                f"after the start, and now is {now:.3f} s after it. Correct the clock or the unit "
                "(seconds), or leave `at` out."
            )
        entry = self.history.append(NODE, pulse.what, pulse.details())
        return PulseAdded(number=entry.number, at=entry.at)

    def timeline(self, since: int, limit: int) -> TimelinePart:
        entries = self.history.part(since, limit)
        following = entries[-1].number + 1 if entries else self.history.next
        return TimelinePart(entries=entries, next=following, oldest=self.history.oldest)

    async def emit(self, request: EmitRequest) -> EmitResult:
        """Send an event. Raises NotFoundError if the connection is unknown."""
        connection_id, namespace = request.connection, request.namespace
        receiver = None if connection_id is None else self._connection(connection_id)
        addressed = self._server.connections if receiver is None else (receiver,)
        receivers = tuple(each.id for each in addressed if namespace in each.namespaces)
        await self._server.emit(request.event, *request.arguments, namespace=namespace, to=receiver)
        return EmitResult(receivers)

    def reset(self) -> None:
        """Reset the server, as MockServer.reset does, and clear the timeline."""
        self._server.reset()
        self._added.clear()
        self.history.clear()

    def _active(self) -> tuple[int, ...]:
        """Forget faults that are over, and return the ids of the others."""
        self._added = {
            fault_id: added for fault_id, added in self._added.items() if not added.handle.is_over
        }
        return tuple(self._added)

    def _state_of(self, fault_id: int) -> FaultState:
        added = self._added[fault_id]
        state: FaultState = self.kinds.state_type(
            id=fault_id,
            fault=self.kinds.to_message(added.handle.fault),
            scope=added.scope,
            is_over=added.handle.is_over,
        )
        return state

    def _scope(self, text: str) -> AnyScope:
        match text.split(" ", 1):
            case ["all"]:
                return ALL
            case ["next"]:
                return NEXT
            case ["connection", number]:
                return self._connection(int(number))
            case ["namespace", name]:
                return Namespace(name)
        raise ValueError(
            'expected a scope: "all", "next", "connection NUMBER" or "namespace NAME", such as '
            f'"connection 3"; got "{text}"'
        )

    def _connection(self, connection_id: int) -> Connection:
        known = {connection.id: connection for connection in self._server.connections}
        if connection_id not in known:
            listing = _listing("connections", tuple(known))
            raise NotFoundError(f"there is no connection {connection_id}. {listing}")
        return known[connection_id]


def _listing(kind: str, ids: tuple[int, ...]) -> str:
    """List the last few ids."""
    shown = ", ".join(str(each) for each in ids[-10:])
    return f"The latest {kind} are: {shown}." if shown else f"There are no {kind}."
