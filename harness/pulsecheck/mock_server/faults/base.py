"""What all faults have in common, and those that are in place.

A fault is a small class in a file of its own. It overrides the methods for the moments at which
it does something, and does it through its Placement. No other place knows which faults there are.
"""

import asyncio
import math
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from typing import Any, ClassVar, Protocol, cast
from weakref import WeakKeyDictionary

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.endpoint import PlainAnswer
from pulsecheck.mock_server.engine_io.packets import Packet
from pulsecheck.mock_server.gates import Holdable
from pulsecheck.mock_server.interfaces import Packets
from pulsecheck.mock_server.namespaces import Acknowledgement, Refusal
from pulsecheck.mock_server.occurrences import Detail, Occurrence
from pulsecheck.mock_server.wire import Direction, Wire


class Scope(Enum):
    """What a fault concerns, where it is not one connection."""

    ALL = "all connections"
    NEXT = "the next connection"
    """The first one that is opened once the fault is in place, and no other."""


ALL = Scope.ALL
NEXT = Scope.NEXT


@dataclass(frozen=True)
class Namespace:
    """A scope: that namespace alone, on all connections. Raises ValueError if it is no name."""

    name: str

    def __post_init__(self) -> None:
        if not self.name.startswith("/") or "," in self.name:
            raise ValueError(f'a namespace begins with "/" and has no comma; got {self.name!r}')


AnyScope = Scope | Connection | Namespace


class Fits(StrEnum):
    """The kinds of scope, as a user writes them."""

    ALL = "ALL"
    NEXT = "NEXT"
    CONNECTION = "a connection"
    NAMESPACE = 'Namespace("/x")'


CONNECTIONS = (Fits.ALL, Fits.NEXT, Fits.CONNECTION)
ANYWHERE = (*CONNECTIONS, Fits.NAMESPACE)


class Record(Protocol):
    def __call__(self, what: Occurrence, **details: Detail) -> None: ...


@dataclass(frozen=True)
class Fault:
    """Something that a server does wrong while it is in place. By itself it does nothing.

    `name` is what the fault is called on a timeline, `scopes` those that it can have. A momentary
    one is over once it has struck, unless it concerns all connections: then it strikes each until
    it is released. With `next_bites`, NEXT is not the next connection but the next bite.
    """

    name: ClassVar[str]
    scopes: ClassVar[tuple[Fits, ...]] = CONNECTIONS
    is_momentary: ClassVar[bool] = False
    next_bites: ClassVar[bool] = False

    def begin(self, here: "Placement") -> None:
        """It is put in place."""

    def tcp_opened(self, here: "Placement", wire: Wire) -> None:
        """A TCP connection was accepted; it belongs to no connection yet."""

    def request(self, here: "Placement", connection: Connection | None) -> PlainAnswer | None:
        """A request came, of a connection if it names one; what is returned answers it."""

    def strike(self, here: "Placement", connection: Connection) -> None:
        """Once for each open connection, and whenever one has established a namespace in scope."""

    def refusal(self, here: "Placement", connection: Connection, namespace: str) -> Refusal | None:
        """A client asks for a namespace; a Refusal is what it is answered."""

    def client_leaves(self, here: "Placement", connection: Connection) -> None:
        """A client says goodbye; nothing has been answered to it yet."""

    def tcp_closing(self, here: "Placement", wire: Wire) -> None:
        """The server is about to send a FIN."""

    def reach(self, here: "Placement", place: Wire | Connection) -> None:
        """Once for what the scope means: a connection from its opening, or every TCP connection."""

    def stop(self, here: "Placement", wire: Wire, direction: Direction, data: bytes) -> int | None:
        """Bytes are about to pass; a number of them: the others are held until the release."""

    def received(self, here: "Placement", connection: Connection, packet: Packet) -> None:
        """A packet came, and nothing has been answered to it yet."""

    def passed(self, here: "Placement", connection: Connection, packet: Packet) -> None:
        """A packet has passed on its way to the client; what follows it has not."""

    def withholds_ping(self, here: "Placement", connection: Connection) -> bool:
        """A heartbeat is due; True keeps it back."""
        return False

    def instead(self, here: "Placement", connection: Connection, packets: Packets) -> Packets:
        """What goes out instead of the messages of one Socket.IO packet."""
        return packets

    def acknowledgements(
        self, here: "Placement", connection: Connection, right: Acknowledgement
    ) -> tuple[Acknowledgement, ...] | None:
        """An event is acknowledged; what is returned goes out instead."""


