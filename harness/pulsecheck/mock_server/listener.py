"""The port that a server listens on."""

import asyncio
import errno
import socket
from collections.abc import Callable

BACKLOG = 128
PAUSE = 1.0
"""Seconds before it is tried again to accept, when that has failed."""


def url_of(host: str, port: int) -> str:
    """The URL of a server; an address of IPv6 is in brackets there."""
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class PortInUseError(OSError):
    """Somebody else listens on the address that was asked for."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(errno.EADDRINUSE, "port in use")
        self.host = host
        self.port = port

    def __str__(self) -> str:
        return (
            f"cannot listen on {self.host} port {self.port}: another program has it; "
            "end that program, or choose another port (0 takes any that is free)"
        )


def bind(host: str, port: int) -> socket.socket:
    """A socket that listens on an address of IPv4 or IPv6, or on a name of the former."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=BACKLOG)


class Listener:
    """Accepts TCP connections from `open` to `close`, except while somebody holds it.

    It does so itself: what asyncio's server has accepted and not begun when it is closed is lost.
    """

    def __init__(self, host: str, port: int, accept: Callable[[], asyncio.Protocol]) -> None:
        self._host = host
        self._port = port
        self._accept = accept
        self._holders: set[object] = set()
        self._is_open = False
        self._socket: socket.socket | None = None
        self._reserved: socket.socket | None = None
        self._beginnings: set[asyncio.Task[object]] = set()

    @property
    def port(self) -> int:
        return self._port

    def open(self) -> None:
        """Listen, unless it is held; a port 0 becomes the one that was free.

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
            _share_with_accepted(reserved, True)
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
            except OSError as error:  # no more files: who comes waits in the backlog
                loop.call_exception_handler({"message": "cannot accept", "exception": error})
                loop.remove_reader(listening)
                loop.call_later(PAUSE, self._watch, listening)
                return
            accepted.setblocking(False)
            begin = loop.create_task(loop.connect_accepted_socket(self._accept, accepted))
            self._beginnings.add(begin)
            begin.add_done_callback(self._beginnings.discard)

    def _reserve(self) -> None:
        """Stop listening, and keep the port: a socket that only has its address refuses clients."""
        if self._socket is not None:
            self._reserved = socket.socket(self._socket.family)
            for each in (self._socket, self._reserved):  # both at once, for a moment
                each.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            _share_with_accepted(self._reserved, True)
            self._reserved.bind(self._socket.getsockname())
            _share_with_accepted(self._reserved, False)
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            asyncio.get_running_loop().remove_reader(self._socket)
            self._socket.close()
            self._socket = None

    async def close(self) -> None:
        """Stop listening, and wait until what was accepted has begun."""
        self._is_open = False
        self._shut()
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None
        if self._beginnings:
            await asyncio.wait(self._beginnings)

    def hold(self, holder: object) -> None:
        """Refuse clients; TCP connections that were accepted go on."""
        self._holders.add(holder)
        self._reserve()

    def release(self, holder: object) -> None:
        if self._is_open and self._holders == {holder}:
            self._listen()
        self._holders.discard(holder)


def _share_with_accepted(sharing: socket.socket, may: bool) -> None:
    """Let a socket have the address that accepted connections have, or nobody have its own."""
    sharing.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, may)
