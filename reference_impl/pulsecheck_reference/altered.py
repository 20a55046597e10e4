"""Change the reference runtime, for mutants and variants. A change patches the whole process."""

import asyncio
import inspect
from collections.abc import Callable, Coroutine, Iterable
from functools import cache
from typing import Any

from pulsecheck.driver.protocol import Ability, NodeName, TransportUse
from pulsecheck_reference import application, driver
from pulsecheck_reference.lifecycle import TABLE, Action, Event, State, to

Change = Callable[[], None]
Factory = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]


def name_of(words: str) -> str:
    """Turn words into the name of a change, for `--implementation python:PACKAGE:NAME`."""
    return "_".join("".join(c if c.isalnum() else " " for c in words.lower()).split())


def serving(change: Change) -> Factory:
    """Return a factory for the reference with a change.

    The factory applies the change when it is first called.
    """
    make = cache(change)

    async def serve_altered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        make()
        await driver.serve(reader, writer)

    return serve_altered


def replaced(owner: object, name: str, other: object) -> Change:
    """Return a change that replaces a method, a property or a constant."""
    return lambda: setattr(owner, name, other)


def around(owner: object, name: str, other: Callable[..., Any]) -> Change:
    """Return a change that wraps a method.

    The wrapper calls `other` with the original method, followed by the arguments of the call.
    """

    def make() -> None:
        original = getattr(owner, name)

        def wrapper(*arguments: Any, **named: Any) -> Any:
            return other(original, *arguments, **named)

        async def async_wrapper(*arguments: Any, **named: Any) -> Any:
            return await other(original, *arguments, **named)

        # The client library tests whether a handler is a coroutine function.
        is_async = inspect.iscoroutinefunction(original)
        setattr(owner, name, async_wrapper if is_async else wrapper)

    return make


def declaring(
    *,
    nodes: Iterable[NodeName] = application.NODES,
    transports: Iterable[TransportUse] = application.TRANSPORTS,
    abilities: Iterable[Ability] = application.ABILITIES,
) -> Change:
    """Return a change of the profile that the reference declares."""
    return both(
        replaced(application, "NODES", tuple(nodes)),
        replaced(application, "TRANSPORTS", tuple(transports)),
        replaced(application, "ABILITIES", tuple(abilities)),
    )


def transition(state: State, event: Event, next_state: State, *actions: Action) -> Change:
    """Return a change of one transition in the table of the life cycle."""
    return lambda: TABLE[state].update({event: to(next_state, *actions)})


def both(*changes: Change) -> Change:
    """Combine several changes into one."""

    def make_all() -> None:
        for make in changes:
            make()

    return make_all
