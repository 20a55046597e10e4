"""Start and Stop nodes that wait for the network, while other branches execute."""

import asyncio
from collections.abc import Awaitable, Mapping
from contextvars import ContextVar
from typing import Any

from pulsecheck_reference import nodes
from pulsecheck_reference.altered import Change, around, both
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.runtime import Runtime

PAUSED: ContextVar[asyncio.Event] = ContextVar("PAUSED")
"""Set when the current branch begins to wait."""


async def pause(what: Awaitable[object]) -> None:
    """Wait in a branch, and let other branches execute."""
    PAUSED.get().set()
    await what


async def execute_beside(right: Any, self: Runtime, branch: Any) -> None:
    """Execute a branch. Return when it has ended, or when it begins to wait."""
    paused = asyncio.Event()
    PAUSED.set(paused)
    loop = asyncio.get_running_loop()
    execution, pausing = loop.create_task(right(self, branch)), loop.create_task(paused.wait())
    vars(self).setdefault("executions", set()).add(execution)
    await asyncio.wait({execution, pausing}, return_when=asyncio.FIRST_COMPLETED)
    pausing.cancel()


async def end_all(right: Any, self: Runtime) -> None:
    for execution in vars(self).get("executions", ()):
        execution.cancel()
    await right(self)


def pausing() -> Change:
    """Execute other branches while a node waits."""
    return both(around(Runtime, "_execute", execute_beside), around(Runtime, "close", end_all))


def waiting(kind: str, execution: nodes.Execution) -> Change:
    """Replace the execution of a node type by one that may wait."""
    return both(pausing(), lambda: nodes.EXECUTIONS.update({kind: execution}))


def attempt_of(there: Connections, name: str | None) -> Attempt | None:
    connection = there._connections.get(str(name))
    return None if connection is None else connection._attempt


async def start_and_wait(there: Connections, name: str | None, _: Mapping[str, str]) -> None:
    """Execute Start, and finish when the connection is established or has failed."""
    there.start(name)
    attempt = attempt_of(there, name)
    if attempt is not None:
        await pause(asyncio.wait({attempt._accepted}))


async def stop_and_wait(there: Connections, name: str | None, _: Mapping[str, str]) -> None:
    """Execute Stop, and finish when the connection is terminated."""
    there.stop(name)
    attempt = attempt_of(there, name)
    if attempt is not None:
        await pause(attempt.wait_ended())


async def stop_and_linger(there: Connections, name: str | None, _: Mapping[str, str]) -> None:
    """Execute Stop, and finish 0.3 s after the connection was terminated."""
    await stop_and_wait(there, name, _)
    await pause(asyncio.sleep(0.3))
