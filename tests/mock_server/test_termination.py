"""The exact moment at which a connection is terminated."""

import asyncio
import json

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Log, Tcp, mock, nothing_more
from pulsecheck.mock_server import DelayFin, HoldDisconnects, MockServer, Occurrence


def is_terminated(server: MockServer, log: Log) -> bool:
    """Return whether the first connection is terminated. Property and records must agree."""
    recorded = log.of(Occurrence.TERMINATED, connection=1)
    assert len(recorded) <= 1
    assert server.connections[0].is_terminated == bool(recorded)
    return bool(recorded)


# --- WebSocket ------------------------------------------------------------------------------


@in_a_loop
async def test_a_websocket_is_terminated_after_both_close_frames() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        assert not is_terminated(server, log)
        client.send_close()
        assert await client.closing() == 1000
        assert is_terminated(server, log)


@in_a_loop
async def test_a_websocket_is_not_terminated_while_the_servers_close_frame_is_held() -> None:
    async with mock() as (server, log):
        hold = server.add(HoldDisconnects())
        client = await Tcp.websocket(server)
        client.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED)
        await nothing_more(server)
        assert not is_terminated(server, log)
        hold.release()
        assert is_terminated(server, log)
        assert await client.closing() == 1000


@in_a_loop
async def test_a_websocket_that_the_server_closes_waits_for_the_clients_close_frame() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        server.connections[0].close()
        assert await client.closing() == 1000
        await nothing_more(server)
        assert not is_terminated(server, log)
        client.send_close()
        await log.wait_for(Occurrence.TERMINATED)
        assert log.of(Occurrence.CLIENT_LEAVES) == []


@pytest.mark.parametrize("how", ["FIN", "RST"])
def test_the_clients_end_of_tcp_terminates_despite_a_hold(how: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            server.add(HoldDisconnects())
            client = await Tcp.websocket(server)
            client.send_close()
            await log.wait_for(Occurrence.FAULT_APPLIED)
            if how == "FIN":
                await client.close()
            else:
                client.reset()
            await log.wait_for(Occurrence.TERMINATED)
            assert log.of(Occurrence.TCP_ENDED, connection=1) == [
                {"tcp": 1, "connection": 1, "by": "client", "how": how}
            ]
            kinds = (Occurrence.TCP_ENDED, Occurrence.TERMINATED)
            assert log.order(*kinds) == list(kinds)

    test()


@pytest.mark.parametrize("how", ["FIN", "RST"])
def test_a_client_that_ends_tcp_without_a_close_frame_leaves_and_is_terminated(how: str) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            client = await Tcp.websocket(server)
            await client.establish()
            if how == "FIN":
                await client.close()
            else:
                client.reset()
            await log.wait_for(Occurrence.TERMINATED)
            assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "end of TCP"}]
            assert log.of(Occurrence.CLOSED) == [{"connection": 1, "reason": "transport close"}]

    test()


@in_a_loop
async def test_events_before_the_end_of_tcp_are_received_first() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        client.send('42["last words"]')
        client.send("41")
        await client.close()
        await log.wait_for(Occurrence.TERMINATED)
        assert log.of(Occurrence.EVENT_RECEIVED)[0]["event"] == "last words"
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "41"}]


@in_a_loop
async def test_a_delayed_fin_does_not_delay_the_termination() -> None:
    async with mock() as (server, log):
        delay = server.add(DelayFin())
        client = await Tcp.websocket(server)
        client.send_close()
        assert await client.closing() == 1000
        assert is_terminated(server, log)
        await nothing_more(server)
        assert log.of(Occurrence.TCP_ENDED, tcp=1) == []
        delay.release()
        assert await client.end() == b""
        assert log.of(Occurrence.TCP_ENDED, tcp=1)[0]["by"] == "server"


@in_a_loop
async def test_a_close_frame_that_the_kernel_has_not_accepted_does_not_count() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]
        server.connections[0].outgoing.hold("until all is written")
        for _ in range(20):
            await server.emit("much", "x" * 1_000_000)
        client.send_close()
        await log.wait_for(Occurrence.CLIENT_LEAVES)
        await nothing_more(server)
        server.connections[0].outgoing.release("until all is written")
        await nothing_more(server)
        assert not is_terminated(server, log)
        reading = asyncio.create_task(client.end())
        client.writer.transport.resume_reading()  # type: ignore[attr-defined]
        await log.wait_for(Occurrence.TERMINATED)
        assert (await reading)[-4:-2] == b"\x88\x02"
        assert len(log.of(Occurrence.EVENT_SENT)) == 20


