"""Each fault bites, is recorded when it does, and leaves no trace once it is released."""

import asyncio

import pytest

from harness.mock_server import (
    AnswerHttp,
    CloseTransport,
    Cut,
    DelayDisconnects,
    DelayFin,
    Fault,
    GoSilent,
    HoldDisconnects,
    LeaveNamespace,
    NeverAnswer,
    Occurrence,
    PortGone,
    PortInUseError,
    RefuseConnection,
    WithholdConnectAnswer,
)
from tests.mock_server.conftest import POLLING, Http, Tcp, in_a_loop, mock, nothing_more

SHORTLY = 0.1


async def leave_and_read_close(client: Tcp) -> None:
    client.send_close()
    assert await client.closing() == 1000


@pytest.mark.parametrize(
    "fault",
    [
        AnswerHttp(503),
        CloseTransport(),
        Cut("RST"),
        DelayDisconnects(60.0),
        DelayFin(),
        GoSilent(),
        HoldDisconnects(),
        LeaveNamespace(),
        NeverAnswer(),
        PortGone(),
        RefuseConnection("no"),
        WithholdConnectAnswer(),
    ],
    ids=lambda fault: fault.name,
)
def test_a_server_whose_fault_was_released_is_right_again(fault: Fault) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            handle = server.add(fault)
            handle.release()
            handle.release()
            client = await Tcp.websocket(server)
            await client.establish()
            await leave_and_read_close(client)
            assert await client.end() == b""
            begun = {"fault": fault.name, "scope": "all connections", "connection": None}
            assert log.of(Occurrence.FAULT_BEGINS) == [begun]
            assert log.of(Occurrence.FAULT_ENDS) == [begun]

    test()


# --- disconnects ----------------------------------------------------------------------------


@in_a_loop
async def test_a_held_disconnect_lets_nothing_out_and_then_everything_in_order() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        await client.establish("/a,")
        hold = server.add(HoldDisconnects())
        client.send("41/a,")
        client.send("41")
        await log.wait_for(Occurrence.FAULT_BITES, connection=1)
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
        await log.wait_for(Occurrence.FAULT_BITES)
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
        await leave_and_read_close(client)
        assert SHORTLY <= loop.time() - began < 2.0
        assert len(log.of(Occurrence.FAULT_BITES, connection=1)) == 1
        assert log.of(Occurrence.FAULT_ENDS) == []


@in_a_loop
async def test_a_delayed_disconnect_comes_at_once_when_released() -> None:
    async with mock() as (server, log):
        delay = server.add(DelayDisconnects(60.0))
        client = await Tcp.websocket(server)
        client.send_close()
        await log.wait_for(Occurrence.FAULT_BITES)
        delay.release()
        assert await client.closing() == 1000


@in_a_loop
async def test_a_delayed_fin_comes_after_its_time() -> None:
    async with mock() as (server, log):
        server.add(DelayFin(SHORTLY))
        client = await Tcp.websocket(server)
        await leave_and_read_close(client)
        loop = asyncio.get_running_loop()
        began = loop.time()
        assert await client.end() == b""
        assert SHORTLY / 2 <= loop.time() - began < 2.0
        assert len(log.of(Occurrence.FAULT_BITES, connection=1)) == 1


# --- connecting -----------------------------------------------------------------------------


@in_a_loop
async def test_a_refused_client_is_told_why() -> None:
    async with mock() as (server, log):
        server.add(RefuseConnection("not today", {"code": 7}))
        client = await Tcp.websocket(server)
        client.send("40")
        assert await client.text() == '44{"message":"not today","data":{"code":7}}'
        assert log.of(Occurrence.REFUSED) == [
            {"connection": 1, "namespace": "/", "message": "not today"}
        ]
        assert log.of(Occurrence.FAULT_BITES)[0]["connection"] == 1
        await client.establish("/other,")


@in_a_loop
async def test_a_withheld_answer_comes_when_released() -> None:
    async with mock() as (server, log):
        withheld = server.add(WithholdConnectAnswer())
        client = await Tcp.websocket(server)
        client.send("40")
        await log.wait_for(Occurrence.FAULT_BITES, connection=1)
        await client.establish("/other,")
        assert not server.connections[0].is_established
        withheld.release()
        assert (await client.text()).startswith('40{"sid":')
        await log.wait_for(Occurrence.ESTABLISHED, namespace="/")
        assert server.connections[0].is_established


