"""Several drivers of one implementation, for scenarios that run beside each other."""

import asyncio

from pulsecheck.driver.driver import USUAL, Driver, source_of, start
from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.spec import CommandSpec, FactorySpec, ImplementationSpec
from pulsecheck.driver.tcp import Announce, DriverListener
from pulsecheck.shared.timeouts import Timeouts

MOST_THREADS = 64
MOST_PROCESSES = 8
MOST_CONNECTIONS = 1


def ignore(_address: str) -> None:
    """Tell nobody."""


class DriverPool:
    """Used on one loop. `limit` is how many drivers there are at the most, idle ones included.

    A child process is dear and serves one scenario after the other. A driver in memory is cheap:
    each scenario has a new one, so that nothing which an earlier one left behind can show in it. A
    device has one TCP connection for all. `announce` is told where a driver is waited for.
    """

    def __init__(
        self,
        spec: ImplementationSpec,
        timeouts: Timeouts = USUAL,
        announce: Announce = ignore,
    ) -> None:
        self._is_cheap = isinstance(spec, FactorySpec)
        self._source = source_of(spec, announce)
        self.limit = _limit(spec)
        self._timeouts = timeouts
        self._free = asyncio.Semaphore(self.limit)
        self._idle: list[Driver] = []
        self._busy: list[Driver] = []
        self._faults: list[DriverError] = []

    async def acquire(self) -> Driver:
        """An idle driver, or a new one; waits for a release when the limit is reached.

        Raises a DriverError if a new one does not come up.
        """
        await self._free.acquire()
        try:
            driver = await self._take_idle() or await start(self._source, self._timeouts)
        except BaseException:
            self._free.release()
            raise
        self._busy.append(driver)
        return driver

    async def _take_idle(self) -> Driver | None:
        """An idle driver that is still usable; the others are stopped."""
        while self._idle:
            driver = self._idle.pop()
            if driver.is_usable:
                return driver
            await self._stop(driver)
        return None

    async def release(self, driver: Driver) -> None:
        """Give a driver back, its project closed; one that is not used again is stopped."""
        driver.observe = None
        self._busy.remove(driver)
        try:
            if driver.is_idle and not self._is_cheap:
                self._idle.append(driver)
            else:
                await self._stop(driver)
        finally:
            self._free.release()

    async def close(self) -> tuple[DriverError, ...]:
        """Stop all drivers, also those that were not given back.

        Returns what no request has raised: faults that came after the last one, and bad endings.
        """
        drivers = (*self._idle, *self._busy)
        self._idle.clear()
        self._busy.clear()
        await asyncio.gather(*(self._stop(driver) for driver in drivers))
        if isinstance(self._source, DriverListener):
            self._source.close()
        return tuple(self._faults)

    async def _stop(self, driver: Driver) -> None:
        problems = (driver.untold_fault, await driver.stop())
        self._faults += [problem for problem in problems if problem is not None]


def _limit(spec: ImplementationSpec) -> int:
    match spec:
        case FactorySpec():
            return MOST_THREADS
        case CommandSpec():
            return MOST_PROCESSES
        case _:
            return MOST_CONNECTIONS