class Placement:
    """A fault in its place: what a fault acts through, and the handle that releases it."""

    def __init__(  # noqa: PLR0913 - each is something that a placement has of its own
        self,
        fault: Fault,
        scope: AnyScope,
        record: Record,
        listener: Holdable[object],
        *,
        seconds: float | None = None,
        times: int | None = None,
    ) -> None:
        """Raises ValueError if the scope does not fit the fault, or a limit is no limit."""
        _check(fault, scope, seconds, times)
        self.fault = fault
        self.scope = scope
        self.listener = listener
        """Holding it closes the server's port."""
        self.is_over = False
        self._record = record
        self._seconds = seconds
        self._bites_left = (times or 1) if self._is_next_bite else times
        self._next: Connection | None = None
        self._held: list[Holdable[object]] = []
        self.notes: MutableMapping[object, Any] = WeakKeyDictionary()
        """What a fault keeps of a TCP connection or a connection, as long as there is that."""
        self._timers: list[asyncio.TimerHandle] = []

    def begin(self) -> None:
        """Put the fault in place."""
        self.tell(Occurrence.FAULT_BEGINS, None)
        if self._seconds is not None:
            self._later(self._seconds, self.release)
        self.fault.begin(self)

    def release(self) -> None:
        """End the fault; what it holds back goes on. Without effect the second time."""
        if self.is_over:
            return
        while self._held:
            self._held[-1].release(self)
            self._held.pop()
        self.abandon()
        self.tell(Occurrence.FAULT_ENDS, None)

    def abandon(self) -> None:
        """The server is closed: nothing can go on."""
        self.is_over = True
        for timer in self._timers:
            timer.cancel()

    # --- for faults -----------------------------------------------------------------------------

    def bite(
        self, connection: Connection | None, *held: Holdable[object], seconds: float | None = None
    ) -> None:
        """Say that the fault has its effect, and hold things until it is released.

        With `seconds` they are let go after that time at the latest. The last bite ends the fault,
        once nothing is held any more; after it nothing happens.
        """
        if not self.acts:
            return
        self.tell(Occurrence.FAULT_APPLIED, connection)
        if self._bites_left is not None:
            self._bites_left -= 1
        for thing in held:
            thing.hold(self)
            self._held.append(thing)
        if seconds is not None:
            self._later(seconds, self.let_go, *held)
        self._end_if_spent()

    def bite_at(self, place: Wire | Connection, *held: Holdable[object]) -> None:
        """Bite the connection that there is at a place, if there is one."""
        self.bite(place if isinstance(place, Connection) else place.connection, *held)

    def let_go(self, *things: Holdable[object]) -> None:
        """Hold these things no more."""
        for thing in things:
            if thing in self._held:
                self._held.remove(thing)
                thing.release(self)
        self._end_if_spent()

    def namespace(self, otherwise: str) -> str:
        """The one that the fault concerns: that of its scope, if it has one."""
        return self.scope.name if isinstance(self.scope, Namespace) else otherwise

    # --- for the registry -----------------------------------------------------------------------

    @property
    def acts(self) -> bool:
        """It may bite: it is not over, and has not bitten as often as it should."""
        return not self.is_over and self._bites_left != 0

    def covers(self, connection: Connection | None) -> bool:
        if self.scope is NEXT and not self._is_next_bite:
            return connection is not None and connection is self._next
        return not isinstance(self.scope, Connection) or connection is self.scope

    def opened(self, connection: Connection) -> None:
        if self.scope is NEXT and self._next is None:
            self._next = connection
            self.fault.reach(self, connection)

    def strike(self, connection: Connection) -> None:
        self.fault.strike(self, connection)
        if self.fault.is_momentary and _kind(self.scope) in {Fits.NEXT, Fits.CONNECTION}:
            self.release()

    def tell(self, what: Occurrence, connection: Connection | None) -> None:
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
    def _is_next_bite(self) -> bool:
        return self.scope is NEXT and self.fault.next_bites

    def _later(
        self, seconds: float, action: Callable[..., None], *arguments: Holdable[object]
    ) -> None:
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(seconds, action, *arguments))

    def _end_if_spent(self) -> None:
        if self._bites_left == 0 and not self._held:
            self.release()


def require(condition: bool, wanted: str, got: object) -> None:
    """Raises ValueError if a fault's setting is not what was wanted."""
    if not condition:
        raise ValueError(f"wanted {wanted}; got {got!r}")


def _kind(scope: AnyScope) -> Fits:
    match scope:
        case Connection():
            return Fits.CONNECTION
        case Namespace():
            return Fits.NAMESPACE
    return Fits.ALL if scope is ALL else Fits.NEXT


def _check(fault: Fault, scope: AnyScope, seconds: float | None, times: int | None) -> None:
    if (kind := _kind(scope)) not in fault.scopes:
        fitting = " or ".join(fault.scopes)
        raise ValueError(f'"{fault.name}" cannot be limited to {kind}: its scope is {fitting}')
    if seconds is not None and not _is_duration(seconds):
        raise ValueError(
            f"seconds, after which a fault ends, are more than 0 and finite; got {seconds!r} "
            "(None: it lasts until it is released)"
        )
    if times is not None and (type(times) is not int or times < 1):
        raise ValueError(
            f"times, the bites after which a fault ends, are a whole number from 1; got {times!r} "
            "(None: there is no limit)"
        )


def _is_duration(seconds: object) -> bool:
    return type(seconds) in {int, float} and 0 < cast("float", seconds) < math.inf
