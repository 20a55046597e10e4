"""Each disconnect reason of the Python clients can be caused by a single call."""

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
"""Seconds. Over long-polling the threaded client may wait 5 s longer than its ping timeout."""
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
"""Reason, cause, and the reasons that Python clients report over WebSocket and long-polling."""
CASES = [
    pytest.param(cause, transport, name, id=f"{reason} over {transport}")
    for reason, cause, on_websocket, on_polling in CAUSES
    for transport, name in (("websocket", on_websocket), ("polling", on_polling))
]


class AsyncClient:
    """The asynchronous client of python-socketio. `reasons`: the reported disconnect reasons.

    `disconnect` also closes the connections that the library leaves open after a fault.
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


class ThreadedClient:
    """The threaded client of python-socketio."""

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
    """Remove a client from the library's list of connected clients, which keeps some forever."""
    with contextlib.suppress(ValueError):
        engineio.base_client.connected_clients.remove(client)


ClientType = type[AsyncClient] | type[ThreadedClient]
with_each_client = pytest.mark.parametrize("client_type", [AsyncClient, ThreadedClient])


@contextlib.asynccontextmanager
async def connected(
    client_type: ClientType, transport: str, **settings: Any
) -> AsyncIterator[tuple[MockServer, AsyncClient | ThreadedClient]]:
    client = client_type()
    try:
        async with mock(**settings) as (server, _):
            await client.connect(server.url, transport)
            yield server, client
    finally:
        await client.disconnect()


async def reported(client: AsyncClient | ThreadedClient) -> str:
    async with asyncio.timeout(REPORTED_WITHIN):
        return await client.reasons.get()


@with_each_client
@pytest.mark.parametrize(("cause", "transport", "reason"), CASES)
def test_a_fault_causes_its_disconnect_reason(
    client_type: ClientType,
    cause: Callable[[MockServer, Connection], object],
    transport: str,
    reason: str,
) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(client_type, transport, **QUICK) as (server, client):
            cause(server, server.connections[0])
            assert await reported(client) == reason

    test()


@with_each_client
def test_missing_heartbeats_cause_a_ping_timeout(client_type: ClientType) -> None:
    """Tested over WebSocket only. Over long-polling, these clients wait five seconds too long."""

    @in_a_loop
    async def test() -> None:
        settings = {"ping_interval": 0.2, "ping_timeout": 0.2}
        async with connected(client_type, "websocket", **settings) as (server, client):
            server.add(NoPings())
            assert await reported(client) == "transport error"
            assert server.connections[0].is_open  # only the client has timed out

    test()


@with_each_client
@pytest.mark.parametrize("transport", ["websocket", "polling"])
def test_the_server_notices_that_a_client_leaves(client_type: ClientType, transport: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(client_type, transport) as (server, client):
            (connection,) = server.connections
            waiting = asyncio.create_task(connection.wait_until_left())
            await client.disconnect()
            await waiting
            assert await reported(client) == "client disconnect"
            await connection.wait_until_left()

    test()


@in_a_loop
async def test_the_error_for_a_client_that_stays_has_its_namespaces() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        await client.establish()
        expected = (
            "expected the client of connection 1 to leave within 0.01 s; "
            "it is still connected, in /"
        )
        with pytest.raises(ClientStaysError, match=f"^{expected}$"):
            await server.connections[0].wait_until_left(seconds=0.01)
