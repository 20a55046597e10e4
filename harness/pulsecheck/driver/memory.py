"""A driver in memory: a coroutine function of Python, in a thread and a loop of its own.

However long it blocks, the harness's loop and the servers on it go on.
"""

import asyncio
import concurrent.futures
import contextlib
import importlib
import inspect
import socket
import sys
import threading
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

from pulsecheck.driver.channel import LONGEST_MESSAGE, Force
from pulsecheck.driver.errors import (
    DriverCrashedError,
    DriverError,
    FactoryNotLoadedError,
    ShutdownIgnoredError,
)
from pulsecheck.driver.spec import FactorySpec

Factory = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, object]]


class MemoryChannel:
    """A factory's thread, and a pair of sockets to it.

    A thread cannot be killed: one that blocks for ever stays, as a daemon.
    """

    log = ""
    has_left_something = False
    ignored = ShutdownIgnoredError

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        spec: FactorySpec,
        theirs: socket.socket,
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.forces: Sequence[Force] = (
            Force("the end of the stream", writer.transport.abort),
            Force("cancellation", self._cancel),
        )
        self._task: asyncio.Task[object] | None = None
        self._outcome: concurrent.futures.Future[DriverError] = concurrent.futures.Future()
        self._ended = asyncio.wrap_future(self._outcome)
        thread = threading.Thread(
            target=self._run, args=(spec, theirs), name=str(spec), daemon=True
        )
        thread.start()

    async def has_ended(self, seconds: float) -> bool:
        await asyncio.wait((self._ended,), timeout=seconds)
        return self._ended.done()

    def diagnosis(self) -> DriverError:
        return self._ended.result()

    def close(self) -> None:
        self.writer.transport.abort()
        self._cancel()

    def _cancel(self) -> None:
        task = self._task
        # The loop may have been closed since: then there is nothing left to cancel.
        with contextlib.suppress(RuntimeError):
            if task is not None:
                task.get_loop().call_soon_threadsafe(task.cancel)

    def _run(self, spec: FactorySpec, theirs: socket.socket) -> None:
        outcome: DriverError
        with theirs:
            try:
                asyncio.run(self._serve(_load(spec), theirs))
                outcome = DriverCrashedError("it returned")
            except DriverError as error:
                outcome = error
            except BaseException as error:  # noqa: BLE001 - sys.exit ends a driver, not the harness
                outcome = DriverCrashedError(f"{type(error).__name__}: {error}")
        self._outcome.set_result(outcome)

    async def _serve(self, factory: Factory, theirs: socket.socket) -> None:
        self._task = asyncio.current_task()
        reader, writer = await asyncio.open_connection(sock=theirs, limit=LONGEST_MESSAGE)
        try:
            await factory(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def launch(spec: FactorySpec) -> MemoryChannel:
    """Start the factory's thread; that it cannot be loaded shows when the thread ends."""
    ours, theirs = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=ours, limit=LONGEST_MESSAGE)
    return MemoryChannel(reader, writer, spec, theirs)


def _load(spec: FactorySpec) -> Factory:
    # A command installed elsewhere does not look for modules where it is called; its caller does.
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        factory: Factory = getattr(importlib.import_module(spec.module), spec.factory)
    except Exception as error:  # noqa: BLE001 - a module may raise anything
        reason = f"{type(error).__name__}: {error}"
        raise FactoryNotLoadedError(spec.module, spec.factory, reason) from None
    if not inspect.iscoroutinefunction(factory):
        raise FactoryNotLoadedError(spec.module, spec.factory, "it is no coroutine function")
    return factory
