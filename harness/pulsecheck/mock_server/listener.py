"""The port that a server listens on."""

import asyncio
import errno
import socket
from collections.abc import Callable

BACKLOG = 128
ACCEPT_RETRY_DELAY = 1.0
"""Seconds to wait after a failed accept before trying again."""


def url_of(host: str, port: int) -> str:
    """Return the URL of a server on this host and port. IPv6 addresses are put in brackets."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class PortInUseError(OSError):
    """Another socket already uses the port."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(errno.EADDRINUSE, "port in use")
        self.host = host
        self.port = port

    def __str__(self) -> str:
        return (
            f"cannot listen on {self.host} port {self.port}: another program uses it. "
            "Stop that program, or choose another port (0 selects a free port)."
        )


def bind(host: str, port: int) -> socket.socket:
    """Return a listening socket.

    `host` is an IPv4 or IPv6 address, or a name that has an IPv4 address. Raises OSError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class Listener:
    """Accepts TCP connections between `open` and `close`, except while it is held.

    The mock server does not use the server of asyncio. On close, that server drops accepted
    connections that it has not started to serve.
    """

    def __init__(self, host: str, port: int, accept: Callable[[], asyncio.Protocol]) -> None:
        self._host = host
        self._port = port
        self._accept = accept
        self._holders: set[object] = set()
        self._is_open = False
        self._socket: socket.socket | None = None
        self._reserved: socket.socket | None = None
        self._starting: set[asyncio.Task[object]] = set()

    @property
    def port(self) -> int:
        return self._port

    def open(self) -> None:
        """Listen, unless the listener is held. Port 0 is replaced by a free port.

        Raises PortInUseError.
        """
        self._is_open = True
        self._listen()
        if self._holders:
            self._reserve()

    def _listen(self) -> None:
        self._socket = self._bind()
        self._socket.setblocking(False)
        self._port = self._socket.getsockname()[1]
        self._watch(self._socket)

    def _bind(self) -> socket.socket:
        if self._reserved is not None:
            reserved, self._reserved = self._reserved, None
            _set_reuse_address(reserved, True)
            reserved.listen(BACKLOG)
            return reserved
        try:
            return bind(self._host, self._port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUseError(self._host, self._port) from None
            raise

    def _watch(self, listening: socket.socket) -> None:
        if listening is self._socket:
            asyncio.get_running_loop().add_reader(listening, self._take, listening)

    def _take(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        for _ in range(BACKLOG):
            try:
                accepted, _address = listening.accept()
            except (BlockingIOError, ConnectionAbortedError):
                return
            except OSError as error:  # no file descriptor is free; clients wait in the backlog
                loop.call_exception_handler({"message": "cannot accept", "exception": error})
                loop.remove_reader(listening)
                loop.call_later(ACCEPT_RETRY_DELAY, self._watch, listening)
                return
            accepted.setblocking(False)
            start = loop.create_task(loop.connect_accepted_socket(self._accept, accepted))
            self._starting.add(start)
            start.add_done_callback(self._starting.discard)

    def _reserve(self) -> None:
        """Stop listening and keep the port, with a socket that is bound but does not listen."""
        if self._socket is not None:
            self._reserved = socket.socket(self._socket.family)
            for each in (self._socket, self._reserved):  # both use the port until `_shut`
                each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            _set_reuse_address(self._reserved, True)
            self._reserved.bind(self._socket.getsockname())
            _set_reuse_address(self._reserved, False)
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    async def close(self) -> None:
        """Stop listening. Wait until the accepted connections have started."""
        self._is_open = False
        self._shut()
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None
        if self._starting:
            await asyncio.wait(self._starting)

    def hold(self, holder: object) -> None:
        """Refuse new TCP connections. Accepted connections stay open."""
        self._holders.add(holder)
        self._reserve()

    def release(self, holder: object) -> None:
        if self._is_open and self._holders == {holder}:
            self._listen()
        self._holders.discard(holder)


def _set_reuse_address(reserved: socket.socket, value: bool) -> None:
    """Set or clear SO_REUSEADDR.

    While the option is set, the socket can bind an address that accepted connections use. While the
    option is cleared, no other program can bind the socket's address.
    """
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, value)
