"""Several drivers of one implementation, for scenarios that run at the same time."""

import asyncio

from pulsecheck.driver.driver import DEFAULT_TIMEOUTS, Driver, source_of, start
from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.spec import CommandSpec, FactorySpec, ImplementationSpec
from pulsecheck.driver.tcp import Announce, DriverListener
from pulsecheck.shared.timeouts import Timeouts

MAX_THREADS = 64
MAX_PROCESSES = 8
MAX_CONNECTIONS = 1


def no_announcement(_address: str) -> None:
    """Ignore the address on which the pool waits for a driver."""


class DriverPool:
    """Drivers on one event loop. `limit` is the maximum number of drivers, including idle drivers.

    A child process is expensive to start, so several scenarios use the same child process, one
    after the other. A driver in memory is cheap to start, so each scenario gets a new driver, which
    no earlier scenario can have affected. A device has one TCP connection for all scenarios.
    `announce` is called with the address on which the pool waits for a driver.
    """

    def __init__(
        self,
        spec: ImplementationSpec,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        announce: Announce = no_announcement,
    ) -> None:
        self._is_in_memory = isinstance(spec, FactorySpec)
        self._source = source_of(spec, announce)
        self.limit = _limit(spec)
        self._timeouts = timeouts
        self._available = asyncio.Semaphore(self.limit)
        self._idle: list[Driver] = []
        self._busy: list[Driver] = []
        self._faults: list[DriverError] = []

    async def acquire(self) -> Driver:
        """Return an idle driver or a new one; at the limit, wait until a driver is released.

        Raises a DriverError if a new driver cannot be started.
        """
        await self._available.acquire()
        try:
            driver = await self._take_idle() or await start(self._source, self._timeouts)
        except BaseException:
            self._available.release()
            raise
        self._busy.append(driver)
        return driver

    async def _take_idle(self) -> Driver | None:
        """Return an idle driver that is still usable, or None. Stop unusable idle drivers."""
        while self._idle:
            driver = self._idle.pop()
            if driver.is_usable:
                return driver
            await self._stop(driver)
        return None

    async def release(self, driver: Driver) -> None:
        """Take back a driver whose project is closed. Stop it if no scenario can use it again."""
        driver.observe = None
        self._busy.remove(driver)
        try:
            if driver.is_idle and not self._is_in_memory:
                self._idle.append(driver)
            else:
                await self._stop(driver)
        finally:
            self._available.release()

    async def close(self) -> tuple[DriverError, ...]:
        """Stop all drivers, including those that were not released.

        Returns the errors that no request raised: faults after the last request, and
        errors while stopping.
        """
        drivers = (*self._idle, *self._busy)
        self._idle.clear()
        self._busy.clear()
        await asyncio.gather(*(self._stop(driver) for driver in drivers))
        if isinstance(self._source, DriverListener):
            self._source.close()
        return tuple(self._faults)

    async def _stop(self, driver: Driver) -> None:
        problems = (driver.unreported_fault, await driver.stop())
        self._faults += [problem for problem in problems if problem is not None]


def _limit(spec: ImplementationSpec) -> int:
    match spec:
        case FactorySpec():
            return MAX_THREADS
        case CommandSpec():
            return MAX_PROCESSES
        case _:
            return MAX_CONNECTIONS
