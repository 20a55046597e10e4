"""A driver is stopped with its whole process group, and leaves no process, thread or file."""

import asyncio
import gc
import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import psutil
import pytest

from deadlines import DEADLINE, LONGEST_COMMAND
from pulsecheck.driver import errors
from pulsecheck.driver.driver import start
from pulsecheck.driver.pool import DriverPool
from pulsecheck.driver.process import launch
from pulsecheck.driver.spec import CommandSpec
from pulsecheck.shared.timeouts import Timeouts


def test_a_good_driver_ends_after_shutdown(run: Any, child: Any, patient: Timeouts) -> None:
    async def work() -> None:
        driver = await start(child("good"), patient)
        assert await driver.stop() is None
        assert not driver.is_usable
        assert driver.fault is None

    run(work())


def test_a_second_stop_has_no_effect(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("good"), patient, recorder)
        assert not any(await asyncio.gather(driver.stop(), driver.stop()))
        assert await driver.stop() is None
        assert [sent["method"] for sent in recorder.of("request")].count("shutdown") == 1

    run(work())


def test_cancelling_a_caller_of_stop_does_not_cancel_the_stop(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("good"), patient, recorder)
        first = asyncio.create_task(driver.stop())
        await recorder.wait_for("request", 2)
        first.cancel()
        assert await driver.stop() is None
        assert first.cancelled()

    run(work())


def test_closing_a_channel_ends_the_process(run: Any) -> None:
    async def work() -> None:
        channel = await launch(CommandSpec(("sleep", "60")))
        channel.close()
        assert await channel.has_ended(DEADLINE)

    run(work())


@pytest.mark.parametrize(
    ("behaviour", "stopped_by"), [("outlives shutdown", "SIGTERM"), ("ignores shutdown", "SIGKILL")]
)
def test_a_driver_that_ignores_shutdown_is_stopped_by_force(
    run: Any, child: Any, behaviour: str, stopped_by: str, short_grace: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child(behaviour), short_grace)
        ending = await driver.stop()
        assert isinstance(ending, errors.ShutdownIgnoredError)
        assert ending.stopped_by == stopped_by
        assert "was still running 0.3 s after it had answered shutdown" in str(ending)

    run(work())


def test_an_exit_instead_of_an_answer_to_shutdown_is_reported(
    run: Any, child: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("exits unanswered"), patient)
        assert isinstance(await driver.stop(), errors.DriverExitedError)

    run(work())


def test_child_processes_of_a_driver_end_with_it(
    run: Any, child: Any, lifeline: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("grandchild", lifeline.path), patient)
        await driver.sync()
        assert await driver.stop() is None
        await lifeline.end()

    run(work())


def test_a_child_of_a_killed_driver_ends_and_does_not_hide_the_kill(
    run: Any, child: Any, lifeline: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("orphan", lifeline.path), patient)
        with pytest.raises(errors.DriverKilledError, match="killed by SIGKILL"):
            await driver.sync()
        await lifeline.end()
        await driver.stop()

    run(work())


