"""A driver at the other end of a TCP connection, whichever end connects.

One connection serves one scenario after the other; the next `launch` replaces one that was lost.
Whoever was not there in time once is not waited for again, only looked for: a device that is gone
for good costs one wait and not one for each scenario.
"""

import asyncio
import socket
from collections.abc import Callable, Sequence

from pulsecheck.driver.channel import LONGEST_MESSAGE, Force
from pulsecheck.driver.errors import (
    AddressUnusableError,
    ConnectionEndedError,
    ConnectionKeptError,
    DriverError,
    NobodyConnectedError,
    NobodyListensError,
    ShutdownIgnoredError,
)
from pulsecheck.driver.spec import ConnectSpec, ListenSpec, host_in_url

Announce = Callable[[str], object]
"""Called with the address at which a driver is waited for, as `host:port`."""
BACKLOG = 1
RETRY = 0.1
"""Seconds between two attempts to connect."""
GLANCE = 0.5
"""Seconds that somebody who was not there in time is looked for."""


class _Protocol(asyncio.StreamReaderProtocol):
    """A stream's protocol that says how the connection ended, and ends it with the other half."""

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
    """An open connection to a driver. What runs behind it is not ours to end."""

    log = ""
    has_left_something = False
    ignored: type[ShutdownIgnoredError] = ConnectionKeptError

    def __init__(self, transport: asyncio.Transport, protocol: _Protocol, address: str) -> None:
        self._protocol = protocol
        self._address = address
        self.reader = protocol.reader
        loop = asyncio.get_running_loop()
        self.writer = asyncio.StreamWriter(transport, protocol, self.reader, loop)
        self.forces: Sequence[Force] = (Force("the harness", transport.abort),)

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
        self._is_missed = False

    async def launch(self, seconds: float) -> TcpChannel:
        """Try until it answers, so many seconds at the most. Raises NobodyListensError."""
        seconds = GLANCE if self._is_missed else seconds
        reason = "it did not answer"
        try:
            async with asyncio.timeout(seconds):
                while True:
                    try:
                        return await self._connect()
                    except OSError as error:
                        reason = error.strerror or str(error)
                    await asyncio.sleep(RETRY)  # noqa: TID251 - nobody says when one begins to listen
        except TimeoutError:
            self._is_missed = True
            raise NobodyListensError(str(self._spec), seconds, reason) from None

    async def _connect(self) -> TcpChannel:
        transport, protocol = await asyncio.get_running_loop().create_connection(
            _Protocol, self._spec.host, self._spec.port
        )
        self._is_missed = False
        return TcpChannel(transport, protocol, str(self._spec))


class DriverListener:
    """Listens for drivers from the first `launch` until `close`, and takes one after the other."""

    def __init__(self, spec: ListenSpec, announce: Announce) -> None:
        self._spec = spec
        self._announce = announce
        self._is_missed = False
        self._socket: socket.socket | None = None

    async def launch(self, seconds: float) -> TcpChannel:
        """Wait for a driver to connect, so many seconds at the most.

        Raises AddressUnusableError or NobodyConnectedError.
        """
        listening = self._socket = self._socket or self._listen()
        address = _shown(listening.getsockname())
        seconds = GLANCE if self._is_missed else seconds
        if not self._is_missed:
            self._announce(address)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(seconds):
                accepted, peer = await loop.sock_accept(listening)
        except TimeoutError:
            self._is_missed = True
            raise NobodyConnectedError(address, seconds) from None
        self._is_missed = False
        transport, protocol = await loop.connect_accepted_socket(_Protocol, accepted)
        return TcpChannel(transport, protocol, f"from {_shown(peer)}")

    def _listen(self) -> socket.socket:
        host, port = self._spec.host, self._spec.port
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        try:
            listening = socket.create_server((host, port), family=family, backlog=BACKLOG)
        except OSError as error:
            address = _shown((host, port))
            raise AddressUnusableError(address, error.strerror or str(error)) from None
        listening.setblocking(False)
        return listening

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()


def _shown(address: tuple[str, int] | tuple[str, int, int, int]) -> str:
    return f"{host_in_url(address[0])}:{address[1]}"
