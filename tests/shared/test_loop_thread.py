import asyncio
import threading
from collections.abc import Iterator

import pytest

from pulsecheck.shared.loop_thread import LoopThread


@pytest.fixture
def loop() -> Iterator[LoopThread]:
    thread = LoopThread()
    thread.start()
    yield thread
    thread.stop()


def test_a_coroutine_runs_on_another_thread_and_returns_its_result(loop: LoopThread) -> None:
    async def work() -> str:
        return threading.current_thread().name

    assert loop.run(work()) == "pulsecheck loop"


def test_run_raises_the_exception_of_the_coroutine(loop: LoopThread) -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        loop.run(work())


def test_an_exception_in_a_callback_is_kept(loop: LoopThread) -> None:
    done = threading.Event()

    def fail() -> None:
        asyncio.get_running_loop().call_soon(done.set)
        raise ValueError("lost")

    async def start() -> None:
        asyncio.get_running_loop().call_soon(fail)

    loop.run(start())
    assert done.wait(10)
    (failure,) = loop.take_failures()
    assert failure.endswith("ValueError('lost')")
    assert loop.take_failures() == ()


def test_stop_cancels_running_tasks() -> None:
    thread = LoopThread()
    thread.start()
    cancelled = threading.Event()

    async def forever() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    async def start() -> asyncio.Task[None]:
        task = asyncio.create_task(forever())
        await asyncio.sleep(0)  # noqa: TID251 - lets the other task start
        return task

    task = thread.run(start())
    thread.stop()
    assert cancelled.is_set()
    assert task.cancelled()
