"""A fault ends by itself after its time or its number of bites; before that it is in place."""

import asyncio
import math
from typing import Any

import pytest

from event_loop import in_a_loop
from mock_clients import Http, Tcp, mock
from pulsecheck.mock_server import (
    ALL,
    NEXT,
    AnswerHttp,
    CloseTransport,
    DelayDisconnects,
    HoldDisconnects,
    LeaveNamespace,
    MockServer,
    Namespace,
    NeverAnswer,
    Occurrence,
    PortGone,
    RefuseConnection,
    WithholdConnectAnswer,
)

SHORTLY = 0.1
LIFE = (Occurrence.FAULT_BEGINS, Occurrence.FAULT_APPLIED, Occurrence.FAULT_ENDS)


# --- seconds --------------------------------------------------------------------------------


@in_a_loop
async def test_a_fault_with_a_time_lets_go_by_itself() -> None:
    async with mock() as (server, log):
        loop = asyncio.get_running_loop()
        began = loop.time()
        server.add(HoldDisconnects(), seconds=SHORTLY)
        client = await Tcp.websocket(server)
        client.send_close()
        assert await client.closing() == 1000
        assert SHORTLY <= loop.time() - began < 2.0
        assert log.order(*LIFE) == ["fault begins", "fault applied", "fault ends"]


@in_a_loop
async def test_a_fault_that_was_released_does_not_end_again() -> None:
    async with mock() as (server, log):
        server.add(RefuseConnection("no"), seconds=SHORTLY).release()
        server.add(RefuseConnection("later"), seconds=2 * SHORTLY)
        await log.wait_for(Occurrence.FAULT_ENDS, 2)
        assert len(log.of(Occurrence.FAULT_ENDS)) == 2


# --- times ----------------------------------------------------------------------------------


@in_a_loop
async def test_a_fault_bites_so_many_times_and_is_over() -> None:
    async with mock() as (server, log):
        server.add(RefuseConnection("no"), times=2)
        client = await Tcp.websocket(server)
        for _ in range(2):
            client.send("40")
            assert await client.text() == '44{"message":"no"}'
        await client.establish()
        assert log.order(*LIFE) == ["fault begins", "fault applied", "fault applied", "fault ends"]


@in_a_loop
async def test_what_the_last_bite_holds_is_held_until_the_release() -> None:
    async with mock() as (server, log):
        hold = server.add(HoldDisconnects(), times=1)
        held, spared = await Tcp.websocket(server), await Tcp.websocket(server)
        held.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED)
        spared.send_close()
        assert await spared.closing() == 1000
        assert log.of(Occurrence.FAULT_ENDS) == []
        hold.release()
        assert await held.closing() == 1000
        assert log.order(*LIFE) == ["fault begins", "fault applied", "fault ends"]


@in_a_loop
async def test_what_the_last_bite_delays_ends_the_fault_when_it_goes() -> None:
    async with mock() as (server, log):
        server.add(DelayDisconnects(SHORTLY), times=1)
        client = await Tcp.websocket(server)
        client.send_close()
        assert await client.closing() == 1000
        assert log.order(*LIFE) == ["fault begins", "fault applied", "fault ends"]


@in_a_loop
async def test_a_momentary_fault_for_all_strikes_so_many_of_those_that_are_there() -> None:
    async with mock() as (server, log):
        first, second = await Tcp.websocket(server), await Tcp.websocket(server)
        server.add(CloseTransport(), times=1)
        assert await first.closing() == 1000
        await second.establish()
        assert log.order(*LIFE) == ["fault begins", "fault applied", "fault ends"]


@in_a_loop
async def test_the_next_requests_can_be_several() -> None:
    async with mock() as (server, _), Http(server) as client:
        await client.open()
        server.add(AnswerHttp(500), NEXT, times=2)
        assert [(await client.post("40"))[0] for _ in range(3)] == [500, 500, 200]


# --- namespaces -----------------------------------------------------------------------------


@in_a_loop
async def test_a_namespace_alone_can_be_refused() -> None:
    async with mock() as (server, log):
        server.add(RefuseConnection("no"), Namespace("/a"))
        for _ in range(2):
            client = await Tcp.websocket(server)
            await client.establish()
            client.send("40/a,")
            assert await client.text() == '44/a,{"message":"no"}'
        assert {seen["scope"] for seen in log.of(Occurrence.FAULT_APPLIED)} == {"namespace /a"}


@in_a_loop
async def test_the_answer_for_a_namespace_alone_can_be_withheld() -> None:
    async with mock() as (server, log):
        withheld = server.add(WithholdConnectAnswer(), Namespace("/a"))
        client = await Tcp.websocket(server)
        client.send("40/a,")
        await log.wait_for(Occurrence.FAULT_APPLIED)
        await client.establish()
        withheld.release()
        assert (await client.text()).startswith("40/a,")


@in_a_loop
async def test_clients_can_be_put_out_of_a_namespace_as_they_enter_it() -> None:
    async with mock() as (server, log):
        server.add(LeaveNamespace(), Namespace("/a"))
        for _ in range(2):
            client = await Tcp.websocket(server)
            await client.establish("/b,")
            await client.establish("/a,")
            assert await client.text() == "41/a,"
        assert len(log.of(Occurrence.FAULT_APPLIED)) == 2


@in_a_loop
async def test_a_fault_that_knows_no_namespaces_says_which_scopes_it_has() -> None:
    async with mock() as (server, log):
        wanted = r'"hold disconnects" cannot be limited to Namespace\("/x"\): its scope is ALL or '
        with pytest.raises(ValueError, match=wanted + "NEXT or a connection$"):
            server.add(HoldDisconnects(), Namespace("/a"))
        await Tcp.websocket(server)
        with pytest.raises(ValueError, match='"never answer" cannot be limited to a connection'):
            server.add(NeverAnswer(), server.connections[0])
        assert log.of(Occurrence.FAULT_BEGINS) == []


@pytest.mark.parametrize("name", ["", "a", "/a,b"])
def test_what_is_no_namespace_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match='a namespace begins with "/" and has no comma; got '):
        Namespace(name)


# --- before the first connection, and limits that are none ----------------------------------


@in_a_loop
async def test_a_port_can_be_gone_before_the_server_is_started() -> None:
    server = MockServer()
    server.add(PortGone()).release()
    gone = server.add(PortGone())
    async with server:
        assert server.port
        with pytest.raises(ConnectionRefusedError):
            await Tcp.connect(server)
        gone.release()
        await (await Tcp.websocket(server)).establish()


@pytest.mark.parametrize("limit", [0, -1, math.inf, math.nan, "1", True])
def test_a_time_that_is_none_is_refused(limit: Any) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            with pytest.raises(ValueError, match="seconds, after which a fault ends, are more"):
                server.add(HoldDisconnects(), ALL, seconds=limit)
            assert log.of(Occurrence.FAULT_BEGINS) == []

    test()


@pytest.mark.parametrize("limit", [0, -1, 1.5, "1", True])
def test_a_number_of_bites_that_is_none_is_refused(limit: Any) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, _):
            with pytest.raises(ValueError, match="times, the bites after which a fault ends, are"):
                server.add(HoldDisconnects(), ALL, times=limit)

    test()
