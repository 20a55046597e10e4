"""Reset, for a server that several tests use one after the other."""

import pytest

from event_loop import in_a_loop
from mock_clients import Tcp, mock
from pulsecheck.mock_server import HoldDisconnects, Occurrence, PortGone, RefuseConnection, server
from pulsecheck.mock_server.inbox import MOST_EVENTS, Inbox, ReceivedEvent


@in_a_loop
async def test_a_reset_releases_faults_and_drops_events_and_terminated_connections() -> None:
    async with mock() as (mocked, log):
        stays, leaves = await Tcp.websocket(mocked), await Tcp.websocket(mocked)
        await stays.establish()
        stays.send('42["said"]')
        await mocked.wait_for_event("said")
        mocked.add(RefuseConnection("no"))
        mocked.add(HoldDisconnects(), mocked.connections[1])
        leaves.send_close()
        await log.wait_for(Occurrence.FAULT_APPLIED)
        mocked.reset()
        assert await leaves.closing() == 1000
        await log.wait_for(Occurrence.TERMINATED)
        mocked.reset()
        assert mocked.events == ()
        assert [connection.id for connection in mocked.connections] == [1]
        await (await Tcp.websocket(mocked)).establish()
        assert [connection.id for connection in mocked.connections] == [1, 3]


@in_a_loop
async def test_a_reset_opens_a_closed_port() -> None:
    async with mock() as (mocked, _):
        mocked.add(PortGone())
        with pytest.raises(ConnectionRefusedError):
            await Tcp.connect(mocked)
        mocked.reset()
        await (await Tcp.websocket(mocked)).establish()


def test_a_server_keeps_the_latest_events_only() -> None:
    inbox = Inbox()
    for number in range(MOST_EVENTS + 1):
        inbox.take(ReceivedEvent(1, "/", "tick", (number,), wants_ack=False))
    assert len(inbox.events) == MOST_EVENTS
    assert inbox.events[0].arguments == (1,)


def test_with_many_connections_terminated_ones_are_dropped(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 2)

    @in_a_loop
    async def test() -> None:
        async with mock() as (mocked, log):
            await Tcp.websocket(mocked)
            leaves = await Tcp.websocket(mocked)
            leaves.send_close()
            await log.wait_for(Occurrence.TERMINATED)
            assert [connection.id for connection in mocked.connections] == [1, 2]
            await Tcp.websocket(mocked)
            assert [connection.id for connection in mocked.connections] == [1, 3]

    test()
