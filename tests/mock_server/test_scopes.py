"""The scopes of faults: all connections, the next one, or one of them."""

import pytest

from event_loop import in_a_loop
from mock_clients import POLLING, Tcp, mock
from pulsecheck.mock_server import (
    NEXT,
    CloseTransport,
    DelayFin,
    GoSilent,
    HoldDisconnects,
    LeaveNamespace,
    NeverAnswer,
    Occurrence,
    PortGone,
    RefuseConnection,
)


@in_a_loop
async def test_the_scope_of_one_connection_does_not_affect_others() -> None:
    async with mock() as (server, log):
        first, second = await Tcp.websocket(server), await Tcp.websocket(server)
        server.add(HoldDisconnects(), server.connections[0])
        second.send_close()
        assert await second.closing() == 1000
        first.send_close()
        record = await log.wait_for(Occurrence.FAULT_APPLIED)
        assert record == {"fault": "hold disconnects", "scope": "connection 1", "connection": 1}


@in_a_loop
async def test_next_is_the_next_connection_that_opens_and_no_other() -> None:
    async with mock() as (server, log):
        before = await Tcp.websocket(server)
        server.add(RefuseConnection("no"), NEXT)
        chosen, after = await Tcp.websocket(server), await Tcp.websocket(server)
        await before.establish()
        await after.establish()
        chosen.send("40")
        assert await chosen.text() == '44{"message":"no"}'
        assert [seen["connection"] for seen in log.of(Occurrence.FAULT_APPLIED)] == [2]


@in_a_loop
async def test_a_momentary_fault_acts_on_one_connection_at_once_and_ends() -> None:
    async with mock() as (server, log):
        first, second = await Tcp.websocket(server), await Tcp.websocket(server)
        await first.establish()
        await second.establish()
        server.add(LeaveNamespace(), server.connections[1])
        assert await second.text() == "41"
        await server.emit("news")
        assert await first.text() == '42["news"]'
        assert log.order(
            Occurrence.FAULT_BEGINS, Occurrence.FAULT_APPLIED, Occurrence.FAULT_ENDS
        ) == ["fault begins", "fault applied", "fault ends"]


@in_a_loop
async def test_a_momentary_fault_acts_on_the_next_connection_when_it_is_established() -> None:
    async with mock() as (server, log):
        before = await Tcp.websocket(server)
        server.add(CloseTransport(), NEXT)
        chosen = await Tcp.websocket(server)
        await before.establish()
        assert log.of(Occurrence.FAULT_APPLIED) == []
        await chosen.establish()
        assert await chosen.closing() == 1000
        await log.wait_for(Occurrence.FAULT_ENDS)
        await (await Tcp.websocket(server)).establish()


@in_a_loop
async def test_a_momentary_fault_for_all_acts_on_new_connections_until_the_release() -> None:
    async with mock() as (server, _):
        there = await Tcp.websocket(server)
        handle = server.add(CloseTransport())
        assert await there.closing() == 1000
        late = await Tcp.websocket(server)
        await late.establish()
        assert await late.closing() == 1000
        handle.release()
        spared = await Tcp.websocket(server)
        await spared.establish()
        await server.emit("news")
        assert await spared.text() == '42["news"]'


@in_a_loop
async def test_never_answer_with_next_affects_one_tcp_connection() -> None:
    async with mock() as (server, log):
        server.add(NeverAnswer(), NEXT)
        mute = await Tcp.connect(server)
        await log.wait_for(Occurrence.FAULT_APPLIED)
        mute.request(POLLING)
        other = await Tcp.websocket(server)
        await other.establish()
        assert len(server.connections) == 1


@in_a_loop
async def test_silence_for_one_connection_does_not_affect_new_ones() -> None:
    async with mock() as (server, log):
        silenced = await Tcp.websocket(server)
        await silenced.establish()
        server.add(GoSilent(), server.connections[0])
        other = await Tcp.websocket(server)
        await other.establish()
        await server.emit("news")
        assert await other.text() == '42["news"]'
        assert len(log.of(Occurrence.EVENT_SENT)) == 1


@in_a_loop
async def test_silence_for_the_next_connection_begins_when_it_is_established() -> None:
    async with mock() as (server, log):
        server.add(GoSilent(), NEXT)
        silenced = await Tcp.websocket(server)
        assert log.of(Occurrence.FAULT_APPLIED) == []
        await silenced.establish()
        await log.wait_for(Occurrence.FAULT_APPLIED, connection=1)
        silenced.send('42["unheard"]')
        await (await Tcp.websocket(server)).establish()
        assert log.of(Occurrence.EVENT_RECEIVED) == []


@in_a_loop
async def test_a_delayed_fin_for_one_connection_does_not_affect_others() -> None:
    async with mock() as (server, log):
        first, second = await Tcp.websocket(server), await Tcp.websocket(server)
        server.add(DelayFin(), server.connections[0])
        for client in (first, second):
            client.send_close()
            assert await client.closing() == 1000
        assert await second.end() == b""
        assert [seen["connection"] for seen in log.of(Occurrence.FAULT_APPLIED)] == [1]
        assert log.of(Occurrence.TCP_ENDED, connection=1) == []


@in_a_loop
async def test_two_faults_hold_until_both_are_released() -> None:
    async with mock() as (server, log):
        one, other = server.add(HoldDisconnects()), server.add(HoldDisconnects())
        client = await Tcp.websocket(server)
        client.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED, 2)
        one.release()
        assert not server.connections[0].is_terminated
        other.release()
        assert await client.closing() == 1000


@in_a_loop
async def test_port_gone_cannot_have_the_scope_of_one_connection() -> None:
    async with mock() as (server, _):
        with pytest.raises(ValueError, match='the scope of "port gone" must be ALL; got NEXT'):
            server.add(PortGone(), NEXT)
        await (await Tcp.websocket(server)).establish()
