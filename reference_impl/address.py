"""The address that a connection of Project Settings stands for."""

from urllib.parse import urlsplit

from harness.driver.protocol import SocketIoConnection
from reference_impl.refusal import ExecutionError

SCHEMES = ("http", "https", "ws", "wss")


def address_of(connection: SocketIoConnection) -> str:
    """The connection's URL with its port in it; `http` is meant where no scheme is given.

    The documentation leaves open which port wins: here one inside the URL does, since a new
    connection has a Port that nobody chose. Raises ExecutionError for what is no address.
    """
    url = connection.url.strip()
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        port = connection.port if parts.port is None else parts.port
    except ValueError as error:
        raise _unusable(connection, str(error)) from None
    if parts.scheme not in SCHEMES:
        raise _unusable(connection, f'its scheme is "{parts.scheme}", not {", ".join(SCHEMES)}')
    if not parts.hostname:
        raise _unusable(connection, "it names no host")
    if not 0 < port < 65536:
        raise _unusable(connection, f"its Port is {port}, not between 1 and 65535")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    user = f"{parts.netloc.rpartition('@')[0]}@" if "@" in parts.netloc else ""
    return parts._replace(netloc=f"{user}{host}:{port}").geturl()


def _unusable(connection: SocketIoConnection, reason: str) -> ExecutionError:
    return ExecutionError(
        f'the connection "{connection.name}" has an unusable URL "{connection.url}": {reason}; '
        "correct it in Project Settings, Socket.IO"
    )
