"""Start, close, records, events and handlers of a server."""

import asyncio
import contextlib
import json
from collections.abc import Mapping
from typing import Any

import aiohttp
import pytest

from event_loop import in_a_loop, run_bounded
from mock_clients import POLLING, Http, Tcp, mock, nothing_more
from pulsecheck.mock_server import (
    Connection,
    DelayDisconnects,
    HoldDisconnects,
    MockServer,
    NeverAnswer,
    Occurrence,
    PortGone,
    PortInUseError,
)


@in_a_loop
async def test_the_error_for_a_port_in_use_has_a_hint() -> None:
    async with mock() as (server, _):
        with pytest.raises(PortInUseError) as caught:
            await MockServer(port=server.port).start()
        assert str(caught.value) == (
            f"cannot listen on 127.0.0.1 port {server.port}: another program uses it. "
            "Stop that program, or choose another port (0 selects a free port)."
        )


@in_a_loop
async def test_a_server_listens_on_loopback_at_its_url() -> None:
    async with mock() as (server, _):
        assert server.url == f"http://127.0.0.1:{server.port}"
        assert server.port > 0


@in_a_loop
async def test_closing_ends_every_connection() -> None:
    async with mock() as (server, log):
        polling = Http(server, keep_alive=True)
        await polling.establish()
        waiting = asyncio.create_task(polling.get())
        sending = await Tcp.connect(server)
        head = f"POST {POLLING}&sid={polling.sid} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n"
        sending.write(head.encode())
        websocket = await Tcp.websocket(server)
        held = await Tcp.websocket(server)
        server.add(HoldDisconnects())
        held.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED)
        server.add(NeverAnswer())
        mute = await Tcp.connect(server)
        mute.request(POLLING)
        await log.wait_for(Occurrence.FAULT_APPLIED, 2)
    for client in (websocket, held, mute):
        with contextlib.suppress(ConnectionResetError):
            assert await client.end() == b""
    with pytest.raises(aiohttp.ClientError):
        await waiting
    await polling.__aexit__()
    assert all(connection.is_terminated for connection in server.connections)
    assert [seen["connection"] for seen in log.of(Occurrence.CLIENT_LEAVES)] == [3]


@in_a_loop
async def test_closing_leaves_no_task() -> None:
    async with mock() as (server, log):
        idle = await Tcp.connect(server)
        idle.request(POLLING)
        sid = json.loads((await idle.response())[1][1:])["sid"]
        polling = await Tcp.connect(server)
        polling.request(f"{POLLING}&sid={sid}")
        websocket = await Tcp.websocket(server)
        await websocket.establish()
        await log.wait_for(Occurrence.ESTABLISHED)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@in_a_loop
async def test_closing_cancels_running_handlers() -> None:
    async with mock() as (server, log):

        @server.on("wait")
        async def wait(_connection: Connection) -> None:
            await asyncio.Event().wait()

        client = await Tcp.websocket(server)
        await client.establish()
        client.send('42["wait"]')
        await log.wait_for(Occurrence.EVENT_RECEIVED)
    assert asyncio.all_tasks() == {asyncio.current_task()}


@in_a_loop
async def test_a_release_after_closing_has_no_effect() -> None:
    async with mock() as (server, log):
        held = server.add(HoldDisconnects())
        delayed = server.add(DelayDisconnects(60.0))
        port_gone = server.add(PortGone())
    for handle in (held, delayed, port_gone):
        handle.release()
    assert log.of(Occurrence.FAULT_ENDS) == []
    with pytest.raises(ConnectionRefusedError):
        await Tcp.connect(server)


@in_a_loop
async def test_a_server_can_be_closed_twice_and_without_a_start() -> None:
    server = MockServer()
    await server.close()
    await server.start()
    await server.close()
    await server.close()


@in_a_loop
async def test_records_have_the_order_of_the_occurrences() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        client.send_close()
        assert await client.end() == b"\x88\x02\x03\xe8"
    assert [what for source, what, _ in log.entries] == [
        "TCP connection opened",
        "connection opened",
        "packet sent",
        "packet received",
        "connection requested",
        "packet sent",
        "namespace established",
        "client leaves",
        "connection closed",
        "connection terminated",
        "TCP connection ended",
    ]
    assert {source for source, _, _ in log.entries} == {"server", "wire"}


@in_a_loop
async def test_the_record_of_a_packet_has_a_limited_length() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        client.send(f'42["{"x" * 5_000}"]')
        await log.wait_for(Occurrence.EVENT_RECEIVED)
        assert len(log.of(Occurrence.PACKET_RECEIVED)[-1]["packet"]) == 200
        assert len(log.of(Occurrence.EVENT_RECEIVED)[-1]["event"]) == 1_000


