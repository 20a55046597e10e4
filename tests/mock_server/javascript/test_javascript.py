"""Tests of the server and its faults with the official JavaScript client."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from event_loop import in_a_loop
from javascript_client import Browser, browser
from mock_clients import Log, mock
from pulsecheck.mock_server import (
    BreakTransport,
    CloseTransport,
    HalfOpen,
    HoldAfterPacket,
    LeaveNamespace,
    MockServer,
    NoPings,
    Occurrence,
    StopInMidFrame,
    SwapMessages,
    WrongAcknowledgement,
)

over_each_transport = pytest.mark.parametrize(
    "transports", ["websocket", "polling", "polling,websocket"]
)


@contextlib.asynccontextmanager
async def connected(
    transports: str, **settings: Any
) -> AsyncIterator[tuple[MockServer, Log, Browser]]:
    async with mock(**settings) as (server, log), browser(server, transports) as client:
        await client.hears("connected")
        yield server, log, client


@over_each_transport
@pytest.mark.parametrize(
    ("reason", "cause"),
    [
        ("io server disconnect", lambda server: server.add(LeaveNamespace())),
        ("ping timeout", lambda server: server.add(NoPings())),
        ("transport close", lambda server: server.add(CloseTransport())),
        ("transport error", lambda server: server.add(BreakTransport())),
    ],
)
def test_one_call_causes_each_reason(
    reason: str, cause: Callable[[MockServer], object], transports: str
) -> None:
    @in_a_loop
    async def test() -> None:
        settings = {"ping_interval": 0.3, "ping_timeout": 0.2}
        async with connected(transports, **settings) as (server, _, client):
            cause(server)
            assert await client.hears("disconnected") == reason

    test()


@over_each_transport
def test_the_server_notices_that_the_client_leaves(transports: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(transports) as (server, log, client):
            waiting = asyncio.create_task(server.connections[0].wait_until_left())
            client.tell("disconnect")
            assert await client.hears("disconnected") == "io client disconnect"
            await waiting
            await log.wait_for(Occurrence.TERMINATED)

    test()


@in_a_loop
async def test_with_a_held_upgrade_the_client_stays_on_long_polling() -> None:
    async with mock() as (server, log):
        server.add(HoldAfterPacket("2probe"), times=1)
        async with browser(server, "polling,websocket") as client:
            await log.wait_for(Occurrence.FAULT_APPLIED)
            assert not server.connections[0].upgraded
            client.tell("disconnect")


@pytest.mark.parametrize("fault", [HalfOpen(), StopInMidFrame()], ids=lambda fault: fault.name)
def test_a_half_open_connection_causes_a_ping_timeout(
    fault: HalfOpen | StopInMidFrame,
) -> None:
    @in_a_loop
    async def test() -> None:
        settings = {"ping_interval": 0.3, "ping_timeout": 0.2}
        async with connected("websocket", **settings) as (server, _, client):
            server.add(fault)
            assert await client.hears("disconnected") == "ping timeout"

    test()


@over_each_transport
def test_the_client_gets_swapped_messages_and_wrong_acknowledgements(transports: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with connected(transports) as (server, _, client):
            server.on("ask")(lambda _, *values: values)
            server.add(SwapMessages(), times=1)
            await server.emit("a", 1)
            await server.emit("b", 2)
            assert await client.hears("b") == [2]
            assert await client.hears("a") == [1]
            server.add(WrongAcknowledgement("wrong arguments", ("else",)), times=1)
            server.add(WrongAcknowledgement("wrong id"), times=1)
            for number in range(3):
                client.tell("ask", number)
            assert await client.hears("acknowledged") == ["else"]
            assert await client.hears("acknowledged") == [2]

    test()
