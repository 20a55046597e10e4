"""One attempt to connect, from its first TCP connection to the end of its last TCP connection.

The client library's "disconnect" event comes when a connection begins to end, not when it has
ended. So the attempt itself must find out when the connection has ended. For this, each attempt has
its own client, HTTP session and sockets. An attempt has ended when the library is done, the session
is closed and no socket is open.
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
"""Seconds until the server must have accepted the client."""
CLOSE_TIMEOUT = 20.0
"""The seconds that a connection may take to end after `close`. Then its sockets are shut down."""
CONNECT = socketio.packet.CONNECT
MAX_PACKETS_PER_PAYLOAD = 10_000
"""The limit for one long-polling response. The library's default of 16 is too low for bursts."""


class Witness(Protocol):
    """The callbacks of an attempt.

    At most one of `established` and `failed` is called, and only once. `dismissed` is called only
    after `established`. After `close`, only `ended` is called. `ended` is always the last call.
    """

    def established(self) -> None: ...

    def failed(self, message: str) -> None: ...

    def dismissed(self) -> None: ...

    def ended(self) -> None: ...

    def received(self, namespace: str, event: str, message: str) -> None: ...

    def errored(self, namespace: str, message: str) -> None: ...


class Attempt:
    """An attempt to connect. The attempt begins when the object is created, in a running loop.

    The attempt joins `namespaces`, which include "/". The connection is established when the server
    has accepted "/", and has accepted or refused each of the other namespaces.
    """

    def __init__(
        self, address: str, transports: Sequence[str], namespaces: Collection[str], witness: Witness
    ) -> None:
        self._witness = witness
        self._unanswered = set(namespaces)
        self._late: dict[str, list[tuple[str, str]]] = {}
        self._answered = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._deadline = self._loop.time() + CONNECT_TIMEOUT
        self._sockets = Sockets()
        self._websockets: list[aiohttp.ClientWebSocketResponse] = []
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(socket_factory=self._sockets.create),
            ws_response_class=self._keep_websocket,  # type: ignore[arg-type]  # aiohttp only calls it
        )
        self._requests = HttpSession(self._http)
        self._client = self._make_client()
        self._accepted: asyncio.Future[bool] = self._loop.create_future()
        self._closing: asyncio.Future[None] = self._loop.create_future()
        self._library_done = asyncio.Event()
        self._cut: asyncio.TimerHandle | None = None
        self._engine: asyncio.Task[None] | None = None
        self._connecting = self._create_task(
            self._client.connect(
                address,
                transports=list(transports) or None,
                namespaces=list(namespaces),
                wait=False,
            )
        )
        self._run_task = self._loop.create_task(self._run())

    def _make_client(self) -> socketio.AsyncClient:
        engineio.payload.Payload.max_decode_packets = MAX_PACKETS_PER_PAYLOAD
        client = socketio.AsyncClient(
            reconnection=False,
            handle_sigint=False,
            request_timeout=CLOSE_TIMEOUT,
            http_session=self._requests,
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
        """Send an event, or keep the event until its namespace is joined."""
        await self.join(namespace)
        if namespace in self._client.namespaces:
            await self._client.emit(event, message, namespace)
        else:
            self._late[namespace].append((event, message))

    async def join(self, namespace: str) -> None:
        """Join a namespace if needed. The library joins namespaces only while it connects."""
        if namespace not in self._client.namespaces and namespace not in self._late:
            self._late[namespace] = []
            await self._client.eio.send(Packet(CONNECT, data={}, namespace=namespace).encode())

    def close(self) -> None:
        """End the attempt. Shut its sockets down after CLOSE_TIMEOUT if they are still open."""
        if not self._closing.done():
            self._closing.set_result(None)
            self.cut_in(CLOSE_TIMEOUT)

    def cut_in(self, seconds: float) -> None:
        """Shut the sockets down after `seconds`, unless all are closed. Replaces an older timer."""
        self._cancel_cut()
        self._cut = self._loop.call_later(seconds, self._sockets.cut)

    async def wait_ended(self) -> None:
        """Return when the attempt has ended."""
        await asyncio.wait({self._run_task})

    # --- the sequence ---------------------------------------------------------------------------

    async def _run(self) -> None:
        try:
            async with asyncio.timeout_at(self._deadline):
                reason = await self._connect()
        except TimeoutError:
            reason = f"the server has not accepted the client in {CONNECT_TIMEOUT:g} s"
        self._fail(reason)
        if self._accepted.result():
            await self._until_closing(self._engine_end())
        self.close()
        await self._until_session_is_known()
        await self._disconnect()
        self._library_done.set()
        self._requests.close_responses()
        await self._http.close()
        # The library does not close a WebSocket that did not end cleanly. aiohttp would warn about
        # an open WebSocket, so close it here.
        for websocket in self._websockets:
            await websocket.close()
        await self._sockets.all_closed()
        self._cancel_cut()
        self._witness.ended()

    async def _connect(self) -> str:
        """Wait for the outcome. Return the reason to report if no connection is established."""
        await self._until_closing(self._connecting)
        if self._closing.done():
            return "it was stopped"
        if (error := self._connecting.exception()) is not None:
            return _root_cause(error)
        await self._until_closing(self._accepted, self._engine_end())
        return "the server ended the connection before it had accepted the client"

    async def _until_session_is_known(self) -> None:
        """Wait for a pending response. It may contain the id of a session that must be closed."""
        left = self._deadline - self._loop.time()
        await asyncio.wait({self._connecting}, timeout=left)

    async def _disconnect(self) -> None:
        if self._client.eio.state != "connected":
            self._connecting.cancel()
        # While a session is upgraded the library cannot disconnect, so wait for the upgrade.
        await asyncio.wait({self._connecting})
        if self._client.eio.state == "connected":
            await self._flush()
            # This call raises the exceptions of the library's tasks. The server may have caused
            # these exceptions, so they are not errors of the runtime.
            with contextlib.suppress(Exception):
                await self._client.disconnect()
        await asyncio.wait({self._engine_end()})
        # If the connection was broken, the write task may end after the read task.
        if (writing := self._client.eio.write_loop_task) is not None:
            await asyncio.wait({writing})
        # If a client did not end cleanly, the library would keep the client in this list forever.
        with contextlib.suppress(ValueError):
            engineio.base_client.connected_clients.remove(self._client.eio)

    async def _flush(self) -> None:
        """Wait until all events are written. The library's `disconnect` does not wait for them."""
        written = self._loop.create_task(self._all_written())
        await asyncio.wait({written, self._engine_end()}, return_when=asyncio.FIRST_COMPLETED)
        written.cancel()

    async def _all_written(self) -> None:
        while any(self._late.values()):
            self._answered.clear()
            await self._answered.wait()
        await self._client.eio.queue.join()

    # --- events of the client library -----------------------------------------------------------

    async def _on_connect(self, namespace: str, *_: Any) -> None:
        # The library also calls this handler for an event that the server has named "connect". Such
        # an event can come in a namespace that is not joined.
        if namespace in self._client.namespaces:
            for event, message in self._late.pop(namespace, []):
                await self._client.emit(event, message, namespace)
            self._answered.set()
            self._settle(namespace)

    def _on_connect_error(self, namespace: str, *data: Any) -> None:
        if self._client.eio.state != "connected":
            return  # this is not a refusal: connecting failed, and `_connect` returns the reason
        self._late.pop(namespace, None)
        self._answered.set()
        if namespace == "/":
            self._fail(error_text(data))
        else:
            self._report_error(namespace, error_text(data))
        self._settle(namespace)

    def _settle(self, namespace: str) -> None:
        """Note that the server has accepted or refused a namespace."""
        self._unanswered.discard(namespace)
        if not (self._unanswered or self._accepted.done() or self._closing.done()):
            self._accepted.set_result(True)
            self._witness.established()

    async def _on_disconnect(self, namespace: str, reason: Any = None, *_: Any) -> None:
        if reason != self._client.reason.SERVER_DISCONNECT:
            # The whole connection is ending. `_run` handles this.
            if namespace == "/" and self._accepted.done():
                self._report_error("/", f"the connection was lost: {reason}")
            return
        if self._client.eio.state != "connected":
            # The server ends the transport. Over long-polling, the library then drops the queue
            # item that would end the library's write task. Without this item, the task sleeps half
            # a minute. So add the item again.
            self._loop.call_soon(self._client.eio.queue.put_nowait, None)
            return
        if namespace != "/":
            self._report_error(
                namespace, "the server has disconnected the client from the namespace"
            )
            return
        self._fail("the server has disconnected the client")
        if self._accepted.result() and not self._closing.done():
            self._witness.dismissed()
        # When this handler returns, the library disconnects. This would interrupt `_disconnect`, so
        # return only when `_disconnect` is done.
        await self._library_done.wait()

    def _on_event(self, event: Any, namespace: str, *arguments: Any) -> None:
        if isinstance(event, str) and not self._closing.done():
            self._witness.received(clean(namespace), clean(event), message_text(arguments))

    def _fail(self, message: str) -> None:
        """Report that no connection is established, unless the outcome is already known."""
        if not self._accepted.done():
            self._accepted.set_result(False)
            if not self._closing.done():
                self._witness.failed(message)

    def _report_error(self, namespace: str, message: str) -> None:
        if not self._closing.done():
            self._witness.errored(clean(namespace), message)

    # --- waiting --------------------------------------------------------------------------------

    async def _until_closing(self, *futures: asyncio.Future[Any]) -> None:
        await asyncio.wait({*futures, self._closing}, return_when=asyncio.FIRST_COMPLETED)

    def _engine_end(self) -> asyncio.Task[None]:
        """Return the task that ends with the transport. Do not cancel it, as this stops reading."""
        if self._engine is None:
            self._engine = self._create_task(self._client.eio.wait())
        return self._engine

    def _create_task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run a coroutine of the library in a task. Keep asyncio from logging an exception."""
        task = self._loop.create_task(work)
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    def _cancel_cut(self) -> None:
        if self._cut:
            self._cut.cancel()


def _root_cause(error: BaseException) -> str:
    """Describe the first error of a chain. The library's own error does not name this error."""
    while (deeper := error.__cause__ or error.__context__) is not None:
        error = deeper
    return f"{type(error).__name__}: {clean(str(error))}"