def test_a_process_group_that_ignores_sigterm_is_killed(
    run: Any, child: Any, lifeline: Any, short_grace: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(child("process tree", lifeline.path), short_grace)
        await driver.sync()
        driver._session.fault = errors.ClosedOutputError()
        assert await driver.stop() is None
        await lifeline.end()

    run(work())


def test_a_start_that_is_cancelled_leaves_no_process(
    run: Any, child: Any, lifeline: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        starting = asyncio.create_task(start(child("holds", lifeline.path), patient, recorder))
        await recorder.wait_for("log")
        starting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await starting
        await lifeline.end()
        assert [sent["method"] for sent in recorder.of("request")] == ["initialize"]

    run(work())


def test_a_process_that_left_the_group_neither_delays_the_stop_nor_leaks_files(
    run: Any, child: Any, tmp_path: Path, short_grace: Timeouts
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)

    async def work() -> None:
        before = _open_files()
        driver = await start(child("leaves the group", gate), short_grace)
        await driver.sync()
        await driver.stop()
        await asyncio.to_thread(lambda: gate.open("w").close())
        assert _open_files() == before

    run(work())


def test_the_process_ends_even_if_the_loop_ends_during_the_stop(
    run: Any, child: Any, lifeline: Any, recorder: Any, patient: Timeouts
) -> None:
    async def interrupt_stop() -> None:
        driver = await start(child("holds and ignores", lifeline.path), patient, recorder)
        stopping = asyncio.create_task(driver.stop())
        await recorder.wait_for("answer", 2)
        assert not stopping.done()

    run(interrupt_stop())
    run(lifeline.end())


def test_the_thread_ends_even_if_the_loop_ends_during_the_stop(
    run: Any, factory: Any, recorder: Any, patient: Timeouts
) -> None:
    threads = set(threading.enumerate())

    async def interrupt_stop() -> None:
        driver = await start(factory("stay"), patient, recorder)
        stopping = asyncio.create_task(driver.stop())
        await recorder.wait_for("answer", 2)
        assert not stopping.done()

    run(interrupt_stop())
    for thread in set(threading.enumerate()) - threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()


HARNESS = """
import asyncio, sys
from pulsecheck.driver.driver import start
from pulsecheck.driver.spec import CommandSpec

async def main():
    driver = await start(CommandSpec(tuple(sys.argv[1:])))
    await driver.sync()
    sys.exit(0)

asyncio.new_event_loop().run_until_complete(main())
"""


def test_the_drivers_end_when_the_harness_exits_without_stopping_them(
    run: Any, child: Any, lifeline: Any
) -> None:
    arguments = child("process tree", lifeline.path).arguments
    command = [sys.executable, "-W", "ignore", "-c", HARNESS, *arguments]
    root = str(Path(__file__).parents[2])
    environment = {**os.environ, "PYTHONPATH": root}
    subprocess.run(command, env=environment, timeout=LONGEST_COMMAND, check=True)
    run(lifeline.end())


def test_two_hundred_crashes_in_one_run_leak_nothing(
    run: Any, child: Any, factory: Any, patient: Timeouts
) -> None:
    here = psutil.Process()
    threads = set(threading.enumerate())

    async def crash(pool: DriverPool) -> None:
        driver = await pool.acquire()
        with pytest.raises(errors.DriverLostError):
            await driver.sync()
        await pool.release(driver)

    async def work() -> None:
        processes = DriverPool(child("exits"), patient)
        pools = (processes, DriverPool(factory("crash"), patient))
        await asyncio.gather(*map(crash, pools))
        gc.collect()
        before = _open_resources(here)
        for _ in range(50):
            await asyncio.gather(*map(crash, pools * 2))
        gc.collect()
        assert _open_resources(here) == before
        assert [await pool.close() for pool in pools] == [(), ()]

    run(work())
    for thread in set(threading.enumerate()) - threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()


def _open_resources(process: psutil.Process) -> tuple[int, int, int]:
    """Count child processes, open files and sockets."""
    sockets = len(process.net_connections(kind="all"))
    return len(process.children(recursive=True)), process.num_fds(), sockets


def test_a_driver_with_a_cancelled_open_request_is_not_used_again(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(child("hangs"), patient)
        driver = await pool.acquire()
        driver.observe = recorder
        asking = asyncio.create_task(driver.sync())
        await recorder.wait_for("request")
        asking.cancel()
        await asyncio.wait((asking,))
        assert driver.is_usable
        assert not driver.is_idle
        await pool.release(driver)
        assert [sent["method"] for sent in recorder.of("request")] == ["runtime/sync"]
        assert await pool.acquire() is not driver
        await pool.close()

    run(work())


def _open_files() -> int:
    return len(list(Path("/dev/fd").iterdir()))


def test_the_log_keeps_the_end_of_standard_error(run: Any, child: Any, patient: Timeouts) -> None:
    async def work() -> None:
        driver = await start(child("long log"), patient)
        await driver.sync()
        await driver.stop()
        assert driver.log == "x" * (64 * 1024 - 3) + "end"

    run(work())


def test_a_driver_inherits_the_search_path_but_not_the_proxy(
    run: Any, child: Any, recorder: Any, patient: Timeouts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("LC_NUMERIC", "C")

    async def work() -> None:
        driver = await start(child("environment"), patient, recorder)
        await driver.sync()
        await driver.stop()

    run(work())
    inherited = json.loads(recorder.of("log")[0]["message"])
    assert inherited["PATH"] == os.environ["PATH"]
    assert inherited["LC_NUMERIC"] == "C"
    assert "HTTP_PROXY" not in inherited
