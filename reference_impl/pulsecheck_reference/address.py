"""The address that a connection of Project Settings stands for."""

from urllib.parse import SplitResult, urlsplit

from pulsecheck.driver.protocol import SocketIoConnection
from pulsecheck_reference.refusal import ExecutionError


def address_of(connection: SocketIoConnection) -> str:
    """The connection's URL with its port in it; `http` is meant where no scheme is given.

    The documentation leaves open which port wins: here one inside the URL does, since a new
    connection has a Port that nobody chose. Raises ExecutionError for a port or an address that
    there cannot be; what else a URL may lack is left to the client library.
    """
    url = connection.url.strip()
    try:
        return _with_port(urlsplit(url if "://" in url else f"http://{url}"), connection.port)
    except ValueError as error:
        raise ExecutionError(
            f'the connection "{connection.name}" has an unusable URL "{connection.url}" or Port '
            f"{connection.port}: {error}; correct it in Project Settings, Socket.IO"
        ) from None


def _with_port(parts: SplitResult, port: int) -> str:
    """Raises ValueError if there is no such port."""
    if parts.port is None:
        return _with_port(parts._replace(netloc=f"{parts.netloc}:{port}"), port)
    return parts.geturl()
