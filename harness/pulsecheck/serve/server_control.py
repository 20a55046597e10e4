"""A mock server on the control: what can be done with it, and what it tells."""

import itertools
from dataclasses import dataclass

from pulsecheck import __version__
from pulsecheck.mock_server import (
    ALL,
    NEXT,
    Connection,
    ConnectionView,
    Handle,
    MockServer,
    Namespace,
    ReceivedEvent,
)
from pulsecheck.mock_server.faults.base import AnyScope
from pulsecheck.serve.history import History
from pulsecheck.serve.kinds import Kinds
from pulsecheck.serve.messages import Emitted, Emitting, Placed, Placing, ServerState, TimelinePart


class NotThereError(LookupError):
    """Something is named that the server does not have."""

    def __str__(self) -> str:
        return str(self.args[0])


@dataclass(frozen=True)
class _Place:
    handle: Handle
    scope: str


class ServerControl:
    """To be used on the server's loop. `history` is what the server records to."""

    def __init__(self, server: MockServer, history: History, kinds: Kinds) -> None:
        self.history = history
        self.kinds = kinds
        self._server = server
        self._places: dict[int, _Place] = {}
        self._numbers = itertools.count(1)

    def state(self) -> ServerState:
        return ServerState(
            url=self._server.url,
            version=__version__,
            began=self.history.began.isoformat(timespec="milliseconds"),
        )

    def add(self, placing: Placing) -> Placed:
        """Put a fault in place.

        Raises ValueError if it makes no sense so, and NotThereError if there is no such connection.
        """
        handle = self._server.add(
            self.kinds.fault(placing.fault),
            self._scope(placing.scope),
            seconds=placing.seconds,
            times=placing.times,
        )
        number = next(self._numbers)
        self._places[number] = _Place(handle, placing.scope)
        return self._placed(number)

    def release(self, number: int) -> None:
        """Raises NotThereError."""
        if number not in self._in_place():
            raise NotThereError(f"no fault {number} is in place; {_those(self._in_place())}")
        self._places[number].handle.release()

    def faults(self) -> tuple[Placed, ...]:
        """Those that are in place."""
        return tuple(self._placed(number) for number in self._in_place())

    def connections(self) -> tuple[ConnectionView, ...]:
        return tuple(ConnectionView.of(found) for found in self._server.connections)

    def events(self, name: str | None, namespace: str | None) -> tuple[ReceivedEvent, ...]:
        """Those of that name and namespace that were received; None stands for any."""
        return tuple(
            event
            for event in self._server.events
            if name in {None, event.name} and namespace in {None, event.namespace}
        )

    def timeline(self, since: int, limit: int) -> TimelinePart:
        entries = self.history.part(since, limit)
        following = entries[-1].number + 1 if entries else self.history.next
        return TimelinePart(entries=entries, next=following, oldest=self.history.oldest)

    async def emit(self, emitting: Emitting) -> Emitted:
        """Raises NotThereError if there is no such connection."""
        number, namespace = emitting.connection, emitting.namespace
        receiver = None if number is None else self._connection(number)
        asked = self._server.connections if receiver is None else (receiver,)
        inside = tuple(each.id for each in asked if namespace in each.namespaces)
        await self._server.emit(
            emitting.event, *emitting.arguments, namespace=namespace, to=receiver
        )
        return Emitted(inside)

    def reset(self) -> None:
        """As MockServer.reset; the timeline is forgotten too."""
        self._server.reset()
        self._places.clear()
        self.history.clear()

    def _in_place(self) -> tuple[int, ...]:
        self._places = {
            number: place for number, place in self._places.items() if not place.handle.is_over
        }
        return tuple(self._places)

    def _placed(self, number: int) -> Placed:
        place = self._places[number]
        placed: Placed = self.kinds.placed(
            id=number,
            fault=self.kinds.tell(place.handle.fault),
            scope=place.scope,
            is_over=place.handle.is_over,
        )
        return placed

    def _scope(self, said: str) -> AnyScope:
        match said.split(" ", 1):
            case ["all"]:
                return ALL
            case ["next"]:
                return NEXT
            case ["connection", number]:
                return self._connection(int(number))
            case ["namespace", name]:
                return Namespace(name)
        raise ValueError(f'a scope is all, next, connection 3 or namespace /x; got "{said}"')

    def _connection(self, number: int) -> Connection:
        known = {found.id: found for found in self._server.connections}
        if number not in known:
            raise NotThereError(f"there is no connection {number}; {_those(tuple(known))}")
        return known[number]


def _those(numbers: tuple[int, ...]) -> str:
    """Say which there are: the last few."""
    shown = ", ".join(str(number) for number in numbers[-10:])
    return f"there are: {shown}" if shown else "there is none"