@in_a_loop
async def test_a_withheld_answer_does_not_come_to_a_client_that_has_left() -> None:
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
        await log.wait_for(Occurrence.FAULT_BITES)
        reading = asyncio.create_task(client.response())
        other = await Tcp.connect(server)
        await log.wait_for(Occurrence.TCP_OPENED, 2)
        assert not reading.done()
        assert log.of(Occurrence.OPENED) == []
        mute.release()
        assert (await reading)[0] == 200
        await other.close()


@in_a_loop
async def test_a_client_that_gives_up_waiting_leaves_no_session_behind() -> None:
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
async def test_a_flood_is_not_kept_by_a_server_that_never_answers() -> None:
    async with mock() as (server, log):
        server.add(NeverAnswer())
        client = await Tcp.connect(server)
        client.write(b"x" * 5_000_000)
        await log.wait_for(Occurrence.TCP_ENDED, by="server", how="RST")


@in_a_loop
async def test_a_port_that_is_gone_refuses_and_keeps_what_is_open() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        gone = server.add(PortGone())
        with pytest.raises(ConnectionRefusedError):
            await Tcp.connect(server)
        await client.establish()
        port = server.port
        gone.release()
        assert server.port == port
        await (await Tcp.websocket(server)).establish()
        assert len(log.of(Occurrence.FAULT_BITES)) == 1


@in_a_loop
async def test_a_port_is_back_once_nobody_wants_it_gone_and_can_go_again() -> None:
    async with mock() as (server, _):
        for _ in range(2):
            first, second = server.add(PortGone()), server.add(PortGone())
            first.release()
            with pytest.raises(ConnectionRefusedError):
                await Tcp.connect(server)
            second.release()
            await (await Tcp.websocket(server)).establish()


@pytest.mark.parametrize("turns", range(4))
def test_a_port_can_go_while_the_server_is_starting(turns: int) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, _):
            for _ in range(turns):
                await asyncio.sleep(0)
            server.add(PortGone()).release()
            await (await Tcp.websocket(server)).establish()

    test()


@in_a_loop
async def test_a_port_that_was_taken_meanwhile_is_an_error_until_it_is_free() -> None:
    async with mock() as (server, log):
        gone = server.add(PortGone())
        thief = await asyncio.start_server(
            lambda _, writer: writer.close(), "127.0.0.1", server.port
        )
        with pytest.raises(PortInUseError):
            gone.release()
        assert log.of(Occurrence.FAULT_ENDS) == []
        thief.close()
        await thief.wait_closed()
        gone.release()
        await (await Tcp.websocket(server)).establish()


# --- silence and ends -----------------------------------------------------------------------


@in_a_loop
async def test_a_silent_server_sends_nothing_and_hears_nothing_but_the_end_of_tcp() -> None:
    async with mock(ping_interval=0.02, ping_timeout=5.0) as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        server.add(GoSilent())
        client.send('42["hello"]')
        await server.emit("news")
        reading = asyncio.create_task(client.end())
        newcomer = await Tcp.connect(server)
        newcomer.request(POLLING)
        await log.wait_for(Occurrence.FAULT_BITES, 2)
        assert not reading.done()
        assert log.of(Occurrence.EVENT_RECEIVED) == []
        assert not server.connections[0].is_terminated
        reading.cancel()
        await client.close()
        await log.wait_for(Occurrence.TERMINATED)
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "end of TCP"}]


@in_a_loop
async def test_a_silence_that_ends_delivers_what_both_sides_said() -> None:
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
async def test_a_cut_goes_through_a_hold() -> None:
    async with mock() as (server, log):
        server.add(HoldDisconnects())
        client = await Tcp.websocket(server)
        client.send_close()
        await log.wait_for(Occurrence.FAULT_BITES)
        server.connections[0].cut("FIN")
        assert await client.end() == b""
        await log.wait_for(Occurrence.TERMINATED)


@in_a_loop
async def test_a_client_that_is_put_out_of_a_namespace_stays_connected() -> None:
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
async def test_a_client_is_not_put_out_of_a_namespace_that_it_is_not_in() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        server.add(LeaveNamespace("/a"))
        await server.emit("news")
        assert await client.text() == '42["news"]'
        assert log.of(Occurrence.FAULT_BITES) == []


@in_a_loop
async def test_what_is_closed_already_is_not_closed_again() -> None:
    async with mock() as (server, log):
        await leave_and_read_close(await Tcp.websocket(server))
        server.add(CloseTransport())
        assert log.of(Occurrence.FAULT_BITES) == []


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
