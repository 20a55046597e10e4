"""Disconnects that are held, delayed, or complete but for the FIN."""

import asyncio

import aiohttp
from serving import CLOSE_FRAME, HANDSHAKE, SOON, Log, Raw, all_transports, connected, served

from harness.mock_server import (
    NEXT,
    DelayDisconnects,
    DelayFin,
    HoldDisconnects,
    MockServer,
    Occurrence,
)


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


def test_a_delay_that_is_released_ends_early() -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, "websocket")
        delay = server.add(DelayDisconnects(10 * SOON))
        leaving = asyncio.ensure_future(client.sio.disconnect())
        await log.wait_for(Occurrence.FAULT_BITES, connection=1)
        delay.release()
        await asyncio.wait_for(leaving, SOON)
        await log.wait_for(Occurrence.TERMINATED)

    served(work)


def test_a_fin_that_is_delayed_for_a_time_comes_by_itself() -> None:
    async def work(server: MockServer, log: Log) -> None:
        delay = server.add(DelayFin(0.05))
        reader, writer = await asyncio.open_connection(server.host, server.port)
        writer.write(HANDSHAKE)
        await reader.readuntil(b"}")
        writer.write(CLOSE_FRAME)
        await log.wait_for(Occurrence.FAULT_BITES, connection=1)
        assert (await asyncio.wait_for(reader.read(), SOON)).startswith(b"\x88")
        writer.close()
        delay.release()

    served(work)


def test_a_fin_is_delayed_of_connections_that_are_there_already() -> None:
    async def work(server: MockServer, log: Log) -> None:
        client = await connected(server, "websocket")
        server.add(DelayFin(), scope=server.connections[0])
        await asyncio.wait_for(client.sio.disconnect(), SOON)
        await log.wait_for(Occurrence.TERMINATED)
        assert log.seen(Occurrence.TCP_ENDED, by="server") == []

    served(work)
