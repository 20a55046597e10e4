"""Faults that prevent clients from connecting."""

import asyncio

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Tcp, mock, nothing_more
from pulsecheck.mock_server import (
    NeverAnswer,
    Occurrence,
    PortGone,
    RefuseConnection,
    WithholdConnectAnswer,
)


@in_a_loop
async def test_a_refused_client_gets_message_and_data() -> None:
    async with mock() as (server, log):
        server.add(RefuseConnection("not today", {"code": 7}))
        client = await Tcp.websocket(server)
        client.send("40")
        assert await client.text() == '44{"message":"not today","data":{"code":7}}'
        assert log.of(Occurrence.REFUSED) == [
            {"connection": 1, "namespace": "/", "message": "not today"}
        ]
        assert log.of(Occurrence.FAULT_APPLIED)[0]["connection"] == 1
        await client.establish("/other,")


@in_a_loop
async def test_a_withheld_answer_is_sent_on_release() -> None:
    async with mock() as (server, log):
        withheld = server.add(WithholdConnectAnswer())
        client = await Tcp.websocket(server)
        client.send("40")
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        await client.establish("/other,")
        assert not server.connections[0].is_established
        withheld.release()
        assert (await client.text()).startswith('40{"sid":')
        await log.wait_for(Occurrence.ESTABLISHED, namespace="/")
        assert server.connections[0].is_established


@in_a_loop
async def test_a_withheld_answer_is_not_sent_to_a_client_that_has_left() -> None:
    async with mock() as (server, log):
        withheld = server.add(WithholdConnectAnswer())
        client = await Tcp.websocket(server)
        client.send("40")
        client.send("41")
        await log.wait_for(Occurrence.CLIENT_LEAVES, sign="41")
        withheld.release()
        client.send_close()
        assert await client.closing() == 1000
        assert log.of(Occurrence.ESTABLISHED) == []


@in_a_loop
async def test_a_server_that_never_answers_accepts_and_answers_once_released() -> None:
    async with mock() as (server, log):
        mute = server.add(NeverAnswer())
        client = await Tcp.connect(server)
        client.request(POLLING)
        await log.wait_for(Occurrence.FAULT_APPLIED)
        reading = asyncio.create_task(client.response())
        other = await Tcp.connect(server)
        await log.wait_for(Occurrence.TCP_OPENED, 2)
        assert not reading.done()
        assert log.of(Occurrence.OPENED) == []
        mute.release()
        assert (await reading)[0] == 200
        await other.close()


@in_a_loop
async def test_no_session_is_opened_for_a_client_that_has_given_up() -> None:
    async with mock() as (server, log):
        mute = server.add(NeverAnswer())
        client = await Tcp.connect(server)
        client.request(POLLING)
        await log.wait_for(Occurrence.TCP_OPENED)
        await client.close()
        await log.wait_for(Occurrence.TCP_ENDED, by="client")
        mute.release()
        await nothing_more(server)
        assert server.connections == ()


@in_a_loop
async def test_a_server_that_never_answers_limits_its_input_buffer() -> None:
    async with mock() as (server, log):
        server.add(NeverAnswer())
        client = await Tcp.connect(server)
        client.write(b"x" * 5_000_000)
        await log.wait_for(Occurrence.TCP_ENDED, by="server", how="RST")


@in_a_loop
async def test_a_closed_port_refuses_clients_and_keeps_open_connections() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        port_gone = server.add(PortGone())
        with pytest.raises(ConnectionRefusedError):
            await Tcp.connect(server)
        await client.establish()
        port = server.port
        port_gone.release()
        assert server.port == port
        await (await Tcp.websocket(server)).establish()
        assert len(log.of(Occurrence.FAULT_APPLIED)) == 1


@in_a_loop
async def test_a_port_opens_when_the_last_fault_is_released_and_can_close_again() -> None:
    async with mock() as (server, _):
        for _ in range(2):
            first, second = server.add(PortGone()), server.add(PortGone())
            first.release()
            with pytest.raises(ConnectionRefusedError):
                await Tcp.connect(server)
            second.release()
            await (await Tcp.websocket(server)).establish()


@pytest.mark.parametrize("turns", range(4))
def test_a_port_can_close_while_the_server_is_starting(turns: int) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, _):
            for _ in range(turns):
                await asyncio.sleep(0)  # noqa: TID251 - runs other tasks, without a delay
            server.add(PortGone()).release()
            await (await Tcp.websocket(server)).establish()

    test()


@in_a_loop
async def test_a_closed_port_stays_reserved() -> None:
    async with mock() as (server, log):
        port_gone = server.add(PortGone())
        with pytest.raises(OSError, match="in use"):
            await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", server.port)
        port_gone.release()
        assert len(log.of(Occurrence.FAULT_ENDS)) == 1
        await (await Tcp.websocket(server)).establish()


@in_a_loop
async def test_closing_a_server_frees_its_closed_port() -> None:
    async with mock() as (server, _):
        server.add(PortGone())
        await server.close()
        (
            await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", server.port)
        ).close()
