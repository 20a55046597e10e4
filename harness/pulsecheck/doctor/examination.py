"""Runs checks on drivers, one after the other, each with one that is usable."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from pulsecheck.doctor.findings import CheckStatus, DriverFinding, NotConnectedError
from pulsecheck.doctor.requests import project
from pulsecheck.driver.driver import Driver, DriverSource, launch
from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.protocol import Project
from pulsecheck.mock_server import MockServer
from pulsecheck.shared.timeouts import Timeouts

Seen = tuple[str, str, Mapping[str, Any]]


class Examination:
    """What the checks share: a driver, a server, and what both have reported.

    `current` is the driver that was launched last, until it is dismissed; `is_open` says whether
    it has the project open. `faults` are those of all drivers so far. `agreement` is what was wrong
    with what the driver said of itself.
    """

    def __init__(self, source: DriverSource, timeouts: Timeouts) -> None:
        self.timeouts = timeouts
        self.faults: list[DriverError] = []
        self.agreement: DriverError | None = None
        self.seen: list[Seen] = []
        self.is_open = False
        self.server = MockServer(ping_interval=0.1, ping_timeout=20.0, record=self.observe)
        self._source = source
        self._more = asyncio.Event()
        self.current: Driver | None = None

    def observe(self, source: str, what: str, details: Mapping[str, Any]) -> None:
        self.seen.append((source, what, details))
        self._more.set()

    async def launched(self) -> Driver:
        """A driver that was launched just now. Raises a LaunchError."""
        await self.dismiss()
        self.is_open = False
        self.current = await launch(self._source, self.timeouts, self.observe)
        return self.current

    async def driver(self) -> Driver:
        """A usable driver: the same as before or, if that broke, a new one."""
        if self.current is not None and self.current.is_usable:
            return self.current
        driver = await self.launched()
        await driver.initialize()
        return driver

    async def dismiss(self) -> DriverError | None:
        """End the driver, if there is one; what was wrong about that."""
        driver, self.current = self.current, None
        return None if driver is None else await driver.stop()

    def project(self, driver: Driver) -> Project:
        """The project that this driver is to open; its server is there."""
        return project(self.server.url, self.server.port, driver.initialized.capabilities)

    async def opened(self, *, anew: bool = False) -> Driver:
        """A usable driver with the project open; `anew`, it was opened just now."""
        driver = await self.driver()
        if anew and self.is_open:
            await driver.close_project()
            self.is_open = False
        if not self.is_open:
            await driver.open_project(self.project(driver))
            self.is_open = True
        return driver

    def place(self, since: int, what: str, **details: Any) -> int | None:
        """Where in `seen` that is, from the place `since` on; None if it was not reported."""
        for place, (_, found, told) in enumerate(self.seen[since:], since):
            if found == what and details.items() <= told.items():
                return place
        return None

    async def wait_for(self, since: int, what: str, **details: Any) -> bool:
        """Wait until that is reported; False if it is not within the patience."""
        try:
            async with asyncio.timeout(self.timeouts.patience):
                while self.place(since, what, **details) is None:
                    self._more.clear()
                    await self._more.wait()
        except TimeoutError:
            return False
        return True

    def diagnosis(self, error: DriverError) -> DriverError:
        """What is behind an error: what made the driver unusable says more."""
        return (self.current and self.current.fault) or error


class Check(msgspec.Struct, frozen=True):
    """`look` gives a note, or raises the DriverError that says what is wrong or not shown.

    `needs` names checks without which this one says nothing.
    """

    name: str
    look: Callable[[Examination], Awaitable[str]]
    needs: tuple[str, ...] = ()


async def examine(
    source: DriverSource, checks: Iterable[Check], timeouts: Timeouts
) -> tuple[DriverFinding, ...]:
    """Make all checks, in their order; nothing is left running."""
    examination = Examination(source, timeouts)
    findings: dict[str, DriverFinding] = {}
    async with examination.server:
        try:
            for check in checks:
                findings[check.name] = await _look(check, examination, findings)
        finally:
            await examination.dismiss()
    return tuple(findings.values())


async def _look(
    check: Check, examination: Examination, findings: Mapping[str, DriverFinding]
) -> DriverFinding:
    for needed in _missing(check, findings):
        return DriverFinding(check.name, CheckStatus.SKIPPED, f"“{needed}” must be right first", 0)
    began = time.monotonic()
    try:
        status, text = CheckStatus.OK, await check.look(examination)
    except DriverError as error:
        found = examination.diagnosis(error)
        examination.faults.append(found)
        is_wrong = not isinstance(found, NotConnectedError)
        status, text = CheckStatus.WRONG if is_wrong else CheckStatus.NOT_SHOWN, str(found)
    return DriverFinding(check.name, status, text, time.monotonic() - began)


def _missing(check: Check, findings: Mapping[str, DriverFinding]) -> Iterator[str]:
    return (name for name in check.needs if findings[name].status is not CheckStatus.OK)
