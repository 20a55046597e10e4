"""The address of a connection in Project Settings."""

from urllib.parse import SplitResult, urlsplit

from pulsecheck.driver.protocol import SocketIoConnection
from pulsecheck_reference.refusal import ExecutionError


def address_of(connection: SocketIoConnection) -> str:
    """Return the connection's URL with a port. The default scheme is `http`.

    The documentation does not say whether Port or a port in the URL has precedence. In the
    reference, the port in the URL has precedence. A user has written the port in the URL, but Port
    may still have the default value of a new connection.

    Raises ExecutionError for an invalid port or address. The client library reports other errors in
    a URL.
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
    """Return the URL. If it names no port, add `port`. Raises ValueError for an invalid port."""
    if parts.port is None:
        return _with_port(parts._replace(netloc=f"{parts.netloc}:{port}"), port)
    return parts.geturl()
