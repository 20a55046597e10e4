"""Each reason for which a client reports a disconnect comes of one call; Python's clients here."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import engineio
import pytest
import requests
import socketio

from deadlines import DEADLINE
from event_loop import in_a_loop
from mock_clients import Tcp, mock
from pulsecheck.mock_server import (
    BreakTransport,
    ClientStaysError,
    CloseTransport,
    Connection,
    LeaveNamespace,
    MockServer,
    NoPings,
)

QUICK = {"ping_interval": 1.0, "ping_timeout": 1.0}
REPORTED_WITHIN = 15.0
"""Seconds: over long-polling the threaded client may wait 5 s beyond its heartbeat."""
CAUSES: list[tuple[str, Callable[[MockServer, Connection], object], str, str]] = [
    (
        "server disconnect",
        lambda server, connection: server.add(LeaveNamespace(), connection),
        "server disconnect",
        "server disconnect",
    ),
    (
        "transport close",
        lambda server, connection: server.add(CloseTransport(), connection),
        "transport error",
        "server disconnect",
    ),
    (
        "transport error",
        lambda server, connection: server.add(BreakTransport(), connection),
        "transport error",
        "transport error",
    ),
]
"""The reason, what causes it, and how Python's clients call it on WebSocket and long-polling."""
CASES = [
    pytest.param(cause, transport, word, id=f"{reason} over {transport}")
    for reason, cause, on_websocket, on_polling in CAUSES
    for transport, word in (("websocket", on_websocket), ("polling", on_polling))
]


class AsyncSide:
    """python-socketio's asynchronous client; `reasons` are those that it reports.

    What it leaves open when a server misbehaves is closed for it.
    """

    def __init__(self) -> None:
        self.reasons: asyncio.Queue[str] = asyncio.Queue()
        self._http = aiohttp.ClientSession()
        self._websocket: Any = None
        self._client = socketio.AsyncClient(reconnection=False, http_session=self._http)
        self._client.on("disconnect", self.reasons.put_nowait)

    async def connect(self, url: str, transport: str) -> None:
        await self._client.connect(url, transports=[transport], wait_timeout=DEADLINE)
        self._websocket = self._client.eio.ws

    async def disconnect(self) -> None:
        await self._client.disconnect()
        await self._http.close()
        if self._websocket is not None:
            await self._websocket.close()
        forget(self._client.eio)


class ThreadedSide:
    """The same of its client that runs in threads."""

    def __init__(self) -> None:
        self.reasons: asyncio.Queue[str] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        self._http = requests.Session()
        self._websocket: Any = None
        self._client = socketio.Client(reconnection=False, http_session=self._http)
        self._client.on(
            "disconnect",
            lambda reason: loop.call_soon_threadsafe(self.reasons.put_nowait, reason),
        )

    async def connect(self, url: str, transport: str) -> None:
        await asyncio.to_thread(
            self._client.connect, url, transports=[transport], wait_timeout=DEADLINE
        )
        self._websocket = self._client.eio.ws

    async def disconnect(self) -> None:
        reading = self._client.eio.read_loop_task
        await asyncio.to_thread(self._client.disconnect)
        if reading is not None:
            await asyncio.to_thread(reading.join, DEADLINE)
        self._http.close()
        if self._websocket is not None:
            self._websocket.shutdown()
        forget(self._client.eio)


def forget(client: Any) -> None:
    """The library's list of clients that are connected keeps some that are not."""
    with contextlib.suppress(ValueError):
        engineio.base_client.connected_clients.remove(client)


Side = type[AsyncSide] | type[ThreadedSide]
with_each_client = pytest.mark.parametrize("side", [AsyncSide, ThreadedSide])


@contextlib.asynccontextmanager
async def connected(
    side: Side, transport: str, **settings: Any
) -> AsyncIterator[tuple[MockServer, AsyncSide | ThreadedSide]]:
    client = side()
    try:
        async with mock(**settings) as (server, _):
            await client.connect(server.url, transport)
            yield server, client
    finally:
        await client.disconnect()


async def reported(client: AsyncSide | ThreadedSide) -> str:
    async with asyncio.timeout(REPORTED_WITHIN):
        return await client.reasons.get()


@with_each_client
@pytest.mark.parametrize(("cause", "transport", "word"), CASES)
def test_what_the_server_does_is_reported_with_its_reason(
    side: Side, cause: Callable[[MockServer, Connection], object], transport: str, word: str
) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(side, transport, **QUICK) as (server, client):
            cause(server, server.connections[0])
            assert await reported(client) == word

    test()


@with_each_client
def test_missing_heartbeats_are_reported(side: Side) -> None:
    """Over WebSocket; over long-polling these clients wait five seconds more than they should."""

    @in_a_loop
    async def test() -> None:
        settings = {"ping_interval": 0.2, "ping_timeout": 0.2}
        async with connected(side, "websocket", **settings) as (server, client):
            server.add(NoPings())
            assert await reported(client) == "transport error"
            assert server.connections[0].is_open  # nobody but the client has noticed

    test()


@with_each_client
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_the_server_sees_that_a_client_leaves(side: Side, transport: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(side, transport) as (server, client):
            (connection,) = server.connections
            seeing = asyncio.create_task(connection.wait_until_left())
            await client.disconnect()
            await seeing
            assert await reported(client) == "client disconnect"
            await connection.wait_until_left()

    test()


@in_a_loop
async def test_waiting_for_a_client_that_stays_says_where_it_is() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        await client.establish()
        wanted = (
            "wanted the client of connection 1 to leave within 0.01 s; "
            "it is in / and has said no goodbye"
        )
        with pytest.raises(ClientStaysError, match=f"^{wanted}$"):
            await server.connections[0].wait_until_left(seconds=0.01)
