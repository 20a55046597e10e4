"""The functions that a server calls when clients connect and send events."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from pulsecheck.mock_server.connection import Connection

Handler = Callable[..., Sequence[Any] | Awaitable[Sequence[Any] | None] | None]
"""A function or coroutine function that is called with the connection and the event's arguments.

If the function returns a sequence, the items are the arguments of the acknowledgement. If the
function returns None, no acknowledgement is sent. A handler for `on_connect` is called with the
connection and the client's auth, and the result of this handler is ignored.
"""
AcknowledgeEvent = Callable[[Sequence[Any]], None]


class Handlers:
    """Calls handlers. Coroutine functions run as tasks, started in the order of the events."""

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
        """Cancel the handlers that are still running."""
        # Let new tasks start. If a task is cancelled before it starts, Python prints the warning
        # that its coroutine was "never awaited".
        await asyncio.sleep(0)  # noqa: TID251 - runs other tasks, without a delay

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
