"""The address that a connection of Project Settings stands for."""

from urllib.parse import urlsplit

from harness.driver.protocol import SocketIoConnection


def address_of(connection: SocketIoConnection) -> str:
    """The connection's URL with its port in it; `http` is meant where no scheme is given.

    The documentation leaves open which port wins: here one inside the URL does, since a new
    connection has a Port that nobody chose. What is no address stays none: to connect to it fails,
    and On Error says why.
    """
    url = connection.url.strip()
    url = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(url)
        has_port = parts.port is not None
    except ValueError:
        return url
    if has_port:
        return url
    return parts._replace(netloc=f"{parts.netloc}:{connection.port}").geturl()
