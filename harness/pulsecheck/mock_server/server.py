"""A Socket.IO server that is right until it is told otherwise."""

import asyncio
import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Self, TypeVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.endpoint import Endpoint, PlainAnswer
from pulsecheck.mock_server.engine_io import session as engine
from pulsecheck.mock_server.faults.base import ALL, AnyScope, Fault, Placement
from pulsecheck.mock_server.faults.registry import Faults
from pulsecheck.mock_server.handlers import Handler, Handlers
from pulsecheck.mock_server.inbox import PATIENCE, Inbox, ReceivedEvent
from pulsecheck.mock_server.listener import Listener, url_of
from pulsecheck.mock_server.namespaces import (
    INVALID_NAMESPACE,
    Acknowledgement,
    Namespaces,
    Refusal,
)
from pulsecheck.mock_server.occurrences import Detail, Occurrence
from pulsecheck.mock_server.socket_io import session as socket
from pulsecheck.mock_server.wire import By, Direction, How, Stop, Wire

RecordCallback = Callable[[str, str, Mapping[str, Detail]], object]
H = TypeVar("H", bound=Handler)

MOST_CONNECTIONS = 10_000
"""A server that runs for days forgets what is over."""
CLOSING = 5.0
"""Seconds within which a server that is closed has given everything back."""


def ignore(_source: str, _what: str, _details: Mapping[str, Detail]) -> None:
    """RecordCallback nothing."""


