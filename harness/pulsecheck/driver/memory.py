"""A driver in memory: a Python coroutine function that runs on its own loop in its own thread.

If the function blocks, the harness's own event loop and the mock servers continue.
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

from pulsecheck.driver.channel import LONGEST_MESSAGE, ForcedStop
from pulsecheck.driver.errors import (
    DriverCrashedError,
    DriverError,
    FactoryNotLoadedError,
    ShutdownIgnoredError,
)
from pulsecheck.driver.spec import FactorySpec

Factory = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, object]]


class MemoryChannel:
    """The thread in which a factory runs, and a socket pair to that thread.

    A thread cannot be killed. A thread that blocks forever remains as a daemon thread.
    """

    log = ""
    left_processes = False
    shutdown_error = ShutdownIgnoredError

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        spec: FactorySpec,
        driver_end: socket.socket,
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.forced_stops: Sequence[ForcedStop] = (
            ForcedStop("the end of the stream", writer.transport.abort),
            ForcedStop("cancellation", self._cancel),
        )
        self._task: asyncio.Task[object] | None = None
        self._outcome: concurrent.futures.Future[DriverError] = concurrent.futures.Future()
        self._ended = asyncio.wrap_future(self._outcome)
        thread = threading.Thread(
            target=self._run, args=(spec, driver_end), name=str(spec), daemon=True
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
        # A closed loop raises RuntimeError. Then the task has ended, so there is nothing to cancel.
        with contextlib.suppress(RuntimeError):
            if task is not None:
                task.get_loop().call_soon_threadsafe(task.cancel)

    def _run(self, spec: FactorySpec, driver_end: socket.socket) -> None:
        outcome: DriverError
        with driver_end:
            try:
                asyncio.run(self._serve(_load(spec), driver_end))
                outcome = DriverCrashedError("it returned")
            except DriverError as error:
                outcome = error
            except BaseException as error:  # noqa: BLE001 - sys.exit must end the driver only
                outcome = DriverCrashedError(f"{type(error).__name__}: {error}")
        self._outcome.set_result(outcome)

    async def _serve(self, factory: Factory, driver_end: socket.socket) -> None:
        self._task = asyncio.current_task()
        reader, writer = await asyncio.open_connection(sock=driver_end, limit=LONGEST_MESSAGE)
        try:
            await factory(reader, writer)
        finally:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()


async def launch(spec: FactorySpec) -> MemoryChannel:
    """Start a thread for the factory.

    If the factory cannot be loaded, the channel's `diagnosis` returns the error.
    """
    harness_end, driver_end = socket.socketpair()
    reader, writer = await asyncio.open_connection(sock=harness_end, limit=LONGEST_MESSAGE)
    return MemoryChannel(reader, writer, spec, driver_end)


def _load(spec: FactorySpec) -> Factory:
    # An installed command does not have the current folder on sys.path, unlike python -m.
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.append(here)
    try:
        factory: Factory = getattr(importlib.import_module(spec.module), spec.factory)
    except Exception as error:  # noqa: BLE001 - a module may raise anything
        reason = f"{type(error).__name__}: {error}"
        raise FactoryNotLoadedError(spec.module, spec.factory, reason) from None
    if not inspect.iscoroutinefunction(factory):
        raise FactoryNotLoadedError(spec.module, spec.factory, "it is not a coroutine function")
    return factory
