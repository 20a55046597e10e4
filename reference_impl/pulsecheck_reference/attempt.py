"""One attempt to connect, from its first TCP connection to the end of its last.

The client library's own events do not tell when a connection has ended: they come when its end
begins. So an attempt has a client, an HTTP session and sockets of its own, and has ended when all
three have: the library is done, the session is closed, and no socket is open.
"""

import asyncio
import contextlib
from collections.abc import Collection, Coroutine, Sequence
from typing import Any, Protocol

import aiohttp
import engineio
import socketio

from pulsecheck_reference.http_session import HttpSession
from pulsecheck_reference.packets import Packet
from pulsecheck_reference.payload import clean, error_text, message_text
from pulsecheck_reference.sockets import Sockets

CONNECT_TIMEOUT = 5.0
"""Seconds that a server has for accepting the client."""
CLOSE_TIMEOUT = 20.0
"""Seconds that a server has for its part of the end; then the TCP connections are cut."""
CONNECT = socketio.packet.CONNECT
LONGEST_PAYLOAD = 10_000
"""Packets that one answer of long-polling may hold; the library's own limit is 16, less than a
burst of events on a right server."""


class Witness(Protocol):
    """Who is told what becomes of an attempt.

    Either `established` or `failed` comes, at most once, and `dismissed` only after the former.
    Once the attempt was told to close nothing comes but `ended`, which comes once, at the very
    end.
    """

    def established(self) -> None: ...

    def failed(self, message: str) -> None: ...

    def dismissed(self) -> None: ...

    def ended(self) -> None: ...

    def received(self, namespace: str, event: str, message: str) -> None: ...

    def complained(self, namespace: str, message: str) -> None: ...


