import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pytest

from deadlines import DEADLINE, LONGEST_TEST
from lifeline import Lifeline
from pulsecheck.driver.spec import CommandSpec, FactorySpec
from pulsecheck.shared.timeouts import Timeouts
from recorder import Recorder

T = TypeVar("T")

BAD_DRIVER = Path(__file__).parents[1] / "runtimes" / "bad_driver.py"


@pytest.fixture
def lifeline(tmp_path: Path) -> Lifeline:
    return Lifeline(tmp_path / "lifeline")


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, T]], T]:
    def run_bounded(work: Coroutine[Any, Any, T]) -> T:
        async def bounded() -> T:
            async with asyncio.timeout(LONGEST_TEST):
                return await work

        return asyncio.run(bounded())

    return run_bounded


@pytest.fixture
def child() -> Callable[..., CommandSpec]:
    """Return the spec of a child process with the named behaviour."""

    def spec(behaviour: str, *arguments: object) -> CommandSpec:
        script = (sys.executable, str(BAD_DRIVER))
        return CommandSpec((*script, behaviour, *map(str, arguments)))

    return spec


@pytest.fixture
def factory() -> Callable[[str], FactorySpec]:
    """Return the spec of a driver in memory with the named behaviour."""
    return lambda name: FactorySpec("bad_factories", name)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def patient() -> Timeouts:
    return Timeouts(patience=DEADLINE, start=DEADLINE, grace=DEADLINE)


@pytest.fixture
def short_grace() -> Timeouts:
    """Return timeouts with a short grace period, for drivers that exceed it."""
    return Timeouts(patience=DEADLINE, start=DEADLINE, grace=0.3)
