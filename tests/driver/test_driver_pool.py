"""The pool of drivers: usable drivers are used again, broken ones are replaced."""

import asyncio
from typing import Any

import pytest

from pulsecheck.driver import errors
from pulsecheck.driver.pool import DriverPool
from pulsecheck.driver.protocol import Done, Sync
from pulsecheck.driver.spec import CommandSpec
from pulsecheck.shared.timeouts import Timeouts


def test_a_process_that_was_released_is_used_again(run: Any, child: Any, patient: Timeouts) -> None:
    async def work() -> None:
        pool = DriverPool(child("good"), patient)
        first = await pool.acquire()
        second = await pool.acquire()
        assert first is not second
        await pool.release(first)
        assert await pool.acquire() is first
        assert await pool.close() == ()
        assert not first.is_usable
        assert not second.is_usable

    run(work())


def test_each_scenario_has_a_new_driver_in_memory(
    run: Any, factory: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(factory("serve"), patient)
        first = await pool.acquire()
        await pool.release(first)
        assert not first.is_usable
        assert await pool.acquire() is not first
        assert await pool.close() == ()

    run(work())


def test_a_released_driver_has_no_observer(
    run: Any, factory: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(factory("serve"), patient)
        driver = await pool.acquire()
        driver.observe = recorder
        await pool.release(driver)
        await pool.close()
        assert recorder.seen == []

    run(work())


def test_a_broken_driver_is_replaced_and_its_fault_is_reported_once(
    run: Any, child: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(child("exits"), patient)
        driver = await pool.acquire()
        with pytest.raises(errors.DriverExitedError):
            await driver.sync()
        await pool.release(driver)
        assert pool._idle == []
        assert await pool.acquire() is not driver
        assert await pool.close() == ()

    run(work())


def test_a_fault_that_a_request_has_raised_is_not_reported_again(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(child("twice"), patient)
        driver = await pool.acquire()
        driver.observe = recorder
        await driver.sync()
        await recorder.wait_for("fault")
        assert isinstance(driver.unreported_fault, errors.AnsweredTwiceError)
        with pytest.raises(errors.AnsweredTwiceError):
            await driver.sync()
        await pool.release(driver)
        assert await pool.close() == ()

    run(work())


def test_a_missing_answer_is_not_reported_again(
    run: Any, child: Any, short_grace: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(child("hangs"), short_grace)
        driver = await pool.acquire()
        with pytest.raises(errors.DriverHungError):
            await driver._session.request("runtime/sync", Sync(), Done, 0.1)
        await pool.release(driver)
        assert await pool.close() == ()

    run(work())


def test_a_driver_that_breaks_while_idle_is_replaced_and_its_fault_reported(
    run: Any, child: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(child("good"), patient)
        driver = await pool.acquire()
        await pool.release(driver)
        driver._session.fault = errors.ClosedOutputError()
        assert await pool.acquire() is not driver
        assert [type(fault) for fault in await pool.close()] == [errors.ClosedOutputError]

    run(work())


def test_an_ignored_shutdown_is_reported_when_the_pool_closes(
    run: Any, child: Any, short_grace: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(child("outlives shutdown"), short_grace)
        await pool.release(await pool.acquire())
        assert [type(fault) for fault in await pool.close()] == [errors.ShutdownIgnoredError]

    run(work())


def test_at_the_limit_acquire_waits_for_a_release(
    run: Any, factory: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(factory("serve"), patient)
        drivers = [await pool.acquire() for _ in range(pool.limit)]
        waiting = asyncio.create_task(pool.acquire())
        done, _ = await asyncio.wait((waiting,), timeout=0.05)
        assert not done
        await pool.release(drivers[3])
        assert (await waiting).is_usable
        await pool.close()

    run(work())


def test_there_are_fewer_processes_than_threads(child: Any, factory: Any) -> None:
    assert DriverPool(child("good")).limit == 8
    assert DriverPool(factory("serve")).limit == 64


def test_drivers_that_fail_to_start_do_not_count_towards_the_limit(
    run: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        pool = DriverPool(CommandSpec(("no-such-driver",)), patient)
        for _ in range(pool.limit + 1):
            with pytest.raises(errors.CommandNotFoundError):
                await pool.acquire()
        assert await pool.close() == ()

    run(work())
