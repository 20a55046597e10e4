"""The reference runtime with something changed, in the whole process that checks it."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Any

from pulsecheck.driver.protocol import Capability
from pulsecheck_reference import application, driver
from pulsecheck_reference.lifecycle import TABLE, Action, Event, State, to

Change = Callable[[], None]
Factory = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def name_of(words: str) -> str:
    """What `--implementation python:PACKAGE:NAME` calls a change that these words describe."""
    return "_".join("".join(c if c.isalnum() else " " for c in words.lower()).split())


def serving(change: Change) -> Factory:
    """A factory that serves the reference with that change; asked for once, it makes it once."""
    make = cache(change)

    async def serve_altered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        make()
        await driver.serve(reader, writer)

    return serve_altered


def replaced(owner: object, name: str, other: object) -> Change:
    """Put something else in the place of a method, a property or a constant."""
    return lambda: setattr(owner, name, other)


def around(owner: object, name: str, other: Callable[..., Any]) -> Change:
    """Call `other` in the place of a method, with the right one before the usual arguments."""

    def make() -> None:
        right = getattr(owner, name)

        def instead(*arguments: Any, **named: Any) -> Any:
            return other(right, *arguments, **named)

        async def instead_awaited(*arguments: Any, **named: Any) -> Any:
            return await other(right, *arguments, **named)

        # The client library asks of what it calls whether it is to be awaited.
        is_awaited = inspect.iscoroutinefunction(right)
        setattr(owner, name, instead_awaited if is_awaited else instead)

    return make


def declaring(*capabilities: Capability) -> Change:
    """Declare just these."""
    return replaced(application, "CAPABILITIES", capabilities)


def leading(state: State, event: Event, next_state: State, *actions: Action) -> Change:
    """Have an event lead elsewhere in the life of a connection, or do something else."""
    return lambda: TABLE[state].update({event: to(next_state, *actions)})


def both(*changes: Change) -> Change:
    """One change that shows in several places."""

    def make_all() -> None:
        for make in changes:
            make()

    return make_all
