"""Faults that end a connection or make it silent."""

import asyncio

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Tcp, mock, nothing_more
from pulsecheck.mock_server import (
    NEXT,
    BreakTransport,
    CloseTransport,
    CloseWithCode,
    Cut,
    DropAccepted,
    GoSilent,
    HalfOpen,
    HoldDisconnects,
    LeaveNamespace,
    Occurrence,
)
from pulsecheck.mock_server.wire import TcpEnd


@in_a_loop
async def test_a_silent_server_sends_nothing_and_notices_only_the_end_of_tcp() -> None:
    async with mock(ping_interval=0.02, ping_timeout=5.0) as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        server.add(GoSilent())
        client.send('42["hello"]')
        await server.emit("news")
        reading = asyncio.create_task(client.end())
        newcomer = await Tcp.connect(server)
        newcomer.request(POLLING)
        await log.wait_for(Occurrence.FAULT_APPLIED, 2)
        assert not reading.done()
        assert log.of(Occurrence.EVENT_RECEIVED) == []
        assert not server.connections[0].is_terminated
        reading.cancel()
        await client.close()
        await log.wait_for(Occurrence.TERMINATED)
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "end of TCP"}]


@in_a_loop
async def test_the_end_of_a_silence_delivers_what_both_sides_sent() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        silence = server.add(GoSilent())
        client.send('42["hello"]')
        await server.emit("news")
        newcomer = await Tcp.connect(server)
        await log.wait_for(Occurrence.TCP_OPENED, 2)
        await newcomer.close()
        silence.release()
        assert await client.text() == '42["news"]'
        await log.wait_for(Occurrence.EVENT_RECEIVED, event="hello")


@pytest.mark.parametrize("how", ["FIN", "RST"])
def test_a_cut_ends_tcp_without_a_close_frame(how: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            client = await Tcp.websocket(server)
            await client.establish()
            server.add(Cut("RST" if how == "RST" else "FIN"))
            if how == "RST":
                with pytest.raises(ConnectionResetError):
                    await client.end()
            else:
                assert await client.end() == b""
            await log.wait_for(Occurrence.TERMINATED)
            assert log.of(Occurrence.TCP_ENDED) == [
                {"tcp": 1, "connection": 1, "by": "server", "how": how}
            ]
            assert log.of(Occurrence.CLIENT_LEAVES) == []

    test()


@in_a_loop
async def test_a_cut_over_long_polling_ends_the_session_too() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        tcp = await Tcp.connect(server)
        tcp.request(f"{POLLING}&sid={client.sid}")
        await log.wait_for(Occurrence.TCP_OPENED, 4)
        await nothing_more(server)
        server.add(Cut("FIN"))
        assert await tcp.end() == b""
        await log.wait_for(Occurrence.TERMINATED)
        assert (await client.get())[0] == 400


@in_a_loop
async def test_a_cut_ends_a_long_polling_session_that_has_no_request_pending() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        server.add(Cut("FIN"))
        await log.wait_for(Occurrence.TERMINATED)
        assert (await client.get())[0] == 400


@in_a_loop
async def test_a_cut_works_during_a_hold() -> None:
    async with mock() as (server, log):
        server.add(HoldDisconnects())
        client = await Tcp.websocket(server)
        client.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED)
        server.connections[0].cut("FIN")
        assert await client.end() == b""
        await log.wait_for(Occurrence.TERMINATED)


@in_a_loop
async def test_a_client_that_is_removed_from_a_namespace_stays_connected() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        await client.establish("/a,")
        server.add(LeaveNamespace("/a"))
        assert await client.text() == "41/a,"
        await log.wait_for(Occurrence.NAMESPACE_LEFT, namespace="/a", by="server")
        assert server.connections[0].namespaces == ("/",)
        await server.emit("news")
        assert await client.text() == '42["news"]'


@in_a_loop
async def test_a_client_is_not_removed_from_a_namespace_that_it_is_not_in() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        server.add(LeaveNamespace("/a"))
        await server.emit("news")
        assert await client.text() == '42["news"]'
        assert log.of(Occurrence.FAULT_APPLIED) == []


