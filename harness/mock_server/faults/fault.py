"""What a fault is: something the server does on command that no good server would do."""

from collections.abc import Sequence
from enum import Enum
from typing import Protocol

from harness.mock_server.connection import Connection
from harness.mock_server.occurrences import Detail, Occurrence, Record, Source
from harness.mock_server.wire import Wire


class Everyone(Enum):
    """The scopes that name no connection: all of them, or the next one that opens."""

    ALL = "all"
    NEXT = "next"


ALL = Everyone.ALL
NEXT = Everyone.NEXT
Scope = Everyone | Connection


class Site(Protocol):
    """Where a fault is put: the server."""

    record: Record

    @property
    def connections(self) -> Sequence[Connection]: ...

    def stop_listening(self) -> None: ...

    def listen_again(self) -> None: ...


class Fault:
    """Override what the fault is about. `name` is how the timeline calls it.

    The methods are called for the connections in its scope only, while it is in place. One that
    does something calls `handle.bites`.
    """

    name = "fault"

    def begin(self, handle: "Handle") -> None:
        """It is put in place."""

    def wire_opened(self, handle: "Handle", wire: Wire) -> None:
        """A client has connected over TCP and said nothing yet."""

    def opened(self, handle: "Handle", connection: Connection) -> None:
        """A connection was opened: nothing of it has been answered yet."""

    def requested(self, handle: "Handle", connection: Connection, namespace: str) -> bool:
        """A client asks for a namespace; returns whether the fault takes care of the answer."""
        return False

    def established(self, handle: "Handle", connection: Connection) -> None:
        """A namespace has been established."""

    def left(self, handle: "Handle", connection: Connection) -> None:
        """The client has said goodbye; nothing was answered yet."""

    def end(self, handle: "Handle") -> None:
        """It is over: what it kept back goes on."""


class Handle:
    """A fault in its place. With the scope NEXT it takes the first connection that opens."""

    def __init__(self, site: Site, fault: Fault, scope: Scope) -> None:
        self.site = site
        self.is_active = True
        self._fault = fault
        self._scope = scope
        self._first_wire: Wire | None = None

    def covers(self, connection: Connection) -> bool:
        return self._scope is ALL or self._scope is connection

    def targets(self) -> tuple[Connection, ...]:
        """The connections in its scope that are there now."""
        return tuple(
            found
            for found in self.site.connections
            if self.covers(found) and not found.is_terminated
        )

    def bites(self, connection: Connection | None = None) -> None:
        """Put on the timeline that the fault does something."""
        self._record(Occurrence.FAULT_BITES, connection)

    def release(self) -> None:
        """End the fault. Ending it twice does nothing more."""
        if self.is_active:
            self._fault.end(self)
            self.is_active = False
            self._record(Occurrence.FAULT_ENDS)

    def forget(self) -> None:
        """End it without letting anything go on: the server closes."""
        self.is_active = False

    def _record(self, what: Occurrence, connection: Connection | None = None) -> None:
        scope = self._scope
        details: dict[str, Detail] = {
            "fault": self._fault.name,
            "scope": scope.value if isinstance(scope, Everyone) else f"connection {scope.id}",
        }
        if connection is not None:
            details["connection"] = connection.id
        self.site.record(Source.SERVER, what, details)

    # --- what the server reports ------------------------------------------------------------

    def begin(self) -> None:
        self._record(Occurrence.FAULT_BEGINS)
        self._fault.begin(self)

    def wire_opened(self, wire: Wire) -> None:
        if self._scope is NEXT and self._first_wire is None:
            self._first_wire = wire
        if self._scope is ALL or self._first_wire is wire:
            self._fault.wire_opened(self, wire)

    def opened(self, connection: Connection) -> None:
        if self._scope is NEXT:
            self._scope = connection
        if self.covers(connection):
            self._fault.opened(self, connection)

    def requested(self, connection: Connection, namespace: str) -> bool:
        return self._fault.requested(self, connection, namespace)

    def established(self, connection: Connection) -> None:
        self._fault.established(self, connection)

    def left(self, connection: Connection) -> None:
        self._fault.left(self, connection)
