"""Faults that add latency or limit the rate."""

import asyncio

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Tcp, mock, nothing_more
from pulsecheck.mock_server import NEXT, Latency, MockServer, Occurrence, SlowReading, SlowWriting
from pulsecheck.mock_server.wire import Direction

SHORTLY = 0.1


@pytest.mark.parametrize("direction", ["to client", "from client"])
def test_data_of_a_direction_arrives_late_and_in_order(direction: Direction) -> None:
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
async def test_latency_keeps_the_order_of_a_disconnect_and_the_end_of_tcp() -> None:
    async with mock() as (server, log):
        server.add(Latency(SHORTLY, direction="from client"))
        client = await Tcp.websocket(server)
        await client.establish()
        client.send("41")
        await client.close()
        await log.wait_for(Occurrence.TCP_ENDED, connection=1)
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "41"}]


@in_a_loop
async def test_delayed_data_arrives_when_the_latency_ends() -> None:
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
async def test_latency_can_be_limited_to_one_long_polling_connection() -> None:
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
async def test_latency_for_the_next_connection_starts_when_it_opens() -> None:
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
async def test_a_slow_server_writes_in_pieces() -> None:
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
async def test_waiting_data_of_a_slow_server_is_sent_at_once_on_release() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        await client.establish()
        slow = server.add(SlowWriting(1))
        await server.emit("long", "x" * 2_000)
        client.send_close()
        reading = asyncio.create_task(client.text())
        await connect_without_reading(server)
        assert not reading.done()
        slow.release()
        assert (await reading).startswith('42["long"')
        assert await client.closing() == 1000


@in_a_loop
async def test_slow_reading_blocks_a_client_that_sends_much() -> None:
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
async def test_slow_reading_delays_events() -> None:
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


async def connect_without_reading(server: MockServer) -> None:
    """Open a TCP connection and close it at once, without waiting for an answer."""
    client = await Tcp.connect(server)
    await client.close()
