"""Run checks on a driver, one after the other. A driver that breaks is replaced by a new one."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from pulsecheck.doctor.findings import CheckStatus, DriverFinding, NotConnectedError
from pulsecheck.doctor.requests import project
from pulsecheck.driver.driver import Driver, DriverSource, launch
from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.profile import default_transport
from pulsecheck.driver.protocol import Project, TransportUse
from pulsecheck.mock_server import MockServer
from pulsecheck.shared.timeouts import Timeouts

Observation = tuple[str, str, Mapping[str, Any]]
"""Source, kind and details of an event."""


class Examination:
    """The state that checks share: a driver, a server, and the events that both have reported.

    `current`: the driver that was launched last, or None after it was stopped. `is_open`: whether
    this driver has a project open. `errors`: the errors of all drivers so far. `declaration_error`:
    the error in the version or profile that the driver declares, if there is one.
    """

    def __init__(self, source: DriverSource, timeouts: Timeouts) -> None:
        self.timeouts = timeouts
        self.errors: list[DriverError] = []
        self.declaration_error: DriverError | None = None
        self.observations: list[Observation] = []
        self.is_open = False
        self.server = MockServer(ping_interval=0.1, ping_timeout=20.0, record=self.observe)
        self._source = source
        self._observed = asyncio.Event()
        self.current: Driver | None = None

    def observe(self, source: str, what: str, details: Mapping[str, Any]) -> None:
        self.observations.append((source, what, details))
        self._observed.set()

    async def launch(self) -> Driver:
        """Stop the current driver and launch a new one; raises LaunchError."""
        await self.stop()
        self.is_open = False
        self.current = await launch(self._source, self.timeouts, self.observe)
        return self.current

    async def driver(self) -> Driver:
        """Return the current driver if it is usable, or else a new, initialized one."""
        if self.current is not None and self.current.is_usable:
            return self.current
        driver = await self.launch()
        await driver.initialize()
        return driver

    async def stop(self) -> DriverError | None:
        """Stop the current driver, if there is one. Return the error if the driver ends wrongly."""
        driver, self.current = self.current, None
        return None if driver is None else await driver.stop()

    def project(self, driver: Driver, transport: TransportUse | None = None) -> Project:
        """Return the project for a driver, with a connection to the mock server."""
        declared = driver.initialized
        used = transport or default_transport(declared)
        return project(self.server.url, self.server.port, declared, used)

    async def driver_with_project(
        self, *, reopen: bool = False, transport: TransportUse | None = None
    ) -> Driver:
        """Return a usable driver with the project open. `reopen`: close an open project first.

        `transport`: the transport of the connection, or None for the default.
        """
        driver = await self.driver()
        if reopen and self.is_open:
            await driver.close_project()
            self.is_open = False
        if not self.is_open:
            await driver.open_project(self.project(driver, transport))
            self.is_open = True
        return driver

    def index(self, since: int, what: str, **details: Any) -> int | None:
        """Return the index of the first observation with this kind and these details, or None.

        The search starts at the index `since`. `what`: the kind of event.
        """
        for index, (_, found, given) in enumerate(self.observations[since:], since):
            if found == what and details.items() <= given.items():
                return index
        return None

    async def wait_for(self, since: int, what: str, **details: Any) -> bool:
        """Wait for an observation that `index` finds; return False after the timeout (patience)."""
        try:
            async with asyncio.timeout(self.timeouts.patience):
                while self.index(since, what, **details) is None:
                    self._observed.clear()
                    await self._observed.wait()
        except TimeoutError:
            return False
        return True

    def cause(self, error: DriverError) -> DriverError:
        """Return the error that made the driver unusable, if there is one, or else `error`."""
        return (self.current and self.current.fault) or error


class Check(msgspec.Struct, frozen=True):
    """A check of one property of a driver.

    `run` returns a note, which may be empty. It raises NotConnectedError if the result cannot be
    shown, and another DriverError if the check fails.
    `needs`: names of the checks that must pass first.
    """

    name: str
    run: Callable[[Examination], Awaitable[str]]
    needs: tuple[str, ...] = ()


async def examine(
    source: DriverSource, checks: Iterable[Check], timeouts: Timeouts
) -> tuple[DriverFinding, ...]:
    """Run all checks in order, then stop the driver and the server."""
    examination = Examination(source, timeouts)
    findings: dict[str, DriverFinding] = {}
    async with examination.server:
        try:
            for check in checks:
                findings[check.name] = await _run(check, examination, findings)
        finally:
            await examination.stop()
    return tuple(findings.values())


async def _run(
    check: Check, examination: Examination, findings: Mapping[str, DriverFinding]
) -> DriverFinding:
    for needed in _not_passed(check, findings):
        text = f"skipped: “{needed}” must pass first"
        return DriverFinding(check.name, CheckStatus.SKIPPED, text, 0)
    began = time.monotonic()
    try:
        status, text = CheckStatus.OK, await check.run(examination)
    except DriverError as error:
        cause = examination.cause(error)
        examination.errors.append(cause)
        is_wrong = not isinstance(cause, NotConnectedError)
        status, text = CheckStatus.WRONG if is_wrong else CheckStatus.NOT_SHOWN, str(cause)
    return DriverFinding(check.name, status, text, time.monotonic() - began)


def _not_passed(check: Check, findings: Mapping[str, DriverFinding]) -> Iterator[str]:
    return (name for name in check.needs if findings[name].status is not CheckStatus.OK)
