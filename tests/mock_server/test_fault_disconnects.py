"""Faults that hold or delay what a server says to a client that leaves."""

import asyncio

from event_loop import in_a_loop
from mock_clients import Http, Tcp, mock, nothing_more
from pulsecheck.mock_server import (
    DelayDisconnects,
    DelayFin,
    HoldDisconnects,
    Occurrence,
)

SHORTLY = 0.1


@in_a_loop
async def test_a_held_disconnect_lets_nothing_out_and_then_everything_in_order() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        await client.establish("/a,")
        hold = server.add(HoldDisconnects())
        client.send("41/a,")
        client.send("41")
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        server.connections[0].send(("2[]",), lambda: None)
        client.send_close()
        reading = asyncio.create_task(client.text())
        await log.wait_for(Occurrence.CLOSED)
        await nothing_more(server)
        assert not reading.done()
        hold.release()
        assert await reading == "42[]"
        assert await client.closing() == 1000
        assert await client.end() == b""
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "41"}]


@in_a_loop
async def test_a_hold_reaches_the_tcp_connections_that_come_later() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        hold = server.add(HoldDisconnects())
        leaving = asyncio.create_task(client.post("41"))
        await log.wait_for(Occurrence.FAULT_APPLIED)
        saying = asyncio.create_task(client.post("1"))
        await log.wait_for(Occurrence.CLOSED)
        await nothing_more(server)
        assert not leaving.done()
        assert not saying.done()
        hold.release()
        assert await leaving == await saying == (200, "ok")


@in_a_loop
async def test_a_hold_leaves_those_alone_that_do_not_leave() -> None:
    async with mock() as (server, _):
        server.add(HoldDisconnects())
        client = await Tcp.websocket(server)
        await client.establish()
        await server.emit("news")
        assert await client.text() == '42["news"]'


@in_a_loop
async def test_a_delayed_disconnect_comes_after_its_time() -> None:
    async with mock() as (server, log):
        server.add(DelayDisconnects(SHORTLY))
        client = await Tcp.websocket(server)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await client.leave()
        assert SHORTLY <= loop.time() - began < 2.0
        assert len(log.of(Occurrence.FAULT_APPLIED, connection=1)) == 1
        assert log.of(Occurrence.FAULT_ENDS) == []


@in_a_loop
async def test_a_delayed_disconnect_comes_at_once_when_released() -> None:
    async with mock() as (server, log):
        delay = server.add(DelayDisconnects(60.0))
        client = await Tcp.websocket(server)
        client.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED)
        delay.release()
        assert await client.closing() == 1000


@in_a_loop
async def test_a_delayed_fin_comes_after_its_time() -> None:
    async with mock() as (server, log):
        server.add(DelayFin(SHORTLY))
        client = await Tcp.websocket(server)
        await client.leave()
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await client.end() == b""
        assert SHORTLY / 2 <= loop.time() - began < 2.0
        assert len(log.of(Occurrence.FAULT_APPLIED, connection=1)) == 1
