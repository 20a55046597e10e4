"""The servers that load.py measures. `servers.py KIND` runs one and prints its port."""

import asyncio
import sys
from collections.abc import Mapping

import socketio
from aiohttp import web

from pulsecheck.mock_server import Detail, MockServer
from pulsecheck.shared.timeline import Timeline, TimelineFullError


class Timelines:
    """Records on a timeline, as a scenario does. Replaces a full timeline with a new one."""

    def __init__(self) -> None:
        self._timeline = Timeline()

    def append(self, source: str, what: str, details: Mapping[str, Detail]) -> None:
        try:
            self._timeline.append(source, what, details)
        except TimelineFullError:
            self._timeline = Timeline()


async def serve_mock() -> None:
    """Serve the mock server with its timeline."""
    async with MockServer(record=Timelines().append) as server:

        @server.on("echo")
        def echo(_connection: object, *values: object) -> tuple[object, ...]:
            return values

        await _announce(server.port)


async def serve_python() -> None:
    """Serve python-socketio's server on aiohttp."""
    server = socketio.AsyncServer(async_mode="aiohttp")

    async def echo(_sid: str, *values: object) -> tuple[object, ...]:
        return values

    server.on("echo", echo)
    application = web.Application()
    server.attach(application)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    await _announce(runner.addresses[0][1])


async def _announce(port: int) -> None:
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run({"mock": serve_mock, "python-socketio": serve_python}[sys.argv[1]]())
