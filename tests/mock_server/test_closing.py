"""A server closes at once in any state, and leaves no task, thread or open file."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.mock_server.test_faults import EVERY_FAULT

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Tcp, mock
from pulsecheck.mock_server import NEXT, Fault, MockServer, Occurrence

CLOSE_TIMEOUT = 1.0
"""Seconds that closing may take."""


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


async def check_cleanup(use: Callable[[MockServer], Awaitable[None]]) -> None:
    """Use a server and close it while clients are connected. Check that nothing is left."""
    loop = asyncio.get_running_loop()
    threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
    server = MockServer()
    await server.start()
    await use(server)
    began = loop.time()
    await server.close()
    assert loop.time() - began < CLOSE_TIMEOUT
    assert asyncio.all_tasks() == tasks
    assert set(threading.enumerate()) == threads


async def connect_in_all_states(server: MockServer) -> None:
    """Connect one client in each state in which a server waits for a client."""
    silent = await Tcp.connect(server)
    silent.write(b"GET /socket")
    websocket = await Tcp.websocket(server)
    await websocket.establish()
    leaving = await Tcp.websocket(server)
    await leaving.establish()
    leaving.send_close()
    half = await Tcp.websocket(server)
    half.write(b"\x81\xfe")
    async with Http(server) as polling:
        await polling.establish()
        waiting, posting = await Tcp.connect(server), await Tcp.connect(server)
        waiting.request(f"{POLLING}&sid={polling.sid}")
        posting.write(
            f"POST {POLLING}&sid={polling.sid} HTTP/1.1\r\nHost: a\r\n"
            "Content-Length: 1000\r\n\r\n4".encode()
        )
        probing = await Tcp.websocket(server, polling.sid)
        probing.send("2probe")
        assert await probing.text() == "3probe"


@pytest.mark.parametrize("fault", EVERY_FAULT, ids=lambda fault: fault.name)
def test_a_server_with_a_fault_closes_at_once(fault: Fault) -> None:
    @in_a_loop
    async def test() -> None:
        async def use(server: MockServer) -> None:
            await connect_in_all_states(server)
            server.add(fault)
            if fault.name != "port gone":
                late = await Tcp.connect(server)
                late.request(POLLING)
            await server.emit("news", "x" * 1_000)

        await check_cleanup(use)

    test()


@in_a_loop
async def test_a_server_with_every_fault_closes_at_once() -> None:
    files = open_files()

    async def use(server: MockServer) -> None:
        await connect_in_all_states(server)
        for fault in EVERY_FAULT:
            server.add(fault, seconds=60.0)
            if fault.name != "port gone":
                server.add(fault, NEXT, times=3)
        await server.emit("news")

    await check_cleanup(use)
    await Tcp.close_all()
    assert open_files() == files


@pytest.mark.parametrize("turns", range(1, 6))
def test_a_client_that_connects_while_the_server_closes_is_closed(turns: int) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            connecting = [asyncio.create_task(Tcp.connect(server)) for _ in range(5)]
            for _ in range(turns):
                await asyncio.sleep(0)  # noqa: TID251 - runs other tasks, without a delay
        opened = len(log.of(Occurrence.TCP_OPENED))
        assert len(log.of(Occurrence.TCP_ENDED)) == opened
        results = await asyncio.gather(*connecting, return_exceptions=True)
        assert all(isinstance(each, Tcp | ConnectionError) for each in results)

    test()


@pytest.mark.parametrize("path", ["/elsewhere", POLLING, f"{POLLING}&sid=nobody"])
def test_closing_does_not_wait_for_an_unread_body(path: str) -> None:
    @in_a_loop
    async def test() -> None:
        async def use(server: MockServer) -> None:
            for client_closes in (True, False):
                client = await Tcp.connect(server)
                client.write(
                    f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n4".encode()
                )
                assert (await client.response())[0] in {400, 404}
                if client_closes:
                    await client.close()

        await check_cleanup(use)

    test()


@in_a_loop
async def test_a_server_can_be_started_again() -> None:
    server = MockServer()
    for _ in range(2):
        async with server:
            await (await Tcp.websocket(server)).establish()