@in_a_loop
async def test_a_closed_connection_is_not_closed_again() -> None:
    async with mock() as (server, log):
        await (await Tcp.websocket(server)).leave()
        server.add(CloseTransport())
        assert log.of(Occurrence.FAULT_APPLIED) == []


@in_a_loop
async def test_a_websocket_that_is_closed_gets_a_close_frame() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        server.add(CloseTransport())
        assert await client.closing() == 1000
        assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "forced close"}]


@in_a_loop
async def test_long_polling_that_is_closed_gets_a_close_packet() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        waiting = asyncio.create_task(client.get())
        await log.wait_for(Occurrence.TCP_OPENED, 4)
        await nothing_more(server)
        server.add(CloseTransport())
        assert await waiting == (200, "1")
        assert (await client.get())[0] == 400


@in_a_loop
async def test_a_half_open_connection_is_closed_on_the_server_only() -> None:
    async with mock(ping_interval=0.05, ping_timeout=0.05) as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        half_open = server.add(HalfOpen())
        await log.wait_for(Occurrence.CLOSED, connection=1)
        reading = asyncio.create_task(client.end())
        client.send('42["unheard"]')
        client.send_close()
        await nothing_more(server)
        assert not reading.done()
        assert log.of(Occurrence.EVENT_RECEIVED) == log.of(Occurrence.TCP_ENDED, tcp=1) == []
        assert not server.connections[0].is_terminated
        half_open.release()
        with pytest.raises(ConnectionResetError):
            await reading
        await log.wait_for(Occurrence.TERMINATED, connection=1)


@in_a_loop
async def test_a_half_open_long_polling_session_sends_no_answer() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        half_open = server.add(HalfOpen())
        tcp = await Tcp.connect(server)
        tcp.request(f"{POLLING}&sid={client.sid}")
        reading = asyncio.create_task(tcp.end())
        await nothing_more(server)
        assert not reading.done()
        half_open.release()
        with pytest.raises(ConnectionResetError):
            await reading
        await log.wait_for(Occurrence.TERMINATED, connection=1)


@pytest.mark.parametrize("how", ["FIN", "RST"])
def test_an_accepted_tcp_connection_is_dropped(how: TcpEnd) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            there = await Tcp.websocket(server)
            server.add(DropAccepted(how), NEXT)
            client = await Tcp.connect(server)
            if how == "RST":
                with pytest.raises(ConnectionResetError):
                    await client.end()
            else:
                assert await client.end() == b""
            await log.wait_for(Occurrence.TCP_ENDED, tcp=2, by="server", how=how)
            await there.establish()
            await (await Tcp.websocket(server)).establish()
            assert len(log.of(Occurrence.FAULT_ENDS)) == 1

    test()


@pytest.mark.parametrize(("code", "reason"), [(1001, "going away"), (4999, ""), (999, "unallowed")])
def test_a_websocket_can_be_closed_with_any_code(code: int, reason: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log), Http(server) as polling:
            client = await Tcp.websocket(server)
            await client.establish()
            await polling.establish()
            server.add(CloseWithCode(code, reason))
            assert await client.frame() == (8, code.to_bytes(2, "big") + reason.encode())
            client.send_close(1000)
            assert await client.end() == b""
            assert await polling.post('42["x"]') == (200, "ok")
            assert [seen["connection"] for seen in log.of(Occurrence.FAULT_APPLIED)] == [1]

    test()


@in_a_loop
async def test_a_broken_websocket_gets_an_invalid_frame() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        server.add(BreakTransport())
        assert await client.end() == b"\xff\x00"
        assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "transport error"}]


@in_a_loop
async def test_broken_long_polling_resets_the_pending_request() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        tcp = await Tcp.connect(server)
        tcp.request(f"{POLLING}&sid={client.sid}")
        reading = asyncio.create_task(tcp.end())
        await nothing_more(server)
        server.add(BreakTransport(), server.connections[0])
        with pytest.raises(ConnectionResetError):
            await reading
        assert (await client.get())[0] == 400
        assert len(log.of(Occurrence.FAULT_ENDS)) == 1
