"""Faults that hold or delay the answer to a disconnect."""

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
async def test_a_held_disconnect_holds_all_output_and_releases_it_in_order() -> None:
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
async def test_a_hold_includes_later_tcp_connections() -> None:
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
async def test_a_hold_does_not_affect_clients_that_stay() -> None:
    async with mock() as (server, _):
        server.add(HoldDisconnects())
        client = await Tcp.websocket(server)
        await client.establish()
        await server.emit("news")
        assert await client.text() == '42["news"]'


@in_a_loop
async def test_a_delayed_disconnect_is_answered_after_the_delay() -> None:
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
async def test_a_delayed_disconnect_is_answered_at_once_on_release() -> None:
    async with mock() as (server, log):
        delay = server.add(DelayDisconnects(60.0))
        client = await Tcp.websocket(server)
        client.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED)
        delay.release()
        assert await client.closing() == 1000


@in_a_loop
async def test_a_delayed_fin_is_sent_after_the_delay() -> None:
    async with mock() as (server, log):
        server.add(DelayFin(SHORTLY))
        client = await Tcp.websocket(server)
        await client.leave()
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await client.end() == b""
        assert SHORTLY / 2 <= loop.time() - began < 2.0
        assert len(log.of(Occurrence.FAULT_APPLIED, connection=1)) == 1
