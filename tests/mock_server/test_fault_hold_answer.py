"""The fault that holds whole answers to long-polling requests."""

import asyncio
from typing import Literal

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Http, Tcp, mock, nothing_more
from pulsecheck.mock_server import NEXT, HoldAnswer, MockServer, Occurrence

Method = Literal["GET", "POST"]


async def send_request(server: MockServer, sid: str, method: Method, body: str = "40/a,") -> Tcp:
    """Send a request of a session over a TCP connection of its own."""
    client = await Tcp.connect(server)
    client.request(f"{POLLING}&sid={sid}", body if method == "POST" else None)
    return client


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_no_byte_of_an_answer_arrives_until_the_release(method: Method) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log), Http(server) as polling:
            await polling.open()
            await polling.post("40")
            hold = server.add(HoldAnswer(method), server.connections[0])
            client = await send_request(server, polling.sid, method)
            await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
            reading = asyncio.create_task(client.reader.read(1))
            await nothing_more(server)
            assert not reading.done()
            hold.release()
            assert await reading == b"H"
            status, text = await client.response()
            assert status == 200
            assert text == "ok" if method == "POST" else text.startswith("40{")
            assert len(log.of(Occurrence.FAULT_APPLIED)) == 1

    test()


@in_a_loop
async def test_the_server_reads_a_request_whose_answer_is_held() -> None:
    async with mock() as (server, log), Http(server) as polling:
        await polling.establish()
        server.add(HoldAnswer("POST"))
        await send_request(server, polling.sid, "POST", '42["news"]')
        await log.wait_for(Occurrence.EVENT_RECEIVED, event="news")


@pytest.mark.parametrize(("held", "answered"), [("GET", "POST"), ("POST", "GET")])
def test_a_session_is_not_terminated_while_one_of_two_answers_is_held(
    held: Method, answered: Method
) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log), Http(server) as polling:
            await polling.establish()
            hold = server.add(HoldAnswer(held), server.connections[0])
            clients = {
                "GET": await send_request(server, polling.sid, "GET"),
                "POST": await send_request(server, polling.sid, "POST", "41\x1e1"),
            }
            assert (await clients[answered].response())[0] == 200
            await log.wait_for(Occurrence.CLOSED, connection=1)
            await nothing_more(server)
            assert log.of(Occurrence.TERMINATED) == []
            hold.release()
            assert (await clients[held].response())[0] == 200
            await log.wait_for(Occurrence.TERMINATED, connection=1)

    test()


@in_a_loop
async def test_the_clients_end_of_tcp_terminates_despite_a_held_answer() -> None:
    async with mock() as (server, log), Http(server) as polling:
        await polling.establish()
        server.add(HoldAnswer("POST"))
        client = await send_request(server, polling.sid, "POST", "41\x1e1")
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        assert log.of(Occurrence.TERMINATED) == []
        await client.close()
        await log.wait_for(Occurrence.TERMINATED, connection=1)


@in_a_loop
async def test_next_holds_one_answer() -> None:
    async with mock() as (server, log), Http(server) as polling:
        await polling.establish()
        hold = server.add(HoldAnswer("POST"), NEXT)
        client = await send_request(server, polling.sid, "POST")
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        assert await polling.post("40/b,") == (200, "ok")
        hold.release()
        assert await client.response() == (200, "ok")


@in_a_loop
async def test_holding_answers_to_post_does_not_affect_answers_to_get() -> None:
    async with mock() as (server, _), Http(server) as polling:
        server.add(HoldAnswer("POST"))
        await polling.open()


@in_a_loop
async def test_holding_answers_to_get_does_not_affect_answers_to_post() -> None:
    async with mock() as (server, _), Http(server) as polling:
        await polling.open()
        server.add(HoldAnswer("GET"))
        assert await polling.post("40") == (200, "ok")
