"""The mock server: a listening socket, the connections on it, and the faults in place."""

import asyncio
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

from aiohttp import web

from harness.mock_server.connection import Connection
from harness.mock_server.endpoint import Endpoint
from harness.mock_server.engine_session import Settings
from harness.mock_server.faults.fault import ALL, Fault, Handle, Scope
from harness.mock_server.occurrences import Occurrence, Record, Source
from harness.mock_server.socket_packets import ROOT
from harness.mock_server.socket_session import Received, Requested
from harness.mock_server.wire import Wire

BACKLOG = 1000
Handler = Callable[..., Sequence[Any] | None]
"""Called with the connection and an event's arguments; what it returns is the acknowledgement."""
ConnectHandler = Callable[[Connection, str, Any], object]
"""Called with a connection, the namespace that was established in it, and the client's auth."""


class PortInUseError(Exception):
    """The server cannot listen where it was told to."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(host, port, reason)
        self.host = host
        self.port = port
        self.reason = reason

    def __str__(self) -> str:
        return (
            f"the mock server cannot listen on {self.host}:{self.port}: {self.reason}\n"
            "  End what listens there, or give another port; port 0 takes one that is free."
        )


def forget(_source: str, _what: str, _details: object) -> None:
    """Record nothing."""


class MockServer:
    """A Socket.IO server (Engine.IO 4, Socket.IO 5) that is right until a fault is added.

    It is used on one asyncio loop, as an async context manager or between `start` and `close`.
    Times are in seconds, `max_payload` in bytes. `namespaces` are those a client may join, None
    for any. `record` gets all that happens, see `Occurrence`.
    """

    def __init__(  # noqa: PLR0913 - each is a setting of the protocol
        self,
        host: str = "127.0.0.1",
        port: int = 0,
        *,
        ping_interval: float = 25.0,
        ping_timeout: float = 20.0,
        connect_timeout: float = 45.0,
        max_payload: int = 1_000_000,
        namespaces: Iterable[str] | None = None,
        record: Record = forget,
    ) -> None:
        self.host = host
        self.port = port
        self.settings = Settings(ping_interval, ping_timeout, connect_timeout, max_payload)
        self.record = record
        self._namespaces = None if namespaces is None else frozenset(namespaces)
        self._connections: dict[str, Connection] = {}
        self._wires: set[Wire] = set()
        self._wire_count = 0
        self._handles: list[Handle] = []
        self._handlers: dict[tuple[str, str], Handler] = {}
        self._connect_handlers: list[ConnectHandler] = []
        self._auth: dict[tuple[int, str], Any] = {}
        self._listener: asyncio.Server | None = None
        self._listening: set[asyncio.Task[None]] = set()
        self._all_gone = asyncio.Event()

    # --- its life ---------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where clients find it."""
        return f"http://{self.host}:{self.port}"

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def start(self) -> None:
        """Listen. Raises PortInUseError if it cannot."""
        endpoint = Endpoint(self._open, self._connections.get, self.settings.max_payload)
        self._http = web.Server(_guarded(endpoint), handler_cancellation=True, access_log=None)
        await self._accept_on(self._bind())

    async def close(self) -> None:
        """End everything at once, faults and connections; waits for nobody."""
        for handle in self._handles:
            handle.forget()
        for task in tuple(self._listening):
            task.cancel()
        self.stop_listening()
        for connection in self._connections.values():
            connection.abandon()
        for wire in tuple(self._wires):
            wire.transport.abort()
        await self._http.shutdown(0)
        while self._wires:
            self._all_gone.clear()
            await self._all_gone.wait()

    def stop_listening(self) -> None:
        """Close the listening socket; what is connected stays."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._listening_socket.close()

    def listen_again(self) -> None:
        """Listen on the same port. Raises PortInUseError if it was taken meanwhile."""
        task = asyncio.ensure_future(self._accept_on(self._bind()))
        self._listening.add(task)
        task.add_done_callback(self._listening.discard)

    def _bind(self) -> socket.socket:
        try:
            family = socket.AF_INET6 if ":" in self.host else socket.AF_INET
            listening = socket.create_server((self.host, self.port), family=family, backlog=BACKLOG)
        except OSError as error:
            raise PortInUseError(self.host, self.port, error.strerror or str(error)) from error
        self.port = listening.getsockname()[1]
        self._listening_socket = listening
        return listening

    async def _accept_on(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        self._listener = await loop.create_server(self._make_wire, sock=listening, backlog=BACKLOG)

    # --- what users do ----------------------------------------------------------------------

    @property
    def connections(self) -> tuple[Connection, ...]:
        """All connections that were ever opened, in that order."""
        return tuple(self._connections.values())

    def add(self, fault: Fault, scope: Scope = ALL) -> Handle:
        """Put a fault in place, for all connections, the next one (NEXT), or one of them."""
        handle = Handle(self, fault, scope)
        self._handles.append(handle)
        handle.begin()
        return handle

    async def emit(
        self, event: str, *arguments: Any, namespace: str = ROOT, to: Connection | None = None
    ) -> None:
        """Send an event to one connection, or to all in which the namespace is established."""
        for connection in self.connections if to is None else (to,):
            connection.emit(event, *arguments, namespace=namespace)

    def on(self, event: str, handler: Handler, *, namespace: str = ROOT) -> None:
        """React to an event of a namespace; a later handler takes an earlier one's place."""
        self._handlers[namespace, event] = handler

    def on_connect(self, handler: ConnectHandler) -> None:
        """React to each namespace that is established, once the client has been answered."""
        self._connect_handlers.append(handler)

    # --- what wires report ------------------------------------------------------------------

    def _make_wire(self) -> Wire:
        self._wire_count += 1
        return Wire(self._http(), self, self._wire_count)

    def wire_opened(self, wire: Wire) -> None:
        self._wires.add(wire)
        self.record(Source.WIRE, Occurrence.TCP_OPENED, {"tcp": wire.number})
        for handle in self._active():
            handle.wire_opened(wire)

    def wire_ended(self, wire: Wire, by: str, how: str) -> None:
        using = [found for found in self.connections if wire in found.wires]
        details = {"tcp": wire.number, "connection": using[-1].id if using else None}
        self.record(Source.WIRE, Occurrence.TCP_ENDED, {**details, "by": by, "how": how})
        for connection in using:
            connection.wire_ended(wire, by)

    def wire_gone(self, wire: Wire) -> None:
        self._wires.discard(wire)
        self._all_gone.set()

    # --- what connections report ------------------------------------------------------------

    def _open(self, transport: str, upgrades: tuple[str, ...]) -> Connection:
        connection = Connection(self, len(self._connections) + 1, transport, upgrades)
        self._connections[connection.session.sid] = connection
        for handle in self._active():
            handle.opened(connection)
        return connection

    def connection_requests(self, connection: Connection, request: Requested) -> None:
        self._auth[connection.id, request.namespace] = request.auth
        for handle in self._active(connection):
            if handle.requested(connection, request.namespace):
                return
        if self._namespaces is not None and request.namespace not in self._namespaces:
            connection.refuse(request.namespace, "Invalid namespace")
        else:
            connection.accept(request.namespace)

    def connection_established(self, connection: Connection, namespace: str) -> None:
        auth = self._auth.pop((connection.id, namespace), {})
        for react in self._connect_handlers:
            react(connection, namespace, auth)
        for handle in self._active(connection):
            handle.established(connection)

    def connection_leaves(self, connection: Connection) -> None:
        for handle in self._active(connection):
            handle.left(connection)

    def event_received(self, connection: Connection, event: Received) -> None:
        handler = self._handlers.get((event.namespace, str(event.event)))
        answer = handler(connection, *event.arguments) if handler else None
        if answer is not None:
            connection.acknowledge(event, answer)

    def _active(self, connection: Connection | None = None) -> list[Handle]:
        """The faults in place, in the order of their adding; those that cover a connection."""
        return [
            handle
            for handle in self._handles
            if handle.is_active and (connection is None or handle.covers(connection))
        ]


def _guarded(endpoint: Endpoint) -> Callable[[web.BaseRequest], Any]:
    """An endpoint whose errors are never lost: the loop's exception handler gets them."""

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        try:
            return await endpoint.handle(request)
        except ConnectionError:
            return web.Response(status=400)  # the client has gone: nobody reads it
        except Exception as error:
            context = {"message": "the mock server failed in a request", "exception": error}
            asyncio.get_running_loop().call_exception_handler(context)
            raise

    return handle