class MockServer:
    """Engine.IO version 4 and Socket.IO version 5, over HTTP long-polling and WebSocket.

    Use it as an asynchronous context manager, or with `start` and `close`, and on one loop only.
    Times are in seconds and `max_payload` in bytes. `namespaces` are those that exist besides no
    other; None means that every one does. Port 0 takes any that is free. `record` is called with
    "server" or "wire", an Occurrence and its details, at the moment it happens.
    """

    def __init__(  # noqa: PLR0913 - each is a setting that a server has
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ping_interval: float = 25.0,
        ping_timeout: float = 20.0,
        connect_timeout: float = 45.0,
        max_payload: int = 1_000_000,
        namespaces: Iterable[str] | None = None,
        record: RecordCallback = ignore,
    ) -> None:
        self._host = host
        self._settings = engine.Settings(ping_interval, ping_timeout, max_payload)
        self._connect_timeout = connect_timeout
        self._namespaces = None if namespaces is None else frozenset(namespaces)
        self._record = record
        self._listener = Listener(host, port, self._accept)
        self._faults = Faults(self.record, self._listener)
        self._handlers = Handlers()
        self._inbox = Inbox()
        self._endpoint: Endpoint | None = None
        self._connections: dict[str, Connection] = {}
        self._wires: set[Wire] = set()
        self._numbers = itertools.count(1)
        self._connection_numbers = itertools.count(1)

    # --- life -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen. Raises PortInUseError."""
        self._listener.open()
        self._endpoint = Endpoint(self, self._settings.max_payload)

    async def close(self) -> None:
        """End every connection at once and give everything back; faults end without effect."""
        self._faults.abandon()
        await self._listener.close()
        for wire in tuple(self._wires):
            wire.cut("FIN")
        await self._handlers.close()
        async with asyncio.timeout(CLOSING):
            while self._wires:  # noqa: ASYNC110 - a few turns of the loop
                await asyncio.sleep(0)  # noqa: TID251 - lets others run, and waits for no time
            if self._endpoint is not None:
                await self._endpoint.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def port(self) -> int:
        """The port that the server listens on, once it was started."""
        return self._listener.port

    @property
    def url(self) -> str:
        return url_of(self._host, self.port)

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All that were opened since the last reset, in the order of opening.

        When there are more than MOST_CONNECTIONS, those that are terminated are forgotten.
        """
        return tuple(self._connections.values())

    @property
    def events(self) -> tuple[ReceivedEvent, ...]:
        """Received since the last reset, from all clients and in all namespaces, in order."""
        return self._inbox.events

    async def wait_for_event(
        self, name: str, *, namespace: str = "/", count: int = 1, seconds: float = PATIENCE
    ) -> ReceivedEvent:
        """The event which is number `count` of those that fit, received before or from now on.

        Raises EventMissingError, a TimeoutError that says what came instead.
        """
        return await self._inbox.wait_for(name, namespace, count, seconds)

    # --- what it is told to do ------------------------------------------------------------------

    def add(
        self,
        fault: Fault,
        scope: AnyScope = ALL,
        seconds: float | None = None,
        times: int | None = None,
    ) -> Placement:
        """Put a fault in place, at once; it is over when `release` of what is returned is called.

        The scope is ALL, NEXT, a connection, or a Namespace. With `seconds` the fault ends by
        itself after that time. With `times` it bites no more often than that, and ends once what
        it holds is let go. Raises ValueError if the scope does not fit the fault, or a limit is
        not positive.
        """
        return self._faults.add(
            fault, scope, self.connections, self._wires, seconds=seconds, times=times
        )

    def reset(self) -> None:
        """Release every fault; forget the events, and the connections that are terminated.

        Connections that are open are let alone.
        """
        self._faults.release()
        self._inbox.clear()
        self._forget_terminated()

    def _forget_terminated(self) -> None:
        self._connections = {
            sid: connection
            for sid, connection in self._connections.items()
            if not connection.is_terminated
        }

    async def emit(
        self, event: str, *arguments: Any, namespace: str = "/", to: Connection | None = None
    ) -> None:
        """Send an event to one connection, or to all that are in the namespace.

        Arguments are what JSON can say, and bytes. It does not wait for anybody to receive it.
        """
        for connection in self.connections if to is None else (to,):
            connection.emit(namespace, event, arguments)

    def on(self, event: str, namespace: str = "/") -> Callable[[H], H]:
        """Decorate what handles an event: a function of the connection and the arguments.

        It may be a coroutine function. The list or tuple it returns acknowledges the event, if
        the client asks for that; None does not.
        """
        return partial(_register, self._handlers.on_event, (namespace, event))

    def on_connect(self, namespace: str = "/") -> Callable[[H], H]:
        """Decorate what is called with a connection, and the client's auth, once established."""
        return partial(_register, self._handlers.on_connect, namespace)

    # --- what it is told of its parts -----------------------------------------------------------

    def record(self, what: Occurrence, **details: Detail) -> None:
        self._record("server", what, details)

    def open(self, transport: str) -> Connection:
        """A new connection, for a client's handshake."""
        now = asyncio.get_running_loop().time()
        session = engine.Session(secrets.token_urlsafe(15), transport, self._settings, now)
        if len(self._connections) >= MOST_CONNECTIONS:
            self._forget_terminated()
        number = next(self._connection_numbers)
        connection = Connection(number, session, self, self._faults, self._converse)
        self._connections[session.sid] = connection
        self._faults.opened(connection)
        return connection

    def find(self, sid: str) -> Connection | None:
        """The connection with that session id, closed ones included."""
        return self._connections.get(sid)

    def request(self, connection: Connection | None) -> PlainAnswer | None:
        return self._faults.request(connection)

    def _converse(self, connection: Connection) -> Namespaces:
        now = asyncio.get_running_loop().time()
        session = socket.Session(self._connect_timeout, now)
        return Namespaces(connection, _Desk(self, connection), session)

    def client_leaves(self, connection: Connection) -> None:
        self._faults.client_leaves(connection)

    def refusal(self, connection: Connection, namespace: str) -> Refusal | None:
        if self._namespaces is not None and namespace not in self._namespaces:
            return Refusal(INVALID_NAMESPACE)
        return self._faults.refusal(connection, namespace)

    def established(self, connection: Connection, namespace: str, auth: dict[str, Any]) -> None:
        self._faults.established(connection, namespace)
        self._handlers.call(self._handlers.on_connect.get(namespace), connection, (auth,))

    def acknowledgements(
        self, connection: Connection, right: Acknowledgement
    ) -> tuple[Acknowledgement, ...]:
        return self._faults.acknowledgements(connection, right)

    def event(
        self,
        connection: Connection,
        received: socket.EventReceived,
        acknowledge: Callable[[Sequence[Any]], None],
    ) -> None:
        self._inbox.take(
            ReceivedEvent(
                connection=connection.id,
                namespace=received.namespace,
                name=received.event,
                arguments=received.arguments,
                wants_ack=received.id is not None,
            )
        )
        handler = self._handlers.on_event.get((received.namespace, str(received.event)))
        self._handlers.call(handler, connection, received.arguments, acknowledge)

    # --- TCP ------------------------------------------------------------------------------------

    def _accept(self) -> asyncio.Protocol:
        if self._endpoint is None:
            raise RuntimeError("the server has not been started")
        return Wire(next(self._numbers), self._endpoint.protocol(), self)

    def tcp_opened(self, wire: Wire) -> None:
        self._wires.add(wire)
        self._record("wire", Occurrence.TCP_OPENED, {"tcp": wire.number})
        self._faults.tcp_opened(wire)

    def tcp_closing(self, wire: Wire) -> None:
        self._faults.tcp_closing(wire)

    def stop(self, wire: Wire, direction: Direction, data: bytes) -> Stop | None:
        return self._faults.stop(wire, direction, data)

    def tcp_ended(self, wire: Wire, by: By, how: How) -> None:
        number = None if wire.connection is None else wire.connection.id
        details = {"tcp": wire.number, "connection": number, "by": by, "how": how}
        self._record("wire", Occurrence.TCP_ENDED, details)
        if wire.connection is not None:
            wire.connection.wire_ended(wire, by)

    def tcp_released(self, wire: Wire) -> None:
        self._wires.discard(wire)
        if wire.connection is not None:
            wire.connection.wire_released(wire)


class _Desk:
    """The server, as one connection's namespaces see it."""

    def __init__(self, server: MockServer, connection: Connection) -> None:
        self._server = server
        self._connection = connection

    def record(self, what: Occurrence, **details: Detail) -> None:
        self._server.record(what, connection=self._connection.id, **details)

    def refusal(self, namespace: str) -> Refusal | None:
        return self._server.refusal(self._connection, namespace)

    def established(self, namespace: str, auth: dict[str, Any]) -> None:
        self._server.established(self._connection, namespace, auth)

    def acknowledgements(self, right: Acknowledgement) -> tuple[Acknowledgement, ...]:
        return self._server.acknowledgements(self._connection, right)

    def event(
        self, received: socket.EventReceived, acknowledge: Callable[[Sequence[Any]], None]
    ) -> None:
        self._server.event(self._connection, received, acknowledge)


def _register(handlers: dict[Any, Handler], key: object, handler: H) -> H:
    handlers[key] = handler
    return handler
