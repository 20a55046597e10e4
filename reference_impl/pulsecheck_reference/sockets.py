"""The TCP sockets of one attempt to connect: the only witnesses of its true end."""

import asyncio
import errno
import socket
from collections.abc import Callable

from aiohttp import AddrInfoType


class _Socket(socket.socket):
    """Tells when it has closed."""

    def __init__(self, address: AddrInfoType, closed: Callable[["_Socket"], None]) -> None:
        family, kind, proto, _, _ = address
        super().__init__(family, kind, proto)
        self._tell_closed = closed

    def close(self) -> None:
        super().close()
        self._tell_closed(self)


class Sockets:
    """Makes the sockets of an attempt and knows which are open."""

    def __init__(self) -> None:
        self._open: set[_Socket] = set()
        self._none_open = asyncio.Event()
        self._none_open.set()
        self._is_cut = False

    def create(self, address: AddrInfoType) -> socket.socket:
        """A new socket for `address`: aiohttp.TCPConnector's `socket_factory`.

        Raises OSError once the sockets were cut.
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
        """Return once no socket is open."""
        await self._none_open.wait()

    def cut(self) -> None:
        """End all connections now: whoever reads or writes finds them broken, and closes them."""
        self._is_cut = True
        for each in self._open:
            # Closing it here would let the event loop poll a number that is another file's.
            try:
                each.shutdown(socket.SHUT_RDWR)
            except OSError as error:
                if error.errno not in {errno.ENOTCONN, errno.EBADF}:
                    raise
