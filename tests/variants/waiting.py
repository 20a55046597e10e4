"""Start and Stop as runtimes have them whose nodes wait for the network; other branches go on."""

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
"""Set when the branch that is being executed begins to wait."""


async def pause(what: Awaitable[object]) -> None:
    """Wait in the middle of a branch, and let the other branches go on."""
    PAUSED.get().set()
    await what


async def execute_beside(right: Any, self: Runtime, branch: Any) -> None:
    """Return when the branch is over, or when it begins to wait."""
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
    """While a node waits, other branches are executed."""
    return both(around(Runtime, "_execute", execute_beside), around(Runtime, "close", end_all))


def waiting(kind: str, execution: nodes.Execution) -> Change:
    """Nodes of that kind execute so, and may wait."""
    return both(pausing(), lambda: nodes.EXECUTIONS.update({kind: execution}))


def attempt_of(there: Connections, name: str | None) -> Attempt | None:
    connection = there._connections.get(str(name))
    return None if connection is None else connection._attempt


async def start_and_wait(there: Connections, name: str | None, _: Mapping[str, str]) -> None:
    """Start, and finish once it is known whether the connection is established."""
    there.start(name)
    attempt = attempt_of(there, name)
    if attempt is not None:
        await pause(asyncio.wait({attempt._accepted}))


async def stop_and_wait(there: Connections, name: str | None, _: Mapping[str, str]) -> None:
    """Stop, and finish once the connection is terminated."""
    there.stop(name)
    attempt = attempt_of(there, name)
    if attempt is not None:
        await pause(attempt.wait_ended())


async def stop_and_dawdle(there: Connections, name: str | None, _: Mapping[str, str]) -> None:
    """Stop, and finish a good while after the connection was terminated."""
    await stop_and_wait(there, name, _)
    await pause(asyncio.sleep(0.3))
