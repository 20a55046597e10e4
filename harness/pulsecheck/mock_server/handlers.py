"""What a server does of itself when clients connect and send events."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pulsecheck.mock_server.connection import Connection

Handler = Callable[..., Sequence[Any] | Awaitable[Sequence[Any] | None] | None]
"""Called with the connection and the event's arguments; what it returns acknowledges the event.

For a connection that was established it is called with the handshake's auth, and returns None.
"""
AcknowledgeEvent = Callable[[Sequence[Any]], None]


class Handlers:
    """Handlers that are coroutine functions run as tasks, begun in the order of the events."""

    def __init__(self) -> None:
        self.on_connect: dict[str, Handler] = {}
        self.on_event: dict[tuple[str, str], Handler] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def call(
        self,
        handler: Handler | None,
        connection: Connection,
        arguments: Sequence[Any],
        acknowledge: AcknowledgeEvent | None = None,
    ) -> None:
        if handler is None:
            return
        result = handler(connection, *arguments)
        if inspect.isawaitable(result):
            task = asyncio.ensure_future(_finish(result, acknowledge))
            self._tasks.add(task)
            task.add_done_callback(self._done)
        else:
            _answer(result, acknowledge)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            context = {"message": "an event's handler failed", "exception": error}
            task.get_loop().call_exception_handler(context)

    async def close(self) -> None:
        """Cancel the handlers that run still."""
        # A coroutine that is cancelled before it began complains.
        await asyncio.sleep(0)  # noqa: TID251 - lets others run, and waits for no time
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)


async def _finish(
    result: Awaitable[Sequence[Any] | None], acknowledge: AcknowledgeEvent | None
) -> None:
    _answer(await result, acknowledge)


def _answer(result: Sequence[Any] | None, acknowledge: AcknowledgeEvent | None) -> None:
    if result is not None and acknowledge is not None:
        acknowledge(result)
