"""The address of a connection in Project Settings."""

import pytest

from pulsecheck.driver.protocol import SocketIoConnection
from pulsecheck_reference.address import address_of
from pulsecheck_reference.refusal import ExecutionError


def address(url: str, port: int = 80) -> str:
    return address_of(SocketIoConnection(name="main", url=url, port=port))


@pytest.mark.parametrize(
    ("url", "port", "expected"),
    [
        ("http://127.0.0.1", 4711, "http://127.0.0.1:4711"),
        ("127.0.0.1", 4711, "http://127.0.0.1:4711"),
        (" http://lamps.example ", 80, "http://lamps.example:80"),
        ("https://lamps.example/hall?floor=2", 443, "https://lamps.example:443/hall?floor=2"),
        ("ws://[::1]", 4711, "ws://[::1]:4711"),
        ("http://me:secret@lamps.example", 80, "http://me:secret@lamps.example:80"),
    ],
)
def test_port_completes_the_url(url: str, port: int, expected: str) -> None:
    assert address(url, port) == expected


def test_the_port_of_the_url_has_priority() -> None:
    assert address("http://127.0.0.1:4711", 80) == "http://127.0.0.1:4711"


@pytest.mark.parametrize(
    ("url", "port", "reason"),
    [
        ("http://lamps.example", 70000, "Port out of range 0-65535"),
        ("http://lamps.example:lamp", 80, "Port could not be cast to integer value as 'lamp'"),
        ("http://[::1", 80, "Invalid IPv6 URL"),
    ],
)
def test_an_invalid_address_is_refused_with_the_reason(url: str, port: int, reason: str) -> None:
    with pytest.raises(ExecutionError) as raised:
        address(url, port)
    assert str(raised.value) == (
        f'the connection "main" has an unusable URL "{url}" or Port {port}: {reason}; '
        "correct it in Project Settings, Socket.IO"
    )
