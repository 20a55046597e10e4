"""A Socket.IO server that behaves correctly unless a fault is added."""

import asyncio
import itertools
import secrets
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Self, TypeVar

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.endpoint import Endpoint, PlainAnswer
from pulsecheck.mock_server.engine_io import session as engine
from pulsecheck.mock_server.faults.base import Fault, FaultHandle
from pulsecheck.mock_server.faults.registry import FaultRegistry
from pulsecheck.mock_server.faults.scopes import ALL, AnyScope
from pulsecheck.mock_server.handlers import Handler, Handlers
from pulsecheck.mock_server.inbox import DEFAULT_TIMEOUT, Inbox, ReceivedEvent
from pulsecheck.mock_server.listener import Listener, url_of
from pulsecheck.mock_server.namespace_server import NamespaceServer
from pulsecheck.mock_server.namespaces import Namespaces
from pulsecheck.mock_server.occurrences import Detail, Occurrence
from pulsecheck.mock_server.socket_io import session as socket
from pulsecheck.mock_server.wire import Direction, Side, Stop, TcpEnd, Wire

RecordCallback = Callable[[str, str, Mapping[str, Detail]], object]
"""A function that is called with a record's source, its Occurrence and its details."""
H = TypeVar("H", bound=Handler)

MOST_CONNECTIONS = 10_000
"""At this number, the server drops terminated connections, to limit its use of memory."""
CLOSE_TIMEOUT = 5.0
"""The time limit for closing, in seconds."""


def ignore_record(_source: str, _what: str, _details: Mapping[str, Detail]) -> None:
    pass


