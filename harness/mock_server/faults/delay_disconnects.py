"""The server takes its time to answer a goodbye."""

import asyncio

from harness.mock_server.connection import Connection
from harness.mock_server.faults.fault import Fault, Handle


class DelayDisconnects(Fault):
    """Each client that leaves gets nothing for so many seconds, then everything."""

    name = "delay disconnects"

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._held: list[Connection] = []
        self._timers: list[asyncio.TimerHandle] = []

    def left(self, handle: Handle, connection: Connection) -> None:
        connection.hold_writes(self)
        self._held.append(connection)
        handle.bites(connection)
        loop = asyncio.get_running_loop()
        self._timers.append(loop.call_later(self._seconds, connection.let_go, self))

    def end(self, handle: Handle) -> None:
        for timer in self._timers:
            timer.cancel()
        for connection in self._held:
            connection.let_go(self)
