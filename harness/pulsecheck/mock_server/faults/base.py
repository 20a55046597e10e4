"""The base class of all faults, and the handle of an added fault.

Each fault is a small class in a file of its own. It overrides the hooks that it needs and acts
through its FaultHandle. Code outside this package does not depend on particular faults.
"""

import asyncio
import math
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, cast
from weakref import WeakKeyDictionary

from pulsecheck.mock_server.connection import Connection, Packets
from pulsecheck.mock_server.endpoint import PlainAnswer
from pulsecheck.mock_server.engine_io.packets import Packet
from pulsecheck.mock_server.faults.scopes import (
    CONNECTIONS,
    NEXT,
    AnyScope,
    Namespace,
    Scope,
    ScopeKind,
    kind_of,
)
from pulsecheck.mock_server.gates import Holdable
from pulsecheck.mock_server.namespaces import Acknowledgement, Refusal
from pulsecheck.mock_server.occurrences import Detail, Occurrence
from pulsecheck.mock_server.wire import CarriedConnection, Direction, Wire


class Record(Protocol):
    def __call__(self, what: Occurrence, **details: Detail) -> None: ...


@dataclass(frozen=True)
class Fault:
    """The base class of faults. A fault has no effect until it is added to a server.

    `name` is the fault's name on a timeline. `scopes` are the scopes that the fault can have.

    A momentary fault (`is_momentary`) acts on a connection once and then ends. With the scope ALL
    or a Namespace, the fault lasts until its release. It acts at once on each open connection in
    scope, and later each time that a client joins a namespace in scope.

    Normally the scope NEXT limits the fault to the next connection. If `next_means_next_use` is
    true, NEXT limits the fault to its next use, on any connection.
    """

    name: ClassVar[str]
    scopes: ClassVar[tuple[ScopeKind, ...]] = CONNECTIONS
    is_momentary: ClassVar[bool] = False
    next_means_next_use: ClassVar[bool] = False

    def begin(self, handle: "FaultHandle") -> None:
        """Called when the fault was added to a server."""

    def tcp_opened(self, handle: "FaultHandle", wire: Wire) -> None:
        """Called when a TCP connection was accepted. The wire does not carry a connection yet."""

    def request(self, handle: "FaultHandle", connection: Connection | None) -> PlainAnswer | None:
        """Called when an HTTP request has arrived. Return the answer to the request, or None.

        If the hook returns None, the server answers. `connection` is the connection that the
        request names, if any.
        """

    def act_on(self, handle: "FaultHandle", connection: Connection) -> None:
        """Act on a connection in scope.

        Called for each open connection when the fault is added, and later whenever a client has
        entered a namespace in scope.
        """

    def refusal(
        self, handle: "FaultHandle", connection: Connection, namespace: str
    ) -> Refusal | None:
        """Called when a client asks for a namespace. Return a Refusal to refuse the request."""

    def client_leaves(self, handle: "FaultHandle", connection: Connection) -> None:
        """Called when a client starts to disconnect, before the server reacts."""

    def tcp_closing(self, handle: "FaultHandle", wire: Wire) -> None:
        """Called when the server is about to send a FIN."""

    def attach(self, handle: "FaultHandle", target: Wire | Connection) -> None:
        """Attach the fault to a target.

        Called for each open target when the fault is added, and later whenever a target opens.
        With the scope ALL, the targets are the TCP connections. With NEXT or a connection, the only
        target is the connection in scope. With a Namespace there are no targets.
        """

    def stop(
        self, handle: "FaultHandle", wire: Wire, direction: Direction, data: bytes
    ) -> int | None:
        """Called when bytes are about to pass a gate. Return the number that may pass, or None.

        The other bytes are held until the release. If the hook returns None, all bytes pass.
        """

    def received(self, handle: "FaultHandle", connection: Connection, packet: Packet) -> None:
        """Called when a packet has arrived, before the server reacts to the packet."""

    def passed(self, handle: "FaultHandle", connection: Connection, packet: Packet) -> None:
        """Called when a packet to the client has passed its gate.

        The call comes before any later WebSocket frame or long-polling answer passes the gate. The
        packets of one answer pass together.
        """

    def withholds_ping(self, handle: "FaultHandle", connection: Connection) -> bool:
        """Called when a heartbeat is due. Return True to skip the heartbeat."""
        return False

    def replacement(
        self, handle: "FaultHandle", connection: Connection, packets: Packets
    ) -> Packets:
        """Return the packets to send instead of `packets`, which carry one Socket.IO packet."""
        return packets

    def acknowledgements(
        self, handle: "FaultHandle", connection: Connection, correct: Acknowledgement
    ) -> tuple[Acknowledgement, ...] | None:
        """Called before an event is acknowledged. Return the acknowledgements to send, or None.

        If the hook returns None, the server sends the correct acknowledgement.
        """


