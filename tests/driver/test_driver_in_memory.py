"""A driver in memory runs in its own thread. It is treated like any other driver."""

import asyncio
import importlib
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from deadlines import DEADLINE
from pulsecheck.driver import errors
from pulsecheck.driver.driver import start
from pulsecheck.driver.spec import FactorySpec
from pulsecheck.shared.timeouts import Timeouts

BAD = Path(__file__).parents[1] / "runtimes"


def test_a_driver_in_memory_serves_and_ends(
    run: Any, factory: Any, recorder: Any, patient: Timeouts
) -> None:
    threads = set(threading.enumerate())

    async def work() -> None:
        driver = await start(factory("serve"), patient, recorder)
        assert driver.initialized.implementation.name == "tiny"
        assert driver.log == ""
        await driver.sync()
        assert await driver.stop() is None

    run(work())
    for thread in set(threading.enumerate()) - threads:
        thread.join(DEADLINE)
        assert not thread.is_alive()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("crash", r"ended before it was asked to shut down: ValueError: out of \x1b[31mluck"),
        ("leave", "ended before it was asked to shut down: it returned"),
        ("exit_interpreter", "ended before it was asked to shut down: SystemExit: 4"),
    ],
)
def test_a_factory_that_ends_early_is_a_crash(
    run: Any, factory: Any, patient: Timeouts, name: str, text: str
) -> None:
    async def work() -> None:
        driver = await start(factory(name), patient)
        with pytest.raises(errors.DriverCrashedError) as caught:
            await driver.sync()
        assert text in str(caught.value)
        assert not driver.is_usable
        assert await driver.stop() is None

    run(work())


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (FactorySpec("no_such_module", "serve"), "ModuleNotFoundError: No module named"),
        (FactorySpec("json", "serve"), "AttributeError: module 'json' has no attribute"),
        (FactorySpec("json", "dumps"), "it is not a coroutine function"),
    ],
)
def test_a_factory_that_cannot_be_loaded_is_diagnosed(
    run: Any, patient: Timeouts, spec: FactorySpec, text: str
) -> None:
    with pytest.raises(errors.FactoryNotLoadedError) as caught:
        run(start(spec, patient))
    assert text in str(caught.value)


def test_a_blocked_factory_does_not_block_the_harness_and_is_reported(
    run: Any, factory: Any, short_grace: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(factory("block"), short_grace)
        asking = asyncio.create_task(driver.sync())
        # This timeout can expire only if the factory does not block the loop.
        done, _ = await asyncio.wait({asking}, timeout=0.1)
        assert not done
        driver._session.fault = errors.ClosedOutputError()
        ending = await driver.stop()
        assert isinstance(ending, errors.KillFailedError)
        assert "even cancellation had no effect" in str(ending)
        asking.cancel()
        importlib.import_module("bad_factories").blocked.set()
        assert await driver._channel.has_ended(DEADLINE)

    run(work())


def test_a_factory_that_stays_after_shutdown_is_cancelled(
    run: Any, factory: Any, short_grace: Timeouts
) -> None:
    async def work() -> None:
        driver = await start(factory("stay"), short_grace)
        ending = await driver.stop()
        assert isinstance(ending, errors.ShutdownIgnoredError)
        assert ending.stopped_by == "cancellation"

    run(work())


def test_a_module_in_the_working_directory_is_found(
    run: Any, patient: Timeouts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "driver_of_mine.py").write_text((BAD / "bad_factories.py").read_text())
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.chdir(tmp_path)

    async def work() -> None:
        driver = await start(FactorySpec("driver_of_mine", "serve"), patient)
        assert await driver.stop() is None

    run(work())