class Attempt:
    """Begins when it is made, in a running event loop.

    `namespaces` are joined, "/" among them. The connection is established once the server has
    answered for all of them and accepted "/".
    """

    def __init__(
        self, address: str, transports: Sequence[str], namespaces: Collection[str], witness: Witness
    ) -> None:
        self._witness = witness
        self._unanswered = set(namespaces)
        self._late: dict[str, list[tuple[str, str]]] = {}
        self._loop = asyncio.get_running_loop()
        self._given_up_at = self._loop.time() + CONNECT_TIMEOUT
        self._sockets = Sockets()
        self._websockets: list[aiohttp.ClientWebSocketResponse] = []
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._sockets.create),
            ws_response_class=self._keep_websocket,  # type: ignore[arg-type]  # it is only called
        )
        self._client = self._make_client()
        self._accepted: asyncio.Future[bool] = self._loop.create_future()
        self._closing: asyncio.Future[None] = self._loop.create_future()
        self._library_done = asyncio.Event()
        self._cut: asyncio.TimerHandle | None = None
        self._engine: asyncio.Task[None] | None = None
        self._connecting = self._watched(
            self._client.connect(
                address,
                transports=list(transports) or None,
                namespaces=list(namespaces),
                wait=False,
            )
        )
        self._life = self._loop.create_task(self._live())

    def _make_client(self) -> socketio.AsyncClient:
        engineio.payload.Payload.max_decode_packets = LONGEST_PAYLOAD
        client = socketio.AsyncClient(
            reconnection=False,
            handle_sigint=False,
            request_timeout=CLOSE_TIMEOUT,
            http_session=HttpSession(self._http),
            serializer=Packet,
        )
        client.on("connect", self._on_connect, namespace="*")
        client.on("connect_error", self._on_connect_error, namespace="*")
        client.on("disconnect", self._on_disconnect, namespace="*")
        client.on("*", self._on_event, namespace="*")
        return client

    def _keep_websocket(self, *args: Any, **kwargs: Any) -> aiohttp.ClientWebSocketResponse:
        self._websockets.append(aiohttp.ClientWebSocketResponse(*args, **kwargs))
        return self._websockets[-1]

    async def send(self, namespace: str, event: str, message: str) -> None:
        """Send an event, as soon as the namespace is joined."""
        await self.join(namespace)
        if namespace in self._client.namespaces:
            await self._client.emit(event, message, namespace)
        else:
            self._late[namespace].append((event, message))

    async def join(self, namespace: str) -> None:
        """Join a namespace if it is not joined: the library joins only while it connects."""
        if namespace not in self._client.namespaces and namespace not in self._late:
            self._late[namespace] = []
            await self._client.eio.send(Packet(CONNECT, data={}, namespace=namespace).encode())

    def close(self) -> None:
        """Bring the attempt to its end; cut its connections if that takes CLOSE_TIMEOUT."""
        if not self._closing.done():
            self._closing.set_result(None)
            self.cut_in(CLOSE_TIMEOUT)

    def cut_in(self, seconds: float) -> None:
        """Cut the connections then, unless all has ended before. The last call counts."""
        self._keep_uncut()
        self._cut = self._loop.call_later(seconds, self._sockets.cut)

    async def over(self) -> None:
        """Return once the attempt has ended."""
        await asyncio.wait({self._life})

    # --- its life -------------------------------------------------------------------------------

    async def _live(self) -> None:
        try:
            async with asyncio.timeout_at(self._given_up_at):
                reason = await self._connect()
        except TimeoutError:
            reason = f"the server has not accepted the client in {CONNECT_TIMEOUT:g} s"
        self._fail(reason)
        if self._accepted.result():
            await self._until_closing(self._engine_end())
        self.close()
        await self._until_session_is_known()
        await self._say_goodbye()
        self._library_done.set()
        await self._http.close()
        # The library drops one that did not end in its own good way, which aiohttp complains of.
        for websocket in self._websockets:
            await websocket.close()
        await self._sockets.all_closed()
        self._keep_uncut()
        self._witness.ended()

    async def _connect(self) -> str:
        """Return once that is settled: why the connection is not established, if it is not."""
        await self._until_closing(self._connecting)
        if self._closing.done():
            return "it was stopped"
        if (error := self._connecting.exception()) is not None:
            return _root_of(error)
        await self._until_closing(self._accepted, self._engine_end())
        return "the server ended the connection before it had accepted the client"

    async def _until_session_is_known(self) -> None:
        """The server may have made one that nothing but the answer under way names."""
        left = self._given_up_at - self._loop.time()
        await asyncio.wait({self._connecting}, timeout=left)

    async def _say_goodbye(self) -> None:
        if self._client.eio.state != "connected":
            self._connecting.cancel()
        # A session that is being upgraded has nobody yet to send a goodbye: let it come to that.
        await asyncio.wait({self._connecting})
        if self._client.eio.state == "connected":
            await self._flush()
            # What a hostile server made the library's tasks raise comes up again here.
            with contextlib.suppress(Exception):
                await self._client.disconnect()
        await asyncio.wait({self._engine_end()})
        # Its writing ends with its reading, except when that was broken.
        if (writing := self._client.eio.write_loop_task) is not None:
            await asyncio.wait({writing})
        # The library keeps a client that did not end in its own good way for ever.
        with contextlib.suppress(ValueError):
            engineio.base_client.connected_clients.remove(self._client.eio)

    async def _flush(self) -> None:
        """Have all that was sent written: the library's disconnect overtakes it."""
        written = self._loop.create_task(self._client.eio.queue.join())
        await asyncio.wait({written, self._engine_end()}, return_when=asyncio.FIRST_COMPLETED)
        written.cancel()

    # --- what the server says -------------------------------------------------------------------

    async def _on_connect(self, namespace: str, *_: Any) -> None:
        # A server may name an event "connect": only the library knows what was joined.
        if namespace in self._client.namespaces:
            for event, message in self._late.pop(namespace, []):
                await self._client.emit(event, message, namespace)
            self._settle(namespace)

    def _on_connect_error(self, namespace: str, *data: Any) -> None:
        if self._client.eio.state != "connected":
            return  # nothing was refused: connecting has failed, which tells more
        self._late.pop(namespace, None)
        if namespace == "/":
            self._fail(error_text(data))
        else:
            self._complain(namespace, error_text(data))
        self._settle(namespace)

    def _settle(self, namespace: str) -> None:
        """Take note that the server has answered for the namespace."""
        self._unanswered.discard(namespace)
        if not (self._unanswered or self._accepted.done() or self._closing.done()):
            self._accepted.set_result(True)
            self._witness.established()

    async def _on_disconnect(self, namespace: str, reason: Any = None, *_: Any) -> None:
        if reason != self._client.reason.SERVER_DISCONNECT:
            # The whole connection is ending, which is seen elsewhere.
            if namespace == "/" and self._accepted.done():
                self._complain("/", f"the connection was lost: {reason}")
            return
        if self._client.eio.state != "connected":
            # The server ends the transport. Over long-polling the library now throws away what
            # was to end its writing, and would wait for that for half a minute.
            self._loop.call_soon(self._client.eio.queue.put_nowait, None)
            return
        if namespace != "/":
            self._complain(namespace, "the server has disconnected the client from the namespace")
            return
        self._fail("the server has disconnected the client")
        if self._accepted.result() and not self._closing.done():
            self._witness.dismissed()
        # On return the library would disconnect, and cut the goodbye that is under way short.
        await self._library_done.wait()

    def _on_event(self, event: Any, namespace: str, *arguments: Any) -> None:
        if isinstance(event, str) and not self._closing.done():
            self._witness.received(clean(namespace), clean(event), message_text(arguments))

    def _fail(self, message: str) -> None:
        """Settle that the connection is not established, unless that is settled already."""
        if not self._accepted.done():
            self._accepted.set_result(False)
            if not self._closing.done():
                self._witness.failed(message)

    def _complain(self, namespace: str, message: str) -> None:
        if not self._closing.done():
            self._witness.complained(clean(namespace), message)

    # --- waiting --------------------------------------------------------------------------------

    async def _until_closing(self, *futures: asyncio.Future[Any]) -> None:
        await asyncio.wait({*futures, self._closing}, return_when=asyncio.FIRST_COMPLETED)

    def _engine_end(self) -> asyncio.Task[None]:
        """Done when the transport has ended. Cancelling it would stop the library's reading."""
        if self._engine is None:
            self._engine = self._watched(self._client.eio.wait())
        return self._engine

    def _watched(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """A task of the library, whose exception is looked at in any case."""
        task = self._loop.create_task(work)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    def _keep_uncut(self) -> None:
        if self._cut:
            self._cut.cancel()


def _root_of(error: BaseException) -> str:
    """What went wrong first: the library's own message says only that something did."""
    while (deeper := error.__cause__ or error.__context__) is not None:
        error = deeper
    return f"{type(error).__name__}: {clean(str(error))}"
