"""The resources that all scenarios of a run share: the loop, the drivers, the timeouts."""

import asyncio
from collections.abc import Mapping
from typing import Self

from pulsecheck.driver.driver import Driver
from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.pool import DriverPool, no_announcement
from pulsecheck.driver.profile import Declarable, declared, default_transport
from pulsecheck.driver.protocol import Initialized, TransportUse
from pulsecheck.driver.spec import LOOPBACK, parse_spec
from pulsecheck.driver.tcp import Announce
from pulsecheck.shared.loop_thread import LoopThread
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.world.missed_events import MissedEvents
from pulsecheck.world.servers import LOCAL, Hosts

UNRESOLVABLE_NAME = "pulsecheck.invalid"


class RunResources:
    """The shared resources, as a context manager around a run.

    initialized: the answer of the implementation under test to `initialize`.
    unreported_errors: errors that no scenario raised, from drivers that failed after their last
        request or did not shut down correctly. These errors are set at the end of the run.
    """

    def __init__(
        self,
        implementation: str,
        timeouts: Timeouts,
        *,
        hosts: Hosts = LOCAL,
        variables: Mapping[str, str] | None = None,
        announce: Announce = no_announcement,
    ) -> None:
        """Parse the spec `implementation`. Raises BadSpecError if the spec is invalid.

        hosts: where the mock servers listen.
        variables: environment variables for a driver that is a child process.
        announce: called with the address on which the harness waits for a driver to connect.
        """
        self.timeouts = timeouts
        self.missed_events = MissedEvents()
        self.hosts = hosts
        self._spec = parse_spec(implementation, variables)
        self._announce = announce
        self.loop = LoopThread()
        self.unreported_errors: tuple[DriverError, ...] = ()

    def __enter__(self) -> Self:
        """Start the loop and a first driver. Raises DriverError if the driver does not start."""
        self.loop.start()
        try:
            self.loop.run(self._open())
        except BaseException:
            self.loop.stop()
            raise
        return self

    async def _open(self) -> None:
        self._pool = DriverPool(self._spec, self.timeouts, self._announce)
        self._echo = await asyncio.start_server(_echo, LOOPBACK, 0)
        try:
            driver = await self._pool.acquire()
        except BaseException:
            await self._close_echo()
            raise
        self.initialized: Initialized = driver.initialized
        await self._pool.release(driver)

    def __exit__(self, *_: object) -> None:
        """Stop all drivers, and the loop."""
        self.loop.run(self._close())
        self.loop.stop()

    async def _close(self) -> None:
        self.unreported_errors = await self._pool.close()
        await self._close_echo()

    async def _close_echo(self) -> None:
        self._echo.close()
        await self._echo.wait_closed()

    @property
    def declared(self) -> frozenset[Declarable]:
        """The node types, transports and abilities that the implementation declares."""
        return declared(self.initialized)

    @property
    def default_transport(self) -> TransportUse:
        """The fastest declared transport, for scenarios that name no transport."""
        return default_transport(self.initialized)

    @property
    def max_drivers(self) -> int:
        """The number of scenarios that can have a driver at the same time."""
        return self._pool.limit

    def acquire(self) -> Driver:
        """Return a driver for one scenario. Raises DriverError if no driver can be started."""
        return self.loop.run(self._pool.acquire())

    def release(self, driver: Driver) -> None:
        self.loop.run(self._pool.release(driver))

    def unresolvable_name(self) -> str:
        """Return a host name that RFC 6761, section 6.4, reserves as unresolvable.

        Raises LookupError if this machine's resolver returns an address for this name.
        """
        try:
            self.loop.run(self._resolve(UNRESOLVABLE_NAME))
        except OSError:
            return UNRESOLVABLE_NAME
        raise LookupError(
            f'the resolver of this machine returns an address for "{UNRESOLVABLE_NAME}", which is '
            "reserved as unresolvable. Run this scenario on a machine with another resolver."
        )

    async def _resolve(self, name: str) -> None:
        await asyncio.get_running_loop().getaddrinfo(name, None)

    async def round_trip(self) -> None:
        """Exchange one byte over a new TCP connection.

        The exchange gives a message that was sent before the call enough time to reach a server.
        """
        host, port = self._echo.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(b"\n")
            await reader.readexactly(1)
        finally:
            writer.close()
            await writer.wait_closed()


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.read(1))
    writer.close()
    await writer.wait_closed()
