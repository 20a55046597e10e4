"""What tests of the mock server look at and talk through."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any, ClassVar

import aiohttp
import pytest
import socketio
from engineio.base_client import connected_clients

from harness.mock_server import MockServer, Occurrence
from harness.mock_server.occurrences import Detail

SOON = 10.0
"""Seconds that anything may take that must happen."""
HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
CLOSE_FRAME = bytes([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8])
TRANSPORTS = {
    "websocket": ["websocket"],
    "polling": ["polling"],
    "upgraded": ["polling", "websocket"],
}


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a test's coroutine; what goes wrong on the loop where nobody waits fails it."""
    lost: list[str] = []

    async def watched() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, context: lost.append(str(context)))
        try:
            await asyncio.wait_for(work, 3 * SOON)
        finally:
            await Client.close_all()

    asyncio.run(watched())
    assert lost == []


class Log:
    """All that a server records, in order; each entry is (occurrence, details)."""

    def __init__(self) -> None:
        self.entries: list[tuple[str, Mapping[str, Detail]]] = []
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    def __call__(self, _source: str, what: str, details: Mapping[str, Detail]) -> None:
        self.entries.append((what, details))
        task = asyncio.ensure_future(self._notify())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def seen(self, what: Occurrence, **details: Detail) -> list[Mapping[str, Detail]]:
        """The details of every time it happened with these."""
        return [
            found
            for name, found in self.entries
            if name == what and details.items() <= found.items()
        ]

    async def wait_for(
        self, what: Occurrence, count: int = 1, **details: Detail
    ) -> Mapping[str, Detail]:
        """The details of the time number `count`."""
        async with self._changed:
            await asyncio.wait_for(
                self._changed.wait_for(lambda: len(self.seen(what, **details)) >= count), SOON
            )
        return self.seen(what, **details)[count - 1]

    def place(self, what: Occurrence, **details: Detail) -> int:
        """Where in the order it happened first."""
        return next(
            place
            for place, (name, found) in enumerate(self.entries)
            if name == what and details.items() <= found.items()
        )


class Client:
    """python-socketio's client, and what it was told, in order."""

    _made: ClassVar[list["Client"]] = []

    def __init__(self, transport: str) -> None:
        self._made.append(self)
        self._transports = TRANSPORTS[transport]
        self.told: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self.http = aiohttp.ClientSession()
        self.sio = socketio.AsyncClient(
            reconnection=False, handle_sigint=False, http_session=self.http
        )
        self.sio.on("disconnect", lambda reason: self.told.put_nowait(("disconnect", reason)))
        self.sio.on("connect_error", lambda *data: self.told.put_nowait(("error", data)))
        self.sio.on("*", lambda event, *data: self.told.put_nowait((event, data)))

    async def connect(self, server: MockServer, namespaces: tuple[str, ...] = ("/",)) -> None:
        await self.sio.connect(
            server.url, transports=self._transports, namespaces=list(namespaces), wait_timeout=SOON
        )

    async def next(self) -> tuple[str, Any]:
        return await asyncio.wait_for(self.told.get(), SOON)

    @classmethod
    async def close_all(cls) -> None:
        """Leave nothing of any client: the library keeps what a fault took away from it."""
        made, cls._made = cls._made, []
        for client in made:
            engine = client.sio.eio
            await client.http.close()
            loops = [task for task in (engine.read_loop_task, engine.write_loop_task) if task]
            for task in loops:
                task.cancel()
            await asyncio.gather(*loops, return_exceptions=True)
            if engine in connected_clients:
                connected_clients.remove(engine)


class Raw:
    """HTTP and WebSocket without a client library."""

    def __init__(self, server: MockServer, http: aiohttp.ClientSession) -> None:
        self._server = server
        self._url = server.url + "/socket.io/"
        self._http = http

    async def request(
        self, method: str = "GET", body: str | bytes | None = None, **query: str
    ) -> tuple[int, str]:
        """Status and text of one exchange; EIO=4 and polling unless told otherwise."""
        asked = {"EIO": "4", "transport": "polling"} | query
        async with self._http.request(method, self._url, params=asked, data=body) as response:
            return response.status, await response.text()

    async def open(self) -> str:
        """The session id of a new polling session."""
        _, text = await self.request()
        return str(json.loads(text[1:])["sid"])

    async def poll(self, sid: str) -> asyncio.Future[tuple[int, str]]:
        """A poll that has reached the server."""
        (connection,) = (found for found in self._server.connections if found.session.sid == sid)
        answer = asyncio.ensure_future(self.request(sid=sid))
        async with asyncio.timeout(SOON):
            while not connection.is_polled:  # noqa: ASYNC110 - it has no event for this
                await asyncio.sleep(0)
        return answer

    def websocket(self, **query: str) -> Any:
        asked = {"EIO": "4", "transport": "websocket"} | query
        return self._http.ws_connect(self._url, params=asked)


Work = Callable[[MockServer, Log], Awaitable[None]]
all_transports = pytest.mark.parametrize("transport", TRANSPORTS)
framed = pytest.mark.parametrize("transport", ["websocket", "upgraded"])


def served(work: Work, ping_interval: float = 25.0, ping_timeout: float = 20.0) -> None:
    async def serve() -> None:
        log = Log()
        async with MockServer(
            ping_interval=ping_interval, ping_timeout=ping_timeout, record=log
        ) as server:
            await work(server, log)

    run(serve())


async def connected(server: MockServer, transport: str) -> Client:
    client = Client(transport)
    await client.connect(server)
    return client
