"""Runs tests that are coroutine functions, each in an event loop of its own."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import ParamSpec

from deadlines import LONGEST_TEST

P = ParamSpec("P")

at_end: list[Callable[[], Awaitable[None]]] = []
"""Functions to call before each loop closes."""


def run_bounded(work: Callable[[], Awaitable[None]]) -> list[str]:
    """Run `work` in a new event loop for at most LONGEST_TEST seconds.

    Returns the errors that the loop's exception handler got. Errors of `work` itself are raised.
    """
    unhandled: list[str] = []

    async def bounded() -> None:
        asyncio.get_running_loop().set_exception_handler(
            lambda _, seen: unhandled.append(f"{seen['message']}: {seen.get('exception')!r}")
        )
        async with asyncio.timeout(LONGEST_TEST):
            try:
                await work()
            finally:
                for function in at_end:
                    await function()

    asyncio.run(bounded())
    return unhandled


def in_a_loop(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run a test in an event loop. The test fails if the loop's exception handler gets an error."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        assert run_bounded(lambda: test(*args, **kwargs)) == []

    return run


def leaving_no_task(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run a test in an event loop. The test fails if a task is left running."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def work() -> None:
            await test(*args, **kwargs)
            assert asyncio.all_tasks() == {asyncio.current_task()}

        run_bounded(work)

    return run
