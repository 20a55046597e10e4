"""What all scenarios of a run share: the loop, the drivers, the timeouts."""

import asyncio
from collections.abc import Mapping
from typing import Self

from pulsecheck.driver.driver import Driver
from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.pool import DriverPool, ignore
from pulsecheck.driver.protocol import Capability, Initialized
from pulsecheck.driver.spec import LOOPBACK, parse_spec
from pulsecheck.driver.tcp import Announce
from pulsecheck.shared.loop_thread import LoopThread
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.world.servers import LOCAL, Hosts

UNRESOLVABLE = "pulsecheck.invalid"


class RunResources:
    """Starts with the run and ends with it.

    `initialized` is what the implementation under test said of itself. `untold` is, after the
    end, what no scenario has raised: drivers that failed after their last request, or did not
    end as they should.
    """

    def __init__(
        self,
        implementation: str,
        timeouts: Timeouts,
        *,
        hosts: Hosts = LOCAL,
        variables: Mapping[str, str] | None = None,
        announce: Announce = ignore,
    ) -> None:
        """Raises BadSpecError if `implementation` names none.

        `hosts` is where mock servers are, `variables` what a command's environment has besides.
        `announce` is told where a driver that connects is waited for.
        """
        self.timeouts = timeouts
        self.hosts = hosts
        self._spec = parse_spec(implementation, variables)
        self._announce = announce
        self.loop = LoopThread()
        self.untold: tuple[DriverError, ...] = ()

    def __enter__(self) -> Self:
        """Raises DriverError if no driver comes up."""
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
        driver = await self._pool.acquire()
        self.initialized: Initialized = driver.initialized
        await self._pool.release(driver)

    def __exit__(self, *_: object) -> None:
        """End everything, drivers included."""
        self.loop.run(self._close())
        self.loop.stop()

    async def _close(self) -> None:
        self.untold = await self._pool.close()
        self._echo.close()
        await self._echo.wait_closed()

    @property
    def capabilities(self) -> frozenset[Capability]:
        return frozenset(self.initialized.capabilities)

    @property
    def default_transport(self) -> str:
        """What a scenario uses that is not about transports: the quickest that is declared."""
        return "WebSocket" if Capability.WEBSOCKET in self.capabilities else "long-polling"

    @property
    def most_at_once(self) -> int:
        """How many scenarios can have a driver at the same time."""
        return self._pool.limit

    def acquire(self) -> Driver:
        """A driver for one scenario; raises DriverError if none comes up."""
        return self.loop.run(self._pool.acquire())

    def release(self, driver: Driver) -> None:
        self.loop.run(self._pool.release(driver))

    def unresolvable_name(self) -> str:
        """A name that no resolver knows: RFC 6761, section 6.4, reserves it for that.

        Raises LookupError if this machine's resolver knows it all the same.
        """
        try:
            self.loop.run(self._resolve(UNRESOLVABLE))
        except OSError:
            return UNRESOLVABLE
        raise LookupError(
            f'this machine\'s resolver gives an address for "{UNRESOLVABLE}", which cannot exist: '
            "what happens without an address cannot be shown here"
        )

    async def _resolve(self, name: str) -> None:
        await asyncio.get_running_loop().getaddrinfo(name, None)

    async def round_trip(self) -> None:
        """One exchange over a fresh TCP connection: what a message to a server takes."""
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
