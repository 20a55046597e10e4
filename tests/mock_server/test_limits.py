"""The limits of a fault: a time, a number of applications, a namespace."""

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
async def test_a_fault_with_seconds_ends_by_itself() -> None:
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
async def test_a_released_fault_does_not_end_a_second_time() -> None:
    async with mock() as (server, log):
        server.add(RefuseConnection("no"), seconds=SHORTLY).release()
        server.add(RefuseConnection("later"), seconds=2 * SHORTLY)
        await log.wait_for(Occurrence.FAULT_ENDS, 2)
        assert len(log.of(Occurrence.FAULT_ENDS)) == 2


# --- times ----------------------------------------------------------------------------------


@in_a_loop
async def test_a_fault_with_times_ends_after_that_many_applications() -> None:
    async with mock() as (server, log):
        server.add(RefuseConnection("no"), times=2)
        client = await Tcp.websocket(server)
        for _ in range(2):
            client.send("40")
            assert await client.text() == '44{"message":"no"}'
        await client.establish()
        assert log.order(*LIFE) == ["fault begins", "fault applied", "fault applied", "fault ends"]


@in_a_loop
async def test_objects_held_by_the_last_application_stay_held_until_the_release() -> None:
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
async def test_the_fault_ends_when_the_delay_of_its_last_application_ends() -> None:
    async with mock() as (server, log):
        server.add(DelayDisconnects(SHORTLY), times=1)
        client = await Tcp.websocket(server)
        client.send_close()
        assert await client.closing() == 1000
        assert log.order(*LIFE) == ["fault begins", "fault applied", "fault ends"]


@in_a_loop
async def test_times_limits_how_many_connections_a_momentary_fault_acts_on() -> None:
    async with mock() as (server, log):
        first, second = await Tcp.websocket(server), await Tcp.websocket(server)
        server.add(CloseTransport(), times=1)
        assert await first.closing() == 1000
        await second.establish()
        assert log.order(*LIFE) == ["fault begins", "fault applied", "fault ends"]


@in_a_loop
async def test_next_with_times_applies_to_several_requests() -> None:
    async with mock() as (server, _), Http(server) as client:
        await client.open()
        server.add(AnswerHttp(500), NEXT, times=2)
        assert [(await client.post("40"))[0] for _ in range(3)] == [500, 500, 200]


# --- namespaces -----------------------------------------------------------------------------


@in_a_loop
async def test_one_namespace_can_be_refused() -> None:
    async with mock() as (server, log):
        server.add(RefuseConnection("no"), Namespace("/a"))
        for _ in range(2):
            client = await Tcp.websocket(server)
            await client.establish()
            client.send("40/a,")
            assert await client.text() == '44/a,{"message":"no"}'
        assert {seen["scope"] for seen in log.of(Occurrence.FAULT_APPLIED)} == {"namespace /a"}


@in_a_loop
async def test_the_answer_for_one_namespace_can_be_withheld() -> None:
    async with mock() as (server, log):
        withheld = server.add(WithholdConnectAnswer(), Namespace("/a"))
        client = await Tcp.websocket(server)
        client.send("40/a,")
        await log.wait_for(Occurrence.FAULT_APPLIED)
        await client.establish()
        withheld.release()
        assert (await client.text()).startswith("40/a,")


@in_a_loop
async def test_clients_can_be_removed_from_a_namespace_when_they_enter_it() -> None:
    async with mock() as (server, log):
        server.add(LeaveNamespace(), Namespace("/a"))
        for _ in range(2):
            client = await Tcp.websocket(server)
            await client.establish("/b,")
            await client.establish("/a,")
            assert await client.text() == "41/a,"
        assert len(log.of(Occurrence.FAULT_APPLIED)) == 2


@in_a_loop
async def test_the_error_for_an_unsupported_scope_lists_the_supported_ones() -> None:
    async with mock() as (server, log):
        expected = 'the scope of "hold disconnects" must be ALL or NEXT or a connection; '
        with pytest.raises(ValueError, match=expected + r'got Namespace\("/x"\)$'):
            server.add(HoldDisconnects(), Namespace("/a"))
        await Tcp.websocket(server)
        with pytest.raises(ValueError, match="must be ALL or NEXT; got a connection"):
            server.add(NeverAnswer(), server.connections[0])
        assert log.of(Occurrence.FAULT_BEGINS) == []


@pytest.mark.parametrize("name", ["", "a", "/a,b"])
def test_an_invalid_namespace_is_an_error(name: str) -> None:
    with pytest.raises(ValueError, match='a namespace must begin with "/" and contain no comma'):
        Namespace(name)


# --- before the start, and invalid limits ---------------------------------------------------


@in_a_loop
async def test_a_port_can_be_closed_before_the_server_starts() -> None:
    server = MockServer()
    server.add(PortGone()).release()
    port_gone = server.add(PortGone())
    async with server:
        assert server.port
        with pytest.raises(ConnectionRefusedError):
            await Tcp.connect(server)
        port_gone.release()
        await (await Tcp.websocket(server)).establish()


@pytest.mark.parametrize("limit", [0, -1, math.inf, math.nan, "1", True])
def test_invalid_seconds_are_an_error(limit: Any) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, log):
            with pytest.raises(ValueError, match="seconds, the time after which a fault ends"):
                server.add(HoldDisconnects(), ALL, seconds=limit)
            assert log.of(Occurrence.FAULT_BEGINS) == []

    test()


@pytest.mark.parametrize("limit", [0, -1, 1.5, "1", True])
def test_invalid_times_are_an_error(limit: Any) -> None:
    @in_a_loop
    async def test() -> None:
        async with mock() as (server, _):
            with pytest.raises(ValueError, match="times, the number of times that a fault is"):
                server.add(HoldDisconnects(), ALL, times=limit)

    test()
