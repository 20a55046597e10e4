"""Protocol faults: invalid packets, wrong order, wrong acknowledgements, no heartbeats."""

import asyncio

import pytest

from event_loop import in_a_loop
from mock_clients import Http, Tcp, mock
from pulsecheck.mock_server import (
    CloseWithCode,
    Connection,
    MockServer,
    Namespace,
    NoPings,
    Occurrence,
    SendPacket,
    SwapMessages,
    WrongAcknowledgement,
)
from pulsecheck.mock_server.faults.wrong_acknowledgement import Mistake


@in_a_loop
async def test_an_invalid_packet_is_sent_unchanged() -> None:
    async with mock() as (server, log), Http(server) as polling:
        client = await Tcp.websocket(server)
        await client.establish()
        await polling.establish()
        server.add(SendPacket("9nonsense"), server.connections[0])
        server.add(SendPacket("9nonsense"), server.connections[1])
        assert await client.text() == "9nonsense"
        assert await polling.get() == (200, "9nonsense")
        await log.wait_for(Occurrence.PACKET_SENT, packet="9nonsense")
        server.add(SendPacket(b"\x01"), server.connections[0])
        server.add(SendPacket(b"\x01"), server.connections[1])
        assert await client.frame() == (2, b"\x01")
        assert await polling.get() == (200, "bAQ==")
        assert len(log.of(Occurrence.FAULT_ENDS)) == 4


@in_a_loop
async def test_a_packet_can_be_sent_too_early() -> None:
    async with mock() as (server, _):
        client = await Tcp.websocket(server)
        server.add(SendPacket('42["early"]'), server.connections[0])
        client.send("40")
        assert await client.text() == '42["early"]'
        assert (await client.text()).startswith("40{")


@in_a_loop
async def test_messages_are_swapped_in_pairs() -> None:
    async with mock() as (server, log):
        swap = server.add(SwapMessages())
        client = await Tcp.websocket(server)
        await client.establish()
        await server.emit("a", b"1")
        for event in ("b", "c", "d", "e"):
            await server.emit(event)
        assert await client.text() == '42["b"]'
        assert await client.text() == '451-["a",{"_placeholder":true,"num":0}]'
        assert await client.frame() == (2, b"1")
        assert [await client.text() for _ in range(2)] == ['42["d"]', '42["c"]']
        assert len(log.of(Occurrence.FAULT_APPLIED, connection=1)) == 3
        swap.release()
        assert await client.text() == '42["e"]'


@in_a_loop
async def test_with_times_1_one_pair_is_swapped() -> None:
    async with mock() as (server, log):
        server.add(SwapMessages(), times=1)
        client = await Tcp.websocket(server)
        await client.establish()
        for event in ("a", "b", "c"):
            await server.emit(event)
        assert [await client.text() for _ in range(3)] == ['42["b"]', '42["a"]', '42["c"]']
        assert len(log.of(Occurrence.FAULT_ENDS)) == 1


@pytest.mark.parametrize(
    ("how", "answers"),
    [
        ("wrong id", ["431007[1]"]),
        ("twice", ["437[1]", "437[1]"]),
        ("never", []),
        ("wrong arguments", ["437[null,2]"]),
    ],
)
def test_an_acknowledgement_can_be_wrong(how: Mistake, answers: list[str]) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            server.on("ask")(echo)
            client = await Tcp.websocket(server)
            await client.establish()
            server.add(WrongAcknowledgement(how, arguments=(None, 2)), times=1)
            client.send('427["ask",1]')
            client.send('428["ask",2]')
            assert [await client.text() for _ in (*answers, 1)] == [*answers, "438[2]"]
            assert len(log.of(Occurrence.FAULT_APPLIED, connection=1)) == 1

    test()


@in_a_loop
async def test_the_scope_of_a_namespace_limits_wrong_acknowledgements() -> None:
    async with mock() as (server, _):
        for namespace in ("/", "/a"):
            server.on("ask", namespace)(echo)
        client = await Tcp.websocket(server)
        await client.establish()
        await client.establish("/a,")
        server.add(WrongAcknowledgement("wrong id"), Namespace("/a"))
        client.send('421["ask",1]')
        assert await client.text() == "431[1]"
        client.send('42/a,1["ask",1]')
        assert await client.text() == "43/a,1001[1]"


@in_a_loop
async def test_without_heartbeats_everything_else_goes_on_and_no_timeout_occurs() -> None:
    async with mock(ping_interval=0.05, ping_timeout=0.05) as (server, log):
        silence = server.add(NoPings())
        client = await Tcp.websocket(server)
        await client.establish()
        await log.wait_for(Occurrence.FAULT_APPLIED, count=4, connection=1)
        await server.emit("news")
        assert await client.text() == '42["news"]'
        silence.release()
        assert await client.text() == "2"
        client.send("3")
        assert await client.text() == "2"


@in_a_loop
async def test_without_heartbeats_a_poll_stays_pending() -> None:
    async with mock(ping_interval=0.05, ping_timeout=0.05) as (server, log), Http(server) as client:
        server.add(NoPings())
        await client.establish()
        polling = asyncio.create_task(client.get())
        await log.wait_for(Occurrence.FAULT_APPLIED, count=4, connection=1)
        assert not polling.done()
        await server.emit("news")
        assert await polling == (200, '42["news"]')


def echo(_: object, *arguments: object) -> tuple[object, ...]:
    return arguments


@in_a_loop
async def test_a_message_that_waits_to_be_swapped_is_lost_with_its_connection() -> None:
    async with mock() as (server, log):
        swap = server.add(SwapMessages())
        client = await Tcp.websocket(server)
        await client.establish()
        await server.emit("a")
        await client.leave()
        await log.wait_for(Occurrence.TERMINATED)
        swap.release()
        assert log.of(Occurrence.EVENT_SENT) == []


@in_a_loop
async def test_the_event_caused_by_an_answer_comes_after_the_packets_that_waited_with_it() -> None:
    async with mock() as (server, log), Http(server) as polling:

        @server.on_connect()
        def greet(connection: Connection, _auth: object) -> None:
            connection.emit("/", "hello", ())

        probe = await probe_with_waiting_packets(server, polling)
        probe.send("5")
        assert (await probe.text()).startswith("40{")
        assert [await probe.text() for _ in range(2)] == ['42["waited"]', '42["hello"]']
        await log.wait_for(Occurrence.ESTABLISHED)


@in_a_loop
async def test_nothing_is_sent_after_a_close_frame_that_an_answer_causes() -> None:
    async with mock() as (server, _), Http(server) as polling:
        probe = await probe_with_waiting_packets(server, polling)
        server.add(CloseWithCode(4000))
        probe.send("5")
        assert (await probe.text()).startswith("40{")
        assert await probe.closing() == 4000
        probe.send_close()
        assert await probe.end() == b""


async def probe_with_waiting_packets(server: MockServer, polling: Http) -> Tcp:
    """Open a probe for a session that has two waiting packets: the CONNECT answer and an event."""
    await polling.open()
    probe = await Tcp.websocket(server, polling.sid)
    probe.send("2probe")
    assert await probe.text() == "3probe"
    await polling.post("40")
    server.add(SendPacket('42["waited"]'), server.connections[0])
    return probe
