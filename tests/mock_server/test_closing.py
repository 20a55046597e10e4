"""A server closes at once, whatever is held, and leaves nothing behind."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from tests.mock_server.test_faults import EVERY_FAULT

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Tcp, mock
from pulsecheck.mock_server import NEXT, Fault, MockServer, Occurrence

AT_ONCE = 1.0
"""Seconds that closing may take."""


def open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


async def leaves_nothing(use: Callable[[MockServer], Awaitable[None]]) -> None:
    """Use a server and close it; its clients are still there then."""
    loop = asyncio.get_running_loop()
    threads, tasks = set(threading.enumerate()), asyncio.all_tasks()
    server = MockServer()
    await server.start()
    await use(server)
    began = loop.time()
    await server.close()
    assert loop.time() - began < AT_ONCE
    assert asyncio.all_tasks() == tasks
    assert set(threading.enumerate()) == threads


async def come_in_every_way(server: MockServer) -> None:
    """Clients that are about to do each of the things that a server may wait for."""
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
            await come_in_every_way(server)
            server.add(fault)
            if fault.name != "port gone":
                late = await Tcp.connect(server)
                late.request(POLLING)
            await server.emit("news", "x" * 1_000)

        await leaves_nothing(use)

    test()


@in_a_loop
async def test_a_server_with_every_fault_in_place_closes_at_once() -> None:
    files = open_files()

    async def use(server: MockServer) -> None:
        await come_in_every_way(server)
        for fault in EVERY_FAULT:
            server.add(fault, seconds=60.0)
            if fault.name != "port gone":
                server.add(fault, NEXT, times=3)
        await server.emit("news")

    await leaves_nothing(use)
    await Tcp.close_all()
    assert open_files() == files


@pytest.mark.parametrize("turns", range(1, 6))
def test_who_comes_as_the_server_closes_is_not_left_behind(turns: int) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            coming = [asyncio.create_task(Tcp.connect(server)) for _ in range(5)]
            for _ in range(turns):
                await asyncio.sleep(0)  # noqa: TID251 - lets others run, and waits for no time
        begun = len(log.of(Occurrence.TCP_OPENED))
        assert len(log.of(Occurrence.TCP_ENDED)) == begun
        came = await asyncio.gather(*coming, return_exceptions=True)
        assert all(isinstance(each, Tcp | ConnectionError) for each in came)

    test()


@pytest.mark.parametrize("path", ["/elsewhere", POLLING, f"{POLLING}&sid=nobody"])
def test_a_body_that_nobody_reads_is_not_waited_for(path: str) -> None:
    @in_a_loop
    async def test() -> None:
        async def use(server: MockServer) -> None:
            for gone in (True, False):
                client = await Tcp.connect(server)
                client.write(
                    f"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n4".encode()
                )
                assert (await client.response())[0] in {400, 404}
                if gone:
                    await client.close()

        await leaves_nothing(use)

    test()


@in_a_loop
async def test_a_server_can_be_started_again() -> None:
    server = MockServer()
    for _ in range(2):
        async with server:
            await (await Tcp.websocket(server)).establish()
