"""Each fault bites, in its scope, and ends; with python-socketio's client at the other end."""

import asyncio

import pytest
import socketio
from serving import HANDSHAKE, SOON, Client, Log, all_transports, connected, framed, served

from harness.mock_server import (
    CloseTransport,
    Cut,
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


def test_refusing_and_withholding_in_one_namespace_leave_another_alone() -> None:
    async def work(server: MockServer, log: Log) -> None:
        server.add(RefuseConnection("no", namespace="/refused"))
        server.add(WithholdConnectAnswer(namespace="/withheld"))
        client = await connected(server, "websocket")
        assert server.connections[0].namespaces == ("/",)
        assert log.seen(Occurrence.FAULT_BITES) == []
        await client.sio.disconnect()

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
