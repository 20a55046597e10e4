"""The TCP sockets of one attempt to connect. The attempt ends only when all sockets are closed."""

import asyncio
import errno
import socket
from collections.abc import Callable

from aiohttp import AddrInfoType


class _Socket(socket.socket):
    """A socket that calls `closed` when it is closed."""

    def __init__(self, address: AddrInfoType, closed: Callable[["_Socket"], None]) -> None:
        family, kind, proto, _, _ = address
        super().__init__(family, kind, proto)
        self._on_closed = closed

    def close(self) -> None:
        super().close()
        self._on_closed(self)


class Sockets:
    """Creates the sockets of an attempt, and tracks which sockets are open."""

    def __init__(self) -> None:
        self._open: set[_Socket] = set()
        self._none_open = asyncio.Event()
        self._none_open.set()
        self._is_cut = False

    def create(self, address: AddrInfoType) -> socket.socket:
        """Create a socket, as the `socket_factory` of aiohttp.TCPConnector.

        Raises OSError after `cut`.
        """
        if self._is_cut:
            raise OSError(errno.ECANCELED, "the connection has been given up")
        made = _Socket(address, self._closed)
        self._open.add(made)
        self._none_open.clear()
        return made

    def _closed(self, closed: _Socket) -> None:
        self._open.discard(closed)
        if not self._open:
            self._none_open.set()

    async def all_closed(self) -> None:
        """Return when no socket is open."""
        await self._none_open.wait()

    def cut(self) -> None:
        """Shut all sockets down. Their readers and writers get errors, and close the sockets."""
        self._is_cut = True
        for each in self._open:
            # Do not close the socket here. The event loop would still poll its file descriptor,
            # which the system may reuse.
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError as error:
                if error.errno not in {errno.ENOTCONN, errno.EBADF}:
                    raise