# --- long-polling ---------------------------------------------------------------------------


async def polling(server: MockServer, client: Http, log: Log) -> Tcp:
    """Establish a session, and send a GET that stays pending."""
    await client.establish()
    tcp = await Tcp.connect(server)
    tcp.request(f"{POLLING}&sid={client.sid}")
    await log.wait_for(Occurrence.TCP_OPENED, 4)
    return tcp


@in_a_loop
async def test_long_polling_is_terminated_once_the_post_and_the_get_are_answered() -> None:
    async with mock() as (server, log), Http(server) as client:
        pending = await polling(server, client, log)
        assert await client.post("41\x1e1") == (200, "ok")
        assert await pending.response() == (200, "6")
        assert is_terminated(server, log)
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "41"}]


@in_a_loop
async def test_long_polling_is_not_terminated_while_an_answer_is_held() -> None:
    async with mock() as (server, log), Http(server) as client:
        pending = await polling(server, client, log)
        hold = server.add(HoldDisconnects())
        posting = asyncio.create_task(client.post("41\x1e1"))
        await log.wait_for(Occurrence.CLOSED)
        await nothing_more(server)
        assert not is_terminated(server, log)
        assert not posting.done()
        hold.release()
        assert is_terminated(server, log)
        assert await posting == (200, "ok")
        assert await pending.response() == (200, "6")


@in_a_loop
async def test_leaving_the_last_namespace_does_not_terminate() -> None:
    async with mock() as (server, log), Http(server) as client:
        pending = await polling(server, client, log)
        assert await client.post("41") == (200, "ok")
        await nothing_more(server)
        assert server.connections[0].has_left
        assert not is_terminated(server, log)
        assert await client.post("1") == (200, "ok")
        assert await pending.response() == (200, "6")
        assert is_terminated(server, log)


@in_a_loop
async def test_a_client_that_has_left_and_ended_tcp_is_terminated() -> None:
    async with mock() as (server, log), Http(server) as client:
        pending = await polling(server, client, log)
        server.add(HoldDisconnects())
        disconnect = await Tcp.connect(server)
        disconnect.request(f"{POLLING}&sid={client.sid}", "41")
        await log.wait_for(Occurrence.FAULT_APPLIED)
        await disconnect.close()
        await nothing_more(server)
        await pending.close()
        await log.wait_for(Occurrence.TERMINATED)
        assert is_terminated(server, log)


@in_a_loop
async def test_a_client_that_has_left_is_terminated_with_its_last_tcp_connection() -> None:
    async with mock() as (server, log):
        tcp = await Tcp.connect(server)
        tcp.request(POLLING)
        sid = json.loads((await tcp.response())[1][1:])["sid"]
        for body in ("40", "41"):
            tcp.request(f"{POLLING}&sid={sid}", body)
            assert await tcp.response() == (200, "ok")
        assert not is_terminated(server, log)
        await tcp.close()
        await log.wait_for(Occurrence.TERMINATED)


@in_a_loop
async def test_a_disconnect_counts_even_if_the_client_does_not_wait_for_the_answer() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        tcp = await Tcp.connect(server)
        tcp.request(f"{POLLING}&sid={client.sid}", "41\x1e1")
        await tcp.close()
        await log.wait_for(Occurrence.TERMINATED)
        assert log.of(Occurrence.CLIENT_LEAVES) == [{"connection": 1, "sign": "41"}]


@in_a_loop
async def test_long_polling_closed_by_the_server_is_terminated_once_the_client_is_informed() -> (
    None
):
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        server.connections[0].close()
        await nothing_more(server)
        assert not is_terminated(server, log)
        assert await client.get() == (200, "1")
        assert is_terminated(server, log)


# --- upgraded -------------------------------------------------------------------------------


@in_a_loop
async def test_an_upgraded_connection_is_terminated_like_a_websocket() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.establish()
        tcp = await Tcp.websocket(server, client.sid)
        tcp.send("2probe")
        assert await tcp.text() == "3probe"
        tcp.send("5")
        hold = server.add(HoldDisconnects())
        tcp.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED)
        await nothing_more(server)
        assert not is_terminated(server, log)
        hold.release()
        assert is_terminated(server, log)
