"""The server says goodbye but keeps TCP open."""

import asyncio

from harness.mock_server.connection import Connection
from harness.mock_server.faults.fault import Fault, Handle


class DelayFin(Fault):
    """The FIN alone is kept back: for so many seconds after a goodbye, or until released."""

    name = "delay the FIN"

    def __init__(self, seconds: float | None = None) -> None:
        self._seconds = seconds
        self._held: list[Connection] = []
        self._timers: list[asyncio.TimerHandle] = []

    def begin(self, handle: Handle) -> None:
        for connection in handle.targets():
            self.opened(handle, connection)

    def opened(self, handle: Handle, connection: Connection) -> None:
        connection.hold_fin(self)
        self._held.append(connection)

    def left(self, handle: Handle, connection: Connection) -> None:
        handle.bites(connection)
        if self._seconds is not None:
            loop = asyncio.get_running_loop()
            self._timers.append(loop.call_later(self._seconds, connection.let_go, self))

    def end(self, handle: Handle) -> None:
        for timer in self._timers:
            timer.cancel()
        for connection in self._held:
            connection.let_go(self)
