"""Each fault bites, in its scope, and ends; with python-socketio's client at the other end."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
import socketio
from serving import SOON, TRANSPORTS, Client, Log, Raw, run

from harness.mock_server import (
    NEXT,
    CloseTransport,
    Cut,
    DelayDisconnects,
    DelayFin,
    GoSilent,
    HoldDisconnects,
    LeaveNamespace,
    MockServer,
    NeverAnswer,
    Occurrence,
    PortGone,
    PortInUseError,
    RefuseConnection,
    WithholdConnectAnswer,
)

Work = Callable[[MockServer, Log], Awaitable[None]]
all_transports = pytest.mark.parametrize("transport", TRANSPORTS)
framed = pytest.mark.parametrize("transport", ["websocket", "upgraded"])


def served(work: Work, ping_interval: float = 25.0, ping_timeout: float = 20.0) -> None:
    async def serve() -> None:
        log = Log()
        async with MockServer(
            ping_interval=ping_interval, ping_timeout=ping_timeout, record=log
        ) as server:
            await work(server, log)

    run(serve())


async def connected(server: MockServer, transport: str) -> Client:
    client = Client(transport)
    await client.connect(server)
    return client


# --- no fault -------------------------------------------------------------------------------


@all_transports
def test_without_a_fault_a_goodbye_is_answered_at_once(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, transport)
        (connection,) = server.connections
        assert connection.is_established
        assert connection.upgraded == (transport == "upgraded")
        await asyncio.wait_for(client.sio.disconnect(), SOON)
        await log.wait_for(Occurrence.TERMINATED)
        assert connection.has_left
        assert connection.is_terminated
        assert not connection.is_established
        assert log.place(Occurrence.CLIENT_LEAVES) < log.place(Occurrence.TERMINATED)

    served(work)


def test_a_namespace_is_established_when_the_answer_is_with_the_kernel() -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = Client("websocket")
        await client.connect(server, ("/", "/chat"))
        assert set(server.connections[0].namespaces) == {"/", "/chat"}
        await log.wait_for(Occurrence.ESTABLISHED, namespace="/chat")
        requested = log.place(Occurrence.CONNECT_REQUESTED, namespace="/chat")
        assert requested < log.place(Occurrence.ESTABLISHED, namespace="/chat")
        await client.sio.disconnect()

    served(work)


def test_an_event_of_the_server_can_be_acknowledged() -> None:
    async def work(server: MockServer, _log: Log) -> None:
        client = await connected(server, "websocket")
        client.sio.on("sum", lambda one, other: one + other)
        answer = await asyncio.wait_for(server.connections[0].call("sum", 1, 2), SOON)
        assert answer == (3,)
        await client.sio.disconnect()

    served(work)


def test_an_event_goes_to_all_or_to_one() -> None:
    async def work(server: MockServer, _log: Log) -> None:
        one, other = [await connected(server, "websocket") for _ in range(2)]
        await server.emit("for all", 1)
        await server.emit("for one", 2, to=server.connections[1])
        assert await one.next() == ("for all", (1,))
        assert [await other.next() for _ in range(2)] == [("for all", (1,)), ("for one", (2,))]
        await one.sio.disconnect()
        await other.sio.disconnect()

    served(work)


# --- disconnects ----------------------------------------------------------------------------


@all_transports
def test_a_held_disconnect_ends_when_it_is_released(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, transport)
        hold = server.add(HoldDisconnects())
        leaving = asyncio.ensure_future(client.sio.disconnect())
        await log.wait_for(Occurrence.FAULT_BITES, connection=1)
        done, _ = await asyncio.wait({leaving}, timeout=0.1)
        assert not done
        assert not server.connections[0].is_terminated
        hold.release()
        await asyncio.wait_for(leaving, SOON)
        await log.wait_for(Occurrence.TERMINATED)
        assert log.place(Occurrence.FAULT_BITES) < log.place(Occurrence.TERMINATED)

    served(work)


@all_transports
def test_a_client_that_gives_tcp_up_is_terminated_while_the_disconnect_is_held(
    transport: str,
) -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, transport)
        hold = server.add(HoldDisconnects())
        leaving = asyncio.ensure_future(client.sio.disconnect())
        await log.wait_for(Occurrence.FAULT_BITES, connection=1)
        assert log.seen(Occurrence.TERMINATED) == []
        leaving.cancel()
        await asyncio.wait({leaving})
        await client.http.close()
        await log.wait_for(Occurrence.TERMINATED)
        assert log.seen(Occurrence.TCP_ENDED, by="client")
        hold.release()

    served(work)


def test_a_polling_client_that_said_half_a_goodbye_and_gave_tcp_up_is_terminated() -> None:
    async def work(server: MockServer, log: Log) -> None:
        async with aiohttp.ClientSession() as http:
            raw = Raw(server, http)
            sid = await raw.open()
            await raw.request("POST", "40", sid=sid)
            hold = server.add(HoldDisconnects())
            # JavaScript's client posts 41, and 1 only once that was answered.
            leaving = asyncio.ensure_future(raw.request("POST", "41", sid=sid))
            await log.wait_for(Occurrence.FAULT_BITES, connection=1)
            assert log.seen(Occurrence.TERMINATED) == []
            leaving.cancel()
        await log.wait_for(Occurrence.TERMINATED)
        hold.release()

    served(work)


@all_transports
def test_a_delayed_disconnect_ends_by_itself(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, transport)
        server.add(DelayDisconnects(0.1))
        loop = asyncio.get_running_loop()
        began = loop.time()
        await asyncio.wait_for(client.sio.disconnect(), SOON)
        assert loop.time() - began >= 0.1
        await log.wait_for(Occurrence.TERMINATED)

    served(work)


def test_a_hold_in_the_scope_of_one_connection_leaves_others_alone() -> None:
    async def work(server: MockServer, log: Log) -> None:
        one, other = [await connected(server, "websocket") for _ in range(2)]
        hold = server.add(HoldDisconnects(), scope=server.connections[0])
        await asyncio.wait_for(other.sio.disconnect(), SOON)
        await log.wait_for(Occurrence.TERMINATED, connection=2)
        leaving = asyncio.ensure_future(one.sio.disconnect())
        await log.wait_for(Occurrence.FAULT_BITES, connection=1)
        assert not server.connections[0].is_terminated
        hold.release()
        await leaving

    served(work)


def test_a_hold_in_the_scope_of_the_next_connection_waits_for_it() -> None:
    async def work(server: MockServer, log: Log) -> None:
        first = await connected(server, "websocket")
        hold = server.add(HoldDisconnects(), scope=NEXT)
        second, third = [await connected(server, "websocket") for _ in range(2)]
        await asyncio.wait_for(first.sio.disconnect(), SOON)
        await asyncio.wait_for(third.sio.disconnect(), SOON)
        leaving = asyncio.ensure_future(second.sio.disconnect())
        await log.wait_for(Occurrence.FAULT_BITES, connection=2)
        hold.release()
        await leaving
        assert [found["scope"] for found in log.seen(Occurrence.FAULT_BEGINS)] == ["next"]

    served(work)


def test_a_delayed_fin_lets_the_closing_handshake_through() -> None:
    async def work(server: MockServer, log: Log) -> None:
        delay = server.add(DelayFin())
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        await reader.readuntil(b"}")
        writer.write(CLOSE_FRAME)
        assert (await reader.readexactly(4))[:1] == b"\x88"
        await log.wait_for(Occurrence.TERMINATED)
        assert log.seen(Occurrence.TCP_ENDED) == []
        late = asyncio.ensure_future(reader.read())
        done, _ = await asyncio.wait({late}, timeout=0.1)
        assert not done
        delay.release()
        assert await asyncio.wait_for(late, SOON) == b""
        writer.close()

    served(work)


HANDSHAKE = (
    b"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
    b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
CLOSE_FRAME = bytes([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xE8])


# --- establishing ---------------------------------------------------------------------------


@all_transports
def test_a_refused_connection_gets_message_and_data(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        server.add(RefuseConnection("not today", {"code": 7}))
        client = Client(transport)
        with pytest.raises(socketio.exceptions.ConnectionError):
            await client.connect(server)
        assert await client.next() == ("error", ({"message": "not today", "data": {"code": 7}},))
        await log.wait_for(Occurrence.REFUSED, message="not today")
        assert log.seen(Occurrence.ESTABLISHED) == []

    served(work)


@all_transports
def test_a_withheld_answer_comes_when_it_is_released(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        withheld = server.add(WithholdConnectAnswer())
        client = Client(transport)
        connecting = asyncio.ensure_future(client.connect(server))
        await log.wait_for(Occurrence.CONNECT_REQUESTED)
        done, _ = await asyncio.wait({connecting}, timeout=0.1)
        assert not done
        assert log.seen(Occurrence.ESTABLISHED) == []
        withheld.release()
        await connecting
        await log.wait_for(Occurrence.ESTABLISHED)
        await client.sio.disconnect()

    served(work)


@all_transports
def test_a_server_that_never_answers_reads_on_when_it_is_released(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        silence = server.add(NeverAnswer())
        client = Client(transport)
        connecting = asyncio.ensure_future(client.connect(server))
        await log.wait_for(Occurrence.TCP_OPENED)
        done, _ = await asyncio.wait({connecting}, timeout=0.1)
        assert not done
        assert server.connections == ()
        silence.release()
        await connecting
        await client.sio.disconnect()

    served(work)


def test_what_a_client_that_gave_up_had_sent_is_not_read_later() -> None:
    async def work(server: MockServer, log: Log) -> None:
        silence = server.add(NeverAnswer())
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(HANDSHAKE)
        await log.wait_for(Occurrence.TCP_OPENED)
        writer.close()
        await log.wait_for(Occurrence.TCP_ENDED, by="client")
        silence.release()
        assert await reader.read() == b""
        assert server.connections == ()

    served(work)


# --- losing it ------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["FIN", "RST"])
@framed
def test_a_cut_ends_tcp_without_a_word(transport: str, how: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, transport)
        server.add(Cut("RST" if how == "RST" else "FIN"), scope=server.connections[0])
        assert (await client.next())[0] == "disconnect"
        ended = await log.wait_for(Occurrence.TCP_ENDED, connection=1)
        assert (ended["by"], ended["how"]) == ("server", how)
        await log.wait_for(Occurrence.TERMINATED)

    served(work)


def test_a_cut_in_the_scope_of_all_strikes_those_that_come_later_too() -> None:
    async def work(server: MockServer, log: Log) -> None:
        first = await connected(server, "websocket")
        cut = server.add(Cut("FIN"))
        assert (await first.next())[0] == "disconnect"
        second = Client("websocket")
        connecting = asyncio.ensure_future(second.connect(server))
        await log.wait_for(Occurrence.TERMINATED, connection=2)
        connecting.cancel()
        await asyncio.wait({connecting})
        cut.release()
        third = await connected(server, "websocket")
        assert server.connections[2].is_established
        await third.sio.disconnect()

    served(work)


@framed
def test_a_silent_server_sends_no_ping(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, transport)
        silence = server.add(GoSilent(), scope=server.connections[0])
        assert (await client.next())[0] == "disconnect"
        assert log.seen(Occurrence.TCP_ENDED, by="server") == []
        silence.release()
        # The client library has given the WebSocket up, not closed it.
        await client.sio.eio.ws.close()
        await client.http.close()

    served(work, ping_interval=0.1, ping_timeout=0.1)


@all_transports
def test_leaving_the_namespace_disconnects_the_client_for_good(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, transport)
        server.add(LeaveNamespace(), scope=server.connections[0])
        assert await client.next() == ("disconnect", client.sio.reason.SERVER_DISCONNECT)
        await log.wait_for(Occurrence.NAMESPACE_LEFT, by="server")
        await log.wait_for(Occurrence.TERMINATED)

    served(work)


@all_transports
def test_closing_the_transport_is_seen_by_the_client(transport: str) -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, transport)
        server.add(CloseTransport(), scope=server.connections[0])
        assert (await client.next())[0] == "disconnect"
        await log.wait_for(Occurrence.CLOSED, reason="forced server close")
        await log.wait_for(Occurrence.TERMINATED)

    served(work)


# --- the port -------------------------------------------------------------------------------


def test_a_port_that_is_gone_refuses_clients_and_comes_back_as_it_was() -> None:
    async def work(server: MockServer, _log: Log) -> None:
        before, port = await connected(server, "websocket"), server.port
        gone = server.add(PortGone())
        with pytest.raises(socketio.exceptions.ConnectionError):
            await connected(server, "websocket")
        assert server.connections[0].is_established
        gone.release()
        after = await connected(server, "websocket")
        assert server.port == port
        await before.sio.disconnect()
        await after.sio.disconnect()

    served(work)


def test_a_port_that_was_taken_meanwhile_cannot_come_back() -> None:
    async def work(server: MockServer, _log: Log) -> None:
        gone = server.add(PortGone())
        async with MockServer(port=server.port):
            with pytest.raises(PortInUseError):
                gone.release()
        gone.release()

    served(work)


def test_a_fault_is_on_the_timeline_when_it_begins_and_ends_and_ends_once() -> None:
    async def work(server: MockServer, log: Log) -> None:
        hold = server.add(HoldDisconnects())
        hold.release()
        hold.release()
        fault = {"fault": "hold disconnects", "scope": "all"}
        assert log.seen(Occurrence.FAULT_BEGINS) == [fault]
        assert log.seen(Occurrence.FAULT_ENDS) == [fault]

    served(work)
