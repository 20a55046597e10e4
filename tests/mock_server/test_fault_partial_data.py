"""Faults that hold data after a number of bytes, after a packet, or in the middle."""

import asyncio

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, WEBSOCKET, Http, Tcp, mock, nothing_more
from pulsecheck.mock_server import (
    NEXT,
    Fault,
    HoldAfterBytes,
    HoldAfterPacket,
    Occurrence,
    StopInMidAnswer,
    StopInMidFrame,
    StopInMidUpgrade,
)


@in_a_loop
async def test_the_given_number_of_bytes_passes_to_the_client_and_the_rest_on_release() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        hold = server.add(HoldAfterBytes(13), server.connections[0])
        await server.emit("a")  # 9 bytes, with the frame header
        await server.emit("b")
        assert await client.text() == '42["a"]'
        assert await client.reader.readexactly(4) == b"\x81\x0742"
        reading = asyncio.create_task(client.reader.read(1))
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        await nothing_more(server)
        assert not reading.done()
        hold.release()
        assert await reading + await client.reader.readexactly(4) == b'["b"]'
        assert len(log.of(Occurrence.FAULT_APPLIED)) == 1


@in_a_loop
async def test_the_given_number_of_bytes_is_read_from_the_client_and_the_rest_on_release() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        hold = server.add(HoldAfterBytes(13, "from client"))
        client.send('42["a"]')  # 13 bytes, with the frame header and mask
        await log.wait_for(Occurrence.EVENT_RECEIVED, event="a")
        assert log.of(Occurrence.FAULT_APPLIED) == []
        client.send('42["b"]')
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        assert log.of(Occurrence.EVENT_RECEIVED, event="b") == []
        hold.release()
        await log.wait_for(Occurrence.EVENT_RECEIVED, event="b")


@in_a_loop
async def test_a_count_of_0_holds_answers_from_their_first_byte() -> None:
    async with mock() as (server, log):
        hold = server.add(HoldAfterBytes(0))
        client = await Tcp.connect(server)
        client.request(POLLING)
        await log.wait_for(Occurrence.FAULT_APPLIED)
        hold.release()
        assert (await client.response())[0] == 200


@in_a_loop
async def test_nothing_is_sent_after_the_clients_request_for_a_namespace() -> None:
    async with mock() as (server, log):
        hold = server.add(HoldAfterPacket("40"))
        client = await Tcp.websocket(server)
        client.send("40")
        reading = asyncio.create_task(client.text())
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        await nothing_more(server)
        assert not reading.done()
        hold.release()
        assert (await reading).startswith("40{")


@in_a_loop
async def test_a_held_probe_is_not_answered() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.open()
        hold = server.add(HoldAfterPacket("2probe"))
        probe = await Tcp.websocket(server, client.sid)
        probe.send("2probe")
        reading = asyncio.create_task(probe.text())
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        assert not reading.done()
        hold.release()
        assert await reading == "3probe"


@in_a_loop
async def test_the_servers_packet_is_sent_and_the_next_one_is_held() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        hold = server.add(HoldAfterPacket('42["last"', sender="server"))
        for event in ("first", "last", "late"):
            await server.emit(event)
        assert [await client.text() for _ in range(2)] == ['42["first"]', '42["last"]']
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        reading = asyncio.create_task(client.text())
        await nothing_more(server)
        assert not reading.done()
        hold.release()
        assert await reading == '42["late"]'


@in_a_loop
async def test_over_long_polling_the_servers_packet_is_sent_and_the_next_one_is_held() -> None:
    async with mock() as (server, log), Http(server) as client:
        await client.open()
        hold = server.add(HoldAfterPacket("40", sender="server"))
        assert await client.post("40") == (200, "ok")
        assert (await client.get())[1].startswith("40{")
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        posting = asyncio.create_task(client.post('42["x"]'))
        await log.wait_for(Occurrence.EVENT_RECEIVED)
        await nothing_more(server)
        assert not posting.done()
        hold.release()
        assert await posting == (200, "ok")


@in_a_loop
async def test_half_a_frame_arrives_and_the_connection_stays_open() -> None:
    async with mock() as (server, log):
        client = await Tcp.websocket(server)
        await client.establish()
        stop = server.add(StopInMidFrame(), NEXT)
        await server.emit("news")
        assert await client.reader.readexactly(6) == b'\x81\x0a42["'
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        reading = asyncio.create_task(client.reader.read(1))
        await nothing_more(server)
        assert not reading.done()
        await (await Tcp.websocket(server)).establish()
        stop.release()
        assert await reading + await client.reader.readexactly(5) == b'news"]'


@pytest.mark.parametrize("upgrades", [False, True])
def test_half_a_websocket_handshake_arrives(upgrades: bool) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log), Http(server) as polling:
            await polling.open()
            stop = server.add(StopInMidUpgrade(), NEXT)
            client = await Tcp.connect(server)
            client.request(
                WEBSOCKET + (f"&sid={polling.sid}" if upgrades else ""),
                None,
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                "Sec-WebSocket-Version: 13",
            )
            await log.wait_for(Occurrence.FAULT_APPLIED)
            assert (await client.reader.read(1_000)).startswith(b"HTTP/1.1 101 ")
            rest = asyncio.create_task(client.reader.readuntil(b"\r\n\r\n"))
            assert await polling.post("40") == (200, "ok")
            assert not rest.done()
            stop.release()
            await rest

    test()


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_half_a_long_polling_answer_arrives(method: str) -> None:
    fault: Fault = StopInMidAnswer("POST" if method == "POST" else "GET")

    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log), Http(server) as polling:
            await polling.open()
            await polling.post("40")
            stop = server.add(fault, server.connections[0])
            client = await Tcp.connect(server)
            client.request(f"{POLLING}&sid={polling.sid}", "40/a," if method == "POST" else None)
            await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
            head = await client.reader.readuntil(b"\r\n\r\n")
            half = await client.reader.read(1_000)
            whole = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            assert head.startswith(b"HTTP/1.1 200 ")
            assert len(half) == whole // 2
            rest = asyncio.create_task(client.reader.readexactly(whole - len(half)))
            await nothing_more(server)
            assert not rest.done()
            stop.release()
            text = (half + await rest).decode()
            assert text == "ok" if method == "POST" else text.startswith("40{")

    test()


@in_a_loop
async def test_stopping_answers_to_get_does_not_affect_answers_to_post() -> None:
    async with mock() as (server, _), Http(server) as client:
        await client.open()
        server.add(StopInMidAnswer("GET"))
        assert await client.post("40") == (200, "ok")