class MockServer:
    """A server for Engine.IO version 4 and Socket.IO version 5, over long-polling and WebSocket.

    Use it as an asynchronous context manager, or call `start` and `close`. Use it on one event
    loop only.

    - `host`: the address to listen on.
    - `port`: the port to listen on. 0 selects a free port.
    - `ping_interval`, `ping_timeout`: the heartbeat times, in seconds.
    - `connect_timeout`: the time within which a client must ask for a namespace, in seconds.
    - `max_payload`: the largest body or frame that a client may send, in bytes.
    - `namespaces`: the only namespaces that exist. None allows every namespace.
    - `record`: a function that is called at once for each Occurrence. Its arguments are the source
      ("server" or "wire"), the Occurrence, and the details of the Occurrence.
    """

    def __init__(  # noqa: PLR0913 - the settings of a server
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ping_interval: float = 25.0,
        ping_timeout: float = 20.0,
        connect_timeout: float = 45.0,
        max_payload: int = 1_000_000,
        namespaces: Iterable[str] | None = None,
        record: RecordCallback = ignore_record,
    ) -> None:
        self._host = host
        self._settings = engine.Settings(ping_interval, ping_timeout, max_payload)
        self._connect_timeout = connect_timeout
        self._allowed = None if namespaces is None else frozenset(namespaces)
        self._record = record
        self._listener = Listener(host, port, self._accept)
        self._faults = FaultRegistry(self.record, self._listener)
        self._handlers = Handlers()
        self._inbox = Inbox()
        self._endpoint: Endpoint | None = None
        self._connections: dict[str, Connection] = {}
        self._wires: set[Wire] = set()
        self._wire_numbers = itertools.count(1)
        self._connection_numbers = itertools.count(1)

    # --- start and close ------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen.

        Raises PortInUseError, or another OSError if the host is not an address of this machine.
        """
        self._listener.open()
        self._endpoint = Endpoint(self, self._settings.max_payload)

    async def close(self) -> None:
        """Stop listening, end all connections at once, and free all resources.

        Active faults end, but do not release the objects that they hold.
        """
        self._faults.abandon()
        await self._listener.close()
        for wire in tuple(self._wires):
            wire.cut("FIN")
        await self._handlers.close()
        async with asyncio.timeout(CLOSE_TIMEOUT):
            while self._wires:  # noqa: ASYNC110 - takes a few loop iterations
                await asyncio.sleep(0)  # noqa: TID251 - runs other tasks, without a delay
            if self._endpoint is not None:
                await self._endpoint.close()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def port(self) -> int:
        """The port that the server listens on. `start` replaces port 0 by a free port."""
        return self._listener.port

    @property
    def url(self) -> str:
        """The URL to connect to, without a path."""
        return url_of(self._host, self.port)

    @property
    def connections(self) -> tuple[Connection, ...]:
        """The connections, open and ended, in the order of opening.

        `reset` drops the terminated connections. The server also drops the terminated connections
        when it has 10 000 connections and another one is opened.
        """
        return tuple(self._connections.values())

    @property
    def events(self) -> tuple[ReceivedEvent, ...]:
        """The events received since the last `reset`, in the order of arrival.

        The events come from all clients and namespaces. The latest 10 000 events are kept.
        """
        return self._inbox.events

    async def wait_for_event(
        self, name: str, *, namespace: str = "/", count: int = 1, seconds: float = DEFAULT_TIMEOUT
    ) -> ReceivedEvent:
        """Wait for an event and return it. An event that has already arrived is returned at once.

        `count` selects the first, second, … event of this name in this namespace since the last
        `reset`. Raises EventMissingError after `seconds`; the error lists the events that arrived.
        """
        return await self._inbox.wait_for(name, namespace, count, seconds)

    # --- faults, events and handlers ------------------------------------------------------------

    def add(
        self,
        fault: Fault,
        scope: AnyScope = ALL,
        seconds: float | None = None,
        times: int | None = None,
    ) -> FaultHandle:
        """Add a fault, which is active at once. `release` of the returned handle ends the fault.

        `scope` is ALL, NEXT, a Connection, or a Namespace. With `seconds`, the fault ends by
        itself after that time. With `times`, the fault is applied at most that many times. After
        the last application, the fault ends as soon as it holds nothing. Raises ValueError if the
        fault cannot have this scope, if `seconds` is not positive and finite, or if `times` is not
        a positive integer.
        """
        return self._faults.add(
            fault, scope, self.connections, self._wires, seconds=seconds, times=times
        )

    def reset(self) -> None:
        """Release all faults, and drop the received events and the terminated connections.

        Other connections stay.
        """
        self._faults.release()
        self._inbox.clear()
        self._drop_terminated()

    def _drop_terminated(self) -> None:
        self._connections = {
            sid: connection
            for sid, connection in self._connections.items()
            if not connection.is_terminated
        }

    async def emit(
        self,
        event: str,
        *arguments: Any,
        namespace: str = "/",
        to: Connection | None = None,
        ack: bool = False,
    ) -> None:
        """Send an event to one connection, or to all connections in the namespace.

        `arguments` are JSON values that may contain bytes. A connection that is not in the
        namespace gets nothing. Does not wait until clients receive the event. With `ack`, the event
        asks for an acknowledgement, which the server then ignores.
        """
        for connection in self.connections if to is None else (to,):
            connection.emit(namespace, event, arguments, ack=ack)

    def on(self, event: str, namespace: str = "/") -> Callable[[H], H]:
        """Register the decorated function as the handler of an event.

        The function is called with the Connection and the event's arguments, and may be a coroutine
        function. If the function returns a list or tuple, and the client asked for an
        acknowledgement, the items are the arguments of the acknowledgement. If the function returns
        None, no acknowledgement is sent. A later handler of the same event replaces an earlier
        handler. An exception of a handler goes to the event loop's exception handler.
        """
        return partial(_register, self._handlers.on_event, (namespace, event))

    def on_connect(self, namespace: str = "/") -> Callable[[H], H]:
        """Register the decorated function to be called when a client has entered the namespace.

        The function is called with the Connection and the client's auth (a dict), and may be a
        coroutine function.
        """
        return partial(_register, self._handlers.on_connect, namespace)

    # --- for the connections --------------------------------------------------------------------

    def record(self, what: Occurrence, **details: Detail) -> None:
        self._record("server", what, details)

    def open(self, transport: str) -> Connection:
        now = asyncio.get_running_loop().time()
        session = engine.Session(secrets.token_urlsafe(15), transport, self._settings, now)
        if len(self._connections) >= MOST_CONNECTIONS:
            self._drop_terminated()
        number = next(self._connection_numbers)
        connection = Connection(number, session, self, self._faults, self._open_namespaces)
        self._connections[session.sid] = connection
        self._faults.opened(connection)
        return connection

    def find(self, sid: str) -> Connection | None:
        return self._connections.get(sid)

    def request(self, connection: Connection | None) -> PlainAnswer | None:
        return self._faults.request(connection)

    def _open_namespaces(self, connection: Connection) -> Namespaces:
        now = asyncio.get_running_loop().time()
        session = socket.Session(self._connect_timeout, now)
        host = NamespaceServer(
            connection, self._allowed, self._faults, self._handlers, self._inbox, self.record
        )
        return Namespaces(connection, host, session)

    def client_leaves(self, connection: Connection) -> None:
        self._faults.client_leaves(connection)

    # --- TCP ------------------------------------------------------------------------------------

    def _accept(self) -> asyncio.Protocol:
        if self._endpoint is None:
            raise RuntimeError("the server has not been started; call start() first")
        return Wire(next(self._wire_numbers), self._endpoint.protocol(), self)

    def tcp_opened(self, wire: Wire) -> None:
        self._wires.add(wire)
        self._record("wire", Occurrence.TCP_OPENED, {"tcp": wire.number})
        self._faults.tcp_opened(wire)

    def tcp_closing(self, wire: Wire) -> None:
        self._faults.tcp_closing(wire)

    def stop(self, wire: Wire, direction: Direction, data: bytes) -> Stop | None:
        return self._faults.stop(wire, direction, data)

    def tcp_ended(self, wire: Wire, by: Side, how: TcpEnd) -> None:
        number = None if wire.connection is None else wire.connection.id
        details = {"tcp": wire.number, "connection": number, "by": by, "how": how}
        self._record("wire", Occurrence.TCP_ENDED, details)
        if wire.connection is not None:
            wire.connection.wire_ended(wire, by)

    def tcp_released(self, wire: Wire) -> None:
        self._wires.discard(wire)
        if wire.connection is not None:
            wire.connection.wire_released(wire)


def _register(handlers: dict[Any, Handler], key: object, handler: H) -> H:
    handlers[key] = handler
    return handler
