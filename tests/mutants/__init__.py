"""Broken runtimes: for each row of the specification the mistakes that real authors make.

`pulsecheck check --implementation python:mutants:NAME`, run in tests/, checks one of them.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from reference_impl import serve

from . import lifetimes, messages, nodes, studios
from .mutant import Mutant

Factory = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]

MUTANTS: tuple[Mutant, ...] = (
    *studios.MUTANTS,
    *nodes.MUTANTS,
    *lifetimes.MUTANTS,
    *messages.MUTANTS,
)


def __getattr__(name: str) -> Factory:
    """The factory that serves the mutant of that name."""
    for mutant in MUTANTS:
        if mutant.name == name:
            return _factory(mutant)
    raise AttributeError(name)


def _factory(mutant: Mutant) -> Factory:
    made: list[Mutant] = []

    async def serve_mutant(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not made:
            made.append(mutant)
            mutant.make()
        await serve(reader, writer)

    return serve_mutant
