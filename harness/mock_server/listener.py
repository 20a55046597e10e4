"""The port that a server listens on."""

import asyncio
import errno
import socket
from collections.abc import Callable

BACKLOG = 128


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
    """Accepts TCP connections from `open` to `close`, except while somebody holds it."""

    def __init__(self, host: str, port: int, accept: Callable[[], asyncio.Protocol]) -> None:
        self._host = host
        self._port = port
        self._accept = accept
        self._holders: set[object] = set()
        self._socket: socket.socket | None = None
        self._serving: asyncio.Task[asyncio.Server] | None = None

    @property
    def port(self) -> int:
        return self._port

    def open(self) -> None:
        """Listen; a port 0 becomes the one that was free. Raises PortInUseError."""
        self._socket = self._bind()
        self._port = self._socket.getsockname()[1]
        loop = asyncio.get_running_loop()
        # The socket listens already: who connects before the task has run waits in its backlog.
        self._serving = loop.create_task(loop.create_server(self._accept, sock=self._socket))

    def _bind(self) -> socket.socket:
        try:
            return bind(self._host, self._port)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUseError(self._host, self._port) from None
            raise

    def shut(self) -> None:
        """Stop listening; TCP connections that were accepted go on."""
        sock, serving = self._socket, self._serving
        self._socket = self._serving = None
        if sock is None or serving is None:
            return
        if serving.done():
            serving.result().close()
        else:
            serving.cancel()
            asyncio.get_running_loop().remove_reader(sock)
            sock.close()

    async def close(self) -> None:
        serving = self._serving
        self.shut()
        if serving is not None:
            await asyncio.wait((serving,))

    def hold(self, holder: object) -> None:
        self._holders.add(holder)
        self.shut()

    def release(self, holder: object) -> None:
        """Raises PortInUseError; the holder holds it still then."""
        if self._holders == {holder}:
            self.open()
        self._holders.discard(holder)
