"""Tests of the server and its faults with a real client library, over each transport."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

import pytest
import socketio

from deadlines import DEADLINE
from event_loop import in_a_loop
from mock_clients import Log, mock, nothing_more
from pulsecheck.mock_server import (
    CloseTransport,
    Cut,
    Fault,
    HoldDisconnects,
    LeaveNamespace,
    MockServer,
    Occurrence,
    RefuseConnection,
    WithholdConnectAnswer,
)

over_each_transport = pytest.mark.parametrize(
    "transports",
    [["websocket"], ["polling"], ["polling", "websocket"]],
    ids=["websocket", "polling", "upgraded"],
)


@contextlib.asynccontextmanager
async def connected(
    transports: list[str], **settings: Any
) -> AsyncIterator[tuple[MockServer, Log, Any]]:
    """Yield a server with an established connection, and its client."""
    async with mock(**settings) as (server, log):
        client = socketio.AsyncClient(reconnection=False)
        try:
            await client.connect(server.url, transports=transports, wait_timeout=DEADLINE)
            await log.wait_for(Occurrence.ESTABLISHED)
            if len(transports) > 1:
                await log.wait_for(Occurrence.UPGRADED)
            yield server, log, client
        finally:
            await client.shutdown()


def left(client: Any) -> asyncio.Event:
    """Return an event that is set when the client reports a disconnect."""
    event = asyncio.Event()
    client.on("disconnect", lambda *_: event.set())
    return event


@over_each_transport
def test_a_client_is_established_and_leaves(transports: list[str]) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(transports) as (server, log, client):
            (connection,) = server.connections
            assert connection.is_established
            assert connection.transport == transports[-1]
            await client.disconnect()
            await log.wait_for(Occurrence.TERMINATED)
            assert connection.has_left
            assert not connection.is_established
            assert len(log.of(Occurrence.CLIENT_LEAVES)) == 1

    test()


@over_each_transport
def test_events_bytes_and_acknowledgements_go_both_ways(transports: list[str]) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(transports) as (server, _, client):

            @server.on("turn")
            def turn(_connection: object, data: bytes) -> tuple[bytes]:
                return (data[::-1],)

            assert await client.call("turn", b"\x01\x02", timeout=DEADLINE) == b"\x02\x01"
            news: asyncio.Queue[object] = asyncio.Queue()
            client.on("news", news.put_nowait)
            await server.emit("news", {"text": "grüß", "photo": b"\x03"})
            async with asyncio.timeout(DEADLINE):
                assert await news.get() == {"text": "grüß", "photo": b"\x03"}

    test()


@over_each_transport
def test_a_held_disconnect_ends_with_the_release(transports: list[str]) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(transports) as (server, log, client):
            hold = server.add(HoldDisconnects())
            leaving = asyncio.create_task(client.disconnect())
            await log.wait_for(Occurrence.FAULT_APPLIED)
            await nothing_more(server)
            assert not leaving.done()
            assert log.of(Occurrence.TERMINATED) == []
            hold.release()
            async with asyncio.timeout(DEADLINE):
                await leaving
            await log.wait_for(Occurrence.TERMINATED)
            kinds = (Occurrence.CLIENT_LEAVES, Occurrence.FAULT_APPLIED, Occurrence.TERMINATED)
            assert log.order(*kinds) == list(kinds)

    test()


@over_each_transport
@pytest.mark.parametrize(
    "fault",
    [LeaveNamespace(), CloseTransport(), Cut("FIN"), Cut("RST")],
    ids=["leave namespace", "close transport", "FIN", "RST"],
)
def test_a_client_reports_a_disconnect_by_the_server(fault: Fault, transports: list[str]) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(transports) as (server, log, client):
            disconnected = left(client)
            server.add(fault)
            async with asyncio.timeout(DEADLINE):
                await disconnected.wait()
            await log.wait_for(Occurrence.TERMINATED)

    test()


@over_each_transport
def test_a_refused_client_gets_the_message(transports: list[str]) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            server.add(RefuseConnection("not today"))
            client = socketio.AsyncClient(reconnection=False)
            errors: list[object] = []
            client.on("connect_error", errors.append)
            with pytest.raises(socketio.exceptions.ConnectionError):
                await client.connect(server.url, transports=transports, wait_timeout=DEADLINE)
            assert errors == [{"message": "not today"}]
            await log.wait_for(Occurrence.TERMINATED)

    test()


@over_each_transport
def test_a_client_connects_once_the_withheld_answer_comes(transports: list[str]) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            withheld = server.add(WithholdConnectAnswer())
            client = socketio.AsyncClient(reconnection=False)
            connecting = asyncio.create_task(
                client.connect(server.url, transports=transports, wait_timeout=DEADLINE)
            )
            await log.wait_for(Occurrence.FAULT_APPLIED)
            await nothing_more(server)
            assert not connecting.done()
            withheld.release()
            await connecting
            assert client.connected
            await client.disconnect()

    test()


@over_each_transport
def test_the_heartbeat_keeps_a_client_connected(transports: list[str]) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(transports, ping_interval=0.05, ping_timeout=2.0) as (_, log, client):
            for count in range(1, 4):
                await log.wait_for(Occurrence.PACKET_RECEIVED, count, packet="3")
            assert client.connected

    test()
