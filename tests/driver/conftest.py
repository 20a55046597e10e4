"""What the tests of the driver seam share: a runner, tiny drivers, a recorder."""

import asyncio
import os
import sys
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any, TypeVar

import pytest

from pulsecheck.driver.spec import CommandSpec, FactorySpec
from pulsecheck.shared.timeouts import Timeouts

T = TypeVar("T")

BAD = Path(__file__).parent / "bad"
LONGEST = 30.0
"""Seconds that a test may take before it is ended."""
PATIENT = Timeouts(patience=20.0, grace=10.0)


class Recorder:
    """An observer that keeps what it is told, and lets a test wait for it."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, Mapping[str, Any]]] = []
        self._more = asyncio.Event()

    def __call__(self, source: str, what: str, details: Mapping[str, Any]) -> None:
        self.seen.append((source, what, details))
        self._more.set()

    def of(self, what: str) -> list[Mapping[str, Any]]:
        return [details for _, seen, details in self.seen if seen == what]

    async def wait_for(self, what: str, count: int = 1) -> Mapping[str, Any]:
        """The nth occurrence of that kind."""
        while len(found := self.of(what)) < count:
            self._more.clear()
            await self._more.wait()
        return found[count - 1]


class Lifeline:
    """A named pipe: it ends when the last process that holds it has ended."""

    def __init__(self, path: Path) -> None:
        self.path = path
        os.mkfifo(path)
        self._pipe = os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb", buffering=0)

    async def end(self) -> None:
        """Wait until nobody holds it any more, given that somebody did."""
        reader = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(reader), self._pipe
        )
        assert await reader.read() == b""
        transport.close()


@pytest.fixture
def lifeline(tmp_path: Path) -> Lifeline:
    return Lifeline(tmp_path / "lifeline")


@pytest.fixture
def run() -> Callable[[Coroutine[Any, Any, T]], T]:
    def run_bounded(work: Coroutine[Any, Any, T]) -> T:
        async def bounded() -> T:
            async with asyncio.timeout(LONGEST):
                return await work

        return asyncio.run(bounded())

    return run_bounded


@pytest.fixture
def child() -> Callable[..., CommandSpec]:
    """A child process that behaves as named."""

    def spec(behaviour: str, *arguments: object) -> CommandSpec:
        script = (sys.executable, str(BAD / "bad_driver.py"))
        return CommandSpec((*script, behaviour, *map(str, arguments)))

    return spec


@pytest.fixture
def factory(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], FactorySpec]:
    """A driver in memory that behaves as its name says."""
    monkeypatch.syspath_prepend(str(BAD))
    return lambda name: FactorySpec("bad_factories", name)


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def patient() -> Timeouts:
    return PATIENT
