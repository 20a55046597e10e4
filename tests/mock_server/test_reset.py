"""A server that several tests use in turn can be made as new."""

import pytest

from harness.mock_server import HoldDisconnects, Occurrence, PortGone, RefuseConnection
from tests.mock_server.conftest import Tcp, in_a_loop, mock


@in_a_loop
async def test_a_reset_releases_faults_and_forgets_what_is_over() -> None:
    async with mock() as (server, log):
        stays, leaves = await Tcp.websocket(server), await Tcp.websocket(server)
        await stays.establish()
        stays.send('42["said"]')
        await server.wait_for_event("said")
        server.add(RefuseConnection("no"))
        server.add(HoldDisconnects(), server.connections[1])
        leaves.send_close()
        await log.wait_for(Occurrence.FAULT_BITES)
        server.reset()
        assert await leaves.closing() == 1000
        await log.wait_for(Occurrence.TERMINATED)
        server.reset()
        assert server.events == ()
        assert [connection.id for connection in server.connections] == [1]
        await (await Tcp.websocket(server)).establish()
        assert [connection.id for connection in server.connections] == [1, 3]


@in_a_loop
async def test_a_reset_gives_a_port_back() -> None:
    async with mock() as (server, _):
        server.add(PortGone())
        with pytest.raises(ConnectionRefusedError):
            await Tcp.connect(server)
        server.reset()
        await (await Tcp.websocket(server)).establish()