# --- events ---------------------------------------------------------------------------------


@in_a_loop
async def test_an_event_is_sent_to_one_connection_or_to_all_in_the_namespace() -> None:
    async with mock() as (server, log):
        first, second, other = [await Tcp.websocket(server) for _ in range(3)]
        await first.establish()
        await second.establish()
        await other.establish("/a,")
        await server.emit("news", 1)
        assert await first.text() == await second.text() == '42["news",1]'
        await server.emit("news", to=server.connections[1])
        assert await second.text() == '42["news"]'
        await server.emit("news", namespace="/a")
        assert await other.text() == '42/a,["news"]'
        await nothing_more(server)
        assert [seen["connection"] for seen in log.of(Occurrence.EVENT_SENT)] == [1, 2, 2, 3]


@in_a_loop
async def test_the_return_value_of_a_handler_acknowledges_the_event() -> None:
    async with mock() as (server, log):

        @server.on("list")
        async def answer_list(_connection: Connection, *arguments: Any) -> list[Any]:
            return list(arguments)

        @server.on("nothing")
        def answer_nothing(_connection: Connection) -> None:
            return None

        client = await Tcp.websocket(server)
        await client.establish()
        client.send('421["nothing"]')
        client.send('422["unknown"]')
        client.send('423["list",1,"x"]')
        assert await client.text() == '433[1,"x"]'
        received = log.of(Occurrence.EVENT_RECEIVED)
        assert [(seen["event"], seen["ack"]) for seen in received] == [
            ("nothing", 1),
            ("unknown", 2),
            ("list", 3),
        ]


@in_a_loop
async def test_a_handler_is_called_for_its_namespace_only() -> None:
    async with mock() as (server, _):

        @server.on("who", namespace="/a")
        def who(_connection: Connection) -> tuple[str]:
            return ("a",)

        client = await Tcp.websocket(server)
        await client.establish()
        await client.establish("/a,")
        client.send('421["who"]')
        client.send('42/a,2["who"]')
        assert await client.text() == '43/a,2["a"]'


@in_a_loop
async def test_a_burst_of_events_keeps_its_order() -> None:
    async with mock() as (server, log):

        @server.on("echo")
        async def echo(connection: Connection, number: int) -> None:
            await server.emit("back", number, to=connection)

        client = await Tcp.websocket(server)
        await client.establish()
        for number in range(1000):
            client.send(f'42["echo",{number}]')
        backs = [await client.text() for _ in range(1000)]
        assert backs == [f'42["back",{number}]' for number in range(1000)]
        assert len(log.of(Occurrence.EVENT_RECEIVED)) == 1000


@in_a_loop
async def test_on_connect_gets_the_connection_and_its_auth() -> None:
    async with mock() as (server, _):

        @server.on_connect("/a")
        async def greet(connection: Connection, auth: Mapping[str, Any]) -> None:
            await server.emit("auth", auth, namespace="/a", to=connection)

        client = await Tcp.websocket(server)
        client.send('40/a,{"token":"123"}')
        assert (await client.text()).startswith("40/a,")
        assert await client.text() == '42/a,["auth",{"token":"123"}]'


# --- errors ---------------------------------------------------------------------------------


def failing(*_: object) -> None:
    raise LookupError("a bug")


def failing_to_record(_source: str, what: str, _details: object) -> None:
    if what == Occurrence.PACKET_RECEIVED:
        failing()


async def awaiting_failure(*_: object) -> None:
    failing()


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_an_error_in_record_reaches_the_loops_exception_handler(transport: str) -> None:
    async def test() -> None:
        async with MockServer(record=failing_to_record) as server:
            if transport == "websocket":
                client = await Tcp.websocket(server)
                client.send("40")
                await client.end()
            else:
                async with Http(server) as http:
                    await http.open()
                    assert (await http.post("40"))[0] == 500

    assert any("LookupError('a bug')" in message for message in run_bounded(test))


@pytest.mark.parametrize("handler", [failing, awaiting_failure])
def test_an_error_in_a_handler_is_reported_and_the_server_continues(handler: Any) -> None:
    async def test() -> None:
        async with mock() as (server, _):
            server.on("fail")(handler)
            failed = await Tcp.websocket(server)
            await failed.establish()
            failed.send('42["fail"]')
            other = await Tcp.websocket(server)
            await other.establish()
            await nothing_more(server)

    assert any("LookupError('a bug')" in message for message in run_bounded(test))
