"""What all faults have in common, and those that are in place.

A fault is a small class in a file of its own. It overrides the methods for the moments at which
it does something, and does it through its Placement. No other place knows which faults there are.
"""

import asyncio
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Protocol

from harness.mock_server.connection import Connection
from harness.mock_server.endpoint import PlainAnswer
from harness.mock_server.gates import Holdable
from harness.mock_server.namespaces import Refusal
from harness.mock_server.occurrences import Detail, Occurrence
from harness.mock_server.wire import Wire


class Scope(Enum):
    """What a fault concerns, where it is not one connection."""

    ALL = "all connections"
    NEXT = "the next connection"
    """The first one that is opened once the fault is in place, and no other."""


ALL = Scope.ALL
NEXT = Scope.NEXT


class Record(Protocol):
    def __call__(self, what: Occurrence, **details: Detail) -> None: ...


@dataclass(frozen=True)
class Fault:
    """Something that a server does wrong while it is in place. By itself it does nothing.

    `name` is what the fault is called on a timeline. A momentary one is over once it has struck,
    unless its scope is ALL: then it strikes every connection until it is released.
    """

    name: ClassVar[str]
    is_momentary: ClassVar[bool] = False

    def begin(self, here: "Placement") -> None:
        """It is put in place. Raises ValueError if its scope makes no sense."""

    def tcp_opened(self, here: "Placement", wire: Wire) -> None:
        """A TCP connection was accepted; it belongs to no connection yet."""

    def request(self, here: "Placement", connection: Connection | None) -> PlainAnswer | None:
        """A request came, of a connection if it names one; what is returned answers it."""

    def strike(self, here: "Placement", connection: Connection) -> None:
        """Once for each open connection, and whenever one has established a namespace."""

    def refusal(self, here: "Placement", connection: Connection, namespace: str) -> Refusal | None:
        """A client asks for a namespace; a Refusal is what it is answered."""

    def client_leaves(self, here: "Placement", connection: Connection) -> None:
        """A client says goodbye; nothing has been answered to it yet."""

    def tcp_closing(self, here: "Placement", wire: Wire) -> None:
        """The server is about to send a FIN."""


class Placement:
    """A fault in its place: what a fault acts through, and the handle that releases it."""

    def __init__(
        self, fault: Fault, scope: Scope | Connection, record: Record, listener: Holdable
    ) -> None:
        self.fault = fault
        self.scope = scope
        self.listener = listener
        """Holding it closes the server's port."""
        self.is_over = False
        self._record = record
        self._next: Connection | Wire | None = None
        self._held: list[Holdable] = []

    def release(self) -> None:
        """End the fault; what it holds back goes on. Without effect the second time.

        Raises PortInUseError if the server's port has been taken meanwhile; it can be released
        again then.
        """
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

    # --- for faults -----------------------------------------------------------------------------

    def bite(
        self, connection: Connection | None, *held: Holdable, seconds: float | None = None
    ) -> None:
        """Say that the fault has its effect, and hold things until it is released.

        With `seconds` they are let go after that time at the latest.
        """
        self.tell(Occurrence.FAULT_BITES, connection)
        for thing in held:
            thing.hold(self)
            self._held.append(thing)
            if seconds is not None:
                asyncio.get_running_loop().call_later(seconds, thing.release, self)

    def bite_tcp(self, wire: Wire) -> None:
        """Keep a TCP connection silent in both directions, if the scope has room for it."""
        if self._next is None and not isinstance(self.scope, Connection):
            self._next = wire if self.scope is NEXT else None
            self.bite(None, wire.outgoing, wire.incoming)

    # --- for the registry -----------------------------------------------------------------------

    def covers(self, connection: Connection | None) -> bool:
        if self.scope is NEXT:
            return connection is not None and connection is self._next
        return self.scope is ALL or connection is self.scope

    def opened(self, connection: Connection) -> None:
        if self.scope is NEXT and self._next is None:
            self._next = connection

    def strike(self, connection: Connection) -> None:
        self.fault.strike(self, connection)
        if self.fault.is_momentary and self.scope is not ALL:
            self.release()

    def tell(self, what: Occurrence, connection: Connection | None) -> None:
        if isinstance(self.scope, Connection):
            connection, scope = self.scope, f"connection {self.scope.id}"
        else:
            scope = self.scope.value
        number = None if connection is None else connection.id
        self._record(what, fault=self.fault.name, scope=scope, connection=number)