class FaultHandle:
    """A fault that was added to a server. `release` ends the fault."""

    def __init__(  # noqa: PLR0913 - the parts of an added fault
        self,
        fault: Fault,
        scope: AnyScope,
        record: Record,
        listener: Holdable[object],
        *,
        seconds: float | None = None,
        times: int | None = None,
    ) -> None:
        """Raise ValueError if `scope`, `seconds` or `times` is not valid for the fault."""
        _check(fault, scope, seconds, times)
        self.fault = fault
        self.scope = scope
        self.listener = listener
        """The server's listener. Holding it closes the port."""
        self.is_over = False
        """The fault has ended."""
        self._record = record
        self._seconds = seconds
        self._times_left = (times or 1) if self._applies_once else times
        self._next: Connection | None = None
        self._held: list[Holdable[object]] = []
        self.notes: MutableMapping[object, Any] = WeakKeyDictionary()
        """Data that the fault keeps for a wire or a connection, as long as that object exists."""

        self._timers: list[asyncio.TimerHandle] = []

    def begin(self) -> None:
        self._record_fault(Occurrence.FAULT_BEGINS, None)
        if self._seconds is not None:
            self._later(self._seconds, self.release)
        self.fault.begin(self)

    def release(self) -> None:
        """End the fault, and release everything that it holds. A second call has no effect."""
        if self.is_over:
            return
        # Record the end first, so that the effects of the release come later on the timeline.
        self._record_fault(Occurrence.FAULT_ENDS, None)
        while self._held:
            self._held[-1].release(self)
            self._held.pop()
        self.abandon()

    def abandon(self) -> None:
        """End the fault, but release nothing that it holds, because the server is closing."""
        self.is_over = True
        for timer in self._timers:
            timer.cancel()

    # --- for faults -----------------------------------------------------------------------------

    def apply(
        self,
        connection: CarriedConnection | None,
        *held: Holdable[object],
        seconds: float | None = None,
    ) -> None:
        """Record that the fault is applied, and hold objects until the fault is released.

        With `seconds`, the objects are held for that time at most. If `times` limits the fault,
        the fault ends after its last application, as soon as it holds no object. Calls after the
        last application have no effect.
        """
        if not self.can_apply:
            return
        self._record_fault(Occurrence.FAULT_APPLIED, connection)
        if self._times_left is not None:
            self._times_left -= 1
        for each in held:
            each.hold(self)
            self._held.append(each)
        if seconds is not None:
            self._later(seconds, self.let_go, *held)
        self._end_if_used_up()

    def apply_at(self, target: Wire | Connection, *held: Holdable[object]) -> None:
        """Apply the fault to a connection, or to the connection that a wire carries, if any."""
        self.apply(target if isinstance(target, Connection) else target.connection, *held)

    def let_go(self, *held: Holdable[object]) -> None:
        """Stop holding these objects."""
        for each in held:
            if each in self._held:
                self._held.remove(each)
                each.release(self)
        self._end_if_used_up()

    def namespace(self, default: str) -> str:
        """Return the namespace of the scope, or the default if the scope has none."""
        return self.scope.name if isinstance(self.scope, Namespace) else default

    # --- for the registry -----------------------------------------------------------------------

    @property
    def can_apply(self) -> bool:
        """The fault is not over, and was applied fewer times than `times` allows."""
        return not self.is_over and self._times_left != 0

    def covers(self, connection: CarriedConnection | None) -> bool:
        """Return whether the scope includes the connection. Does not check namespaces."""
        if self.scope is NEXT and not self._applies_once:
            return connection is not None and connection is self._next
        return not isinstance(self.scope, Connection) or connection is self.scope

    def opened(self, connection: Connection) -> None:
        if self.scope is NEXT and self._next is None:
            self._next = connection
            self.fault.attach(self, connection)

    def act_on(self, connection: Connection) -> None:
        self.fault.act_on(self, connection)
        covers_one = kind_of(self.scope) in {ScopeKind.NEXT, ScopeKind.CONNECTION}
        if self.fault.is_momentary and covers_one:
            self.release()

    def _record_fault(self, what: Occurrence, connection: CarriedConnection | None) -> None:
        match self.scope:
            case Connection() as connection:
                scope = f"connection {connection.id}"
            case Namespace(name):
                scope = f"namespace {name}"
            case Scope(value=scope):
                pass
        number = None if connection is None else connection.id
        self._record(what, fault=self.fault.name, scope=scope, connection=number)

    @property
    def _applies_once(self) -> bool:
        return self.scope is NEXT and self.fault.next_means_next_use

    def _later(
        self, seconds: float, action: Callable[..., None], *arguments: Holdable[object]
    ) -> None:
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(seconds, action, *arguments))

    def _end_if_used_up(self) -> None:
        if self._times_left == 0 and not self._held:
            self.release()


def require(condition: bool, expected: str, got: object) -> None:
    """Check a parameter of a fault. Raise ValueError unless the condition is true."""
    if not condition:
        raise ValueError(f"expected {expected}; got {got!r}")


def _check(fault: Fault, scope: AnyScope, seconds: float | None, times: int | None) -> None:
    if (kind := kind_of(scope)) not in fault.scopes:
        allowed = " or ".join(fault.scopes)
        raise ValueError(f'the scope of "{fault.name}" must be {allowed}; got {kind}')
    if seconds is not None and not _is_duration(seconds):
        raise ValueError(
            "seconds, the time after which a fault ends, must be finite and greater than 0; "
            f"got {seconds!r} (None means that the fault lasts until it is released)"
        )
    if times is not None and (type(times) is not int or times < 1):
        raise ValueError(
            "times, the number of times that a fault is applied, must be an integer of 1 or more; "
            f"got {times!r} (None means no limit)"
        )


def _is_duration(seconds: object) -> bool:
    return type(seconds) in {int, float} and 0 < cast("float", seconds) < math.inf
