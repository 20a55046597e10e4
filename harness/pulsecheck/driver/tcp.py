"""A driver at the other end of a TCP connection; either end may connect.

One connection serves all scenarios, one after the other. If the connection is lost, the next
`launch` opens a new connection. After a `launch` has timed out, later calls have a short timeout
until one of them succeeds. A missing device then costs the full timeout only once, not in each
scenario.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence

from pulsecheck.driver.channel import LONGEST_MESSAGE, ForcedStop
from pulsecheck.driver.errors import (
    AddressUnusableError,
    ConnectionEndedError,
    ConnectionNotClosedError,
    DriverError,
    DriverUnreachableError,
    NoDriverConnectedError,
    ShutdownIgnoredError,
)
from pulsecheck.driver.spec import ConnectSpec, ListenSpec, host_in_url

Announce = Callable[[str], object]
"""Called with the address on which the harness waits for a driver, as `host:port`."""
BACKLOG = 1
RETRY_INTERVAL = 0.1
"""Seconds between two attempts to connect."""
SHORT_TIMEOUT = 0.5
"""Seconds to wait for a driver after an earlier wait has timed out."""


class _Protocol(asyncio.StreamReaderProtocol):
    """A stream protocol that records how its connection ended, and closes its connection at EOF."""

    def __init__(self) -> None:
        self.reader = asyncio.StreamReader(limit=LONGEST_MESSAGE)
        super().__init__(self.reader)
        self.ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def eof_received(self) -> bool:
        super().eof_received()
        self._end("the other end closed it")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._end(str(exc) if exc else "it was closed")

    def _end(self, how: str) -> None:
        if not self.ended.done():
            self.ended.set_result(how)


class TcpChannel:
    """A connection to a driver. A forced stop closes it. The driver's process may continue."""

    log = ""
    left_processes = False
    shutdown_error: type[ShutdownIgnoredError] = ConnectionNotClosedError

    def __init__(self, transport: asyncio.Transport, protocol: _Protocol, address: str) -> None:
        self._protocol = protocol
        self._address = address
        self.reader = protocol.reader
        loop = asyncio.get_running_loop()
        self.writer = asyncio.StreamWriter(transport, protocol, self.reader, loop)
        self.forced_stops: Sequence[ForcedStop] = (ForcedStop("the harness", transport.abort),)

    async def has_ended(self, seconds: float) -> bool:
        await asyncio.wait((self._protocol.ended,), timeout=seconds)
        return self._protocol.ended.done()

    def diagnosis(self) -> DriverError:
        return ConnectionEndedError(self._address, self._protocol.ended.result())

    def close(self) -> None:
        self.writer.transport.abort()


class Connector:
    """Connects to a driver that listens."""

    def __init__(self, spec: ConnectSpec) -> None:
        self._spec = spec
        self._has_timed_out = False

    async def launch(self, seconds: float) -> TcpChannel:
        """Try to connect for up to `seconds`. Raises DriverUnreachableError."""
        seconds = SHORT_TIMEOUT if self._has_timed_out else seconds
        reason = "it did not answer"
        try:
            async with asyncio.timeout(seconds):
                while True:
                    try:
                        return await self._connect()
                    except OSError as error:
                        reason = error.strerror or str(error)
                    await asyncio.sleep(RETRY_INTERVAL)  # noqa: TID251 - no event says that a port is open
        except TimeoutError:
            self._has_timed_out = True
            raise DriverUnreachableError(str(self._spec), seconds, reason) from None

    async def _connect(self) -> TcpChannel:
        transport, protocol = await asyncio.get_running_loop().create_connection(
            _Protocol, self._spec.host, self._spec.port
        )
        self._has_timed_out = False
        return TcpChannel(transport, protocol, str(self._spec))


class DriverListener:
    """Listens from the first `launch` until `close`. Each `launch` accepts one driver."""

    def __init__(self, spec: ListenSpec, announce: Announce) -> None:
        self._spec = spec
        self._announce = announce
        self._has_timed_out = False
        self._socket: socket.socket | None = None

    async def launch(self, seconds: float) -> TcpChannel:
        """Wait up to `seconds` for a driver to connect.

        Raises AddressUnusableError or NoDriverConnectedError.
        """
        listening = self._socket = self._socket or self._listen()
        address = _host_and_port(listening.getsockname())
        seconds = SHORT_TIMEOUT if self._has_timed_out else seconds
        if not self._has_timed_out:
            self._announce(address)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                accepted, peer = await loop.sock_accept(listening)
        except TimeoutError:
            self._has_timed_out = True
            raise NoDriverConnectedError(address, seconds) from None
        self._has_timed_out = False
        transport, protocol = await loop.connect_accepted_socket(_Protocol, accepted)
        return TcpChannel(transport, protocol, f"from {_host_and_port(peer)}")

    def _listen(self) -> socket.socket:
        host, port = self._spec.host, self._spec.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            address = _host_and_port((host, port))
            raise AddressUnusableError(address, error.strerror or str(error)) from None
        listening.setblocking(False)
        return listening

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()


def _host_and_port(address: tuple[str, int] | tuple[str, int, int, int]) -> str:
    return f"{host_in_url(address[0])}:{address[1]}"
