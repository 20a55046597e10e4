"""Many starts and stops leak nothing."""

import asyncio
import gc
from pathlib import Path

import engineio
import pytest

from event_loop import leaving_no_task
from pulsecheck_reference.attempt import Attempt
from reference_client import link, project, session
from small_server import server

TIMES = 200


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.parametrize("transport", ["websocket", "polling"])
@leaving_no_task
async def test_many_starts_and_stops_leak_no_socket_task_or_attempt(transport: str) -> None:
    async with server() as there, session() as client:
        links = (link("on start", "stop"), link("on stop", "start"))
        await client.ask("project/open", project=project(there.port, transport, links=links))
        before = descriptors()
        tasks = len(asyncio.all_tasks())
        await client.pulse("start")
        for number in range(1, TIMES + 1):
            await client.pulsed("on stop", number)
        await client.ask("project/close")
        await there.has_no_clients()
        gc.collect()
        assert len(asyncio.all_tasks()) < tasks + 2
        assert descriptors() <= before
        assert not [each for each in gc.get_objects() if isinstance(each, Attempt)]
        assert not engineio.base_client.connected_clients
