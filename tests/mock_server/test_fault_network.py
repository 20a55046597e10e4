"""Faults of a network that is far away or narrow."""

import asyncio

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Tcp, mock, nothing_more
from pulsecheck.mock_server import NEXT, Latency, MockServer, Occurrence, SlowReading, SlowWriting
from pulsecheck.mock_server.wire import Direction

SHORTLY = 0.1


@pytest.mark.parametrize("direction", ["to client", "from client"])
def test_what_is_sent_in_a_direction_comes_later_and_in_order(direction: Direction) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            answer_events(server)
            client = await Tcp.websocket(server)
            await client.establish()
            server.add(Latency(SHORTLY, jitter=SHORTLY, direction=direction))
            loop = asyncio.get_running_loop()
            began = loop.time()
            for number in range(10):
                client.send(f'42{number}["ask",{number}]')
            assert [await client.text() for _ in range(10)] == [
                f"43{number}[{number}]" for number in range(10)
            ]
            assert SHORTLY <= loop.time() - began < 2.0
            assert len(log.of(Occurrence.FAULT_APPLIED, connection=1)) == 1

    test()


@in_a_loop
async def test_a_far_client_says_goodbye_before_its_tcp_ends() -> None:
    async with mock() as (server, log):
        server.add(Latency(SHORTLY, direction="from client"))
        client = await Tcp.websocket(server)
        await client.establish()
        client.send("41")
        await client.close()
        await log.wait_for(Occurrence.TCP_ENDED, connection=1)
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "41"}]


@in_a_loop
async def test_what_is_on_its_way_arrives_when_the_latency_ends() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        await client.establish()
        far = server.add(Latency(60.0))
        await server.emit("a")
        await server.emit("b")
        reading = asyncio.create_task(client.text())
        far_too = await Tcp.connect(server)
        assert not reading.done()
        far.release()
        assert await reading == '42["a"]'
        assert await client.text() == '42["b"]'
        await far_too.close()


@in_a_loop
async def test_one_connection_alone_can_be_far_over_long_polling_too() -> None:
    async with mock() as (server, _), Http(server) as far, Http(server) as near:
        await far.establish()
        await near.establish()
        latency = server.add(Latency(60.0), server.connections[0])
        waiting = asyncio.create_task(far.post('42["x"]'))
        assert await near.post('42["x"]') == (200, "ok")
        await nothing_more(server)
        assert not waiting.done()
        latency.release()
        assert await waiting == (200, "ok")


@in_a_loop
async def test_the_next_connection_is_far_from_its_opening_on() -> None:
    async with mock() as (server, log), Http(server) as near:
        await near.open()
        latency = server.add(Latency(60.0), NEXT)
        far = await Tcp.connect(server)
        far.request(POLLING)
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=2)
        assert await near.post("40") == (200, "ok")
        latency.release()
        assert (await far.response())[0] == 200


@in_a_loop
async def test_a_slow_server_writes_piece_by_piece() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        await client.establish()
        server.add(SlowWriting(10_000))
        loop = asyncio.get_running_loop()
        began = loop.time()
        await server.emit("long", "x" * 2_000)
        first = await client.reader.read(200)
        assert loop.time() - began < SHORTLY
        rest = await client.reader.readexactly(2_017 - len(first))
        assert 0.15 <= loop.time() - began < 2.0
        assert (first + rest).endswith(b'x"]')


@in_a_loop
async def test_what_a_slow_server_has_not_written_goes_at_once_when_it_is_released() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        await client.establish()
        slow = server.add(SlowWriting(1))
        await server.emit("long", "x" * 2_000)
        client.send_close()
        reading = asyncio.create_task(client.text())
        await nothing_more_but_slowly(server)
        assert not reading.done()
        slow.release()
        assert (await reading).startswith('42["long"')
        assert await client.closing() == 1000


@in_a_loop
async def test_a_slow_reader_lets_tcp_keep_its_client_waiting() -> None:
    async with mock(max_payload=50_000_000) as (server, log), Http(server) as polling:
        await polling.open()
        slow = server.add(SlowReading(1_000), server.connections[0])
        client = await Tcp.connect(server)
        client.request(f"{POLLING}&sid={polling.sid}", "3" + "x" * 20_000_000)
        draining = asyncio.create_task(client.writer.drain())
        await log.wait_for(Occurrence.FAULT_APPLIED)
        for _ in range(30):
            await nothing_more(server)
        assert not draining.done()
        slow.release()
        await draining
        assert await client.response() == (200, "ok")


@in_a_loop
async def test_a_slow_reader_takes_its_time() -> None:
    async with mock() as (server, _):
        answer_events(server)
        client = await Tcp.websocket(server)
        await client.establish()
        server.add(SlowReading(10_000), server.connections[0])
        loop = asyncio.get_running_loop()
        began = loop.time()
        client.send('420["ask","' + "x" * 2_000 + '"]')
        assert (await client.text()).startswith("430")
        assert 0.15 <= loop.time() - began < 2.0


def answer_events(server: MockServer) -> None:
    server.on("ask")(lambda _, *arguments: arguments)


async def nothing_more_but_slowly(server: MockServer) -> None:
    """Let a new client be accepted, which may get no answer."""
    client = await Tcp.connect(server)
    await client.close()
