"""pytest plugin: a mock Socket.IO server as a fixture for synchronous tests.

pytest loads this module in every run where pulsecheck is installed. A run that does not use the
server must not change or become slower. Therefore this module adds no option, hook or marker, and
imports the server only when a test uses the server.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pulsecheck.pytest_plugin.synchronous import (
        HandlersFailedError,
        LoopBlockedError,
        OccurrenceMissingError,
        ServerSettings,
        SynchronousFaultHandle,
        SynchronousMockServer,
    )

__all__ = [
    "HandlersFailedError",
    "LoopBlockedError",
    "OccurrenceMissingError",
    "ServerSettings",
    "SynchronousFaultHandle",
    "SynchronousMockServer",
    "mock_socketio_server",
    "mock_socketio_settings",
]


def __getattr__(name: str) -> Any:
    """Import the public classes on first use."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from pulsecheck.pytest_plugin import synchronous  # noqa: PLC0415 - see the module's docstring

    return getattr(synchronous, name)


@pytest.fixture
def mock_socketio_settings() -> "ServerSettings":
    """Settings of the server. Override this fixture to change them: see ServerSettings."""
    return {}


@pytest.fixture
def mock_socketio_server(
    mock_socketio_settings: "ServerSettings",
) -> "Iterator[SynchronousMockServer]":
    """A mock Socket.IO server on a free loopback port, closed after the test.

    If a handler of the server fails, the test has an error.
    """
    from pulsecheck.pytest_plugin.synchronous import (  # noqa: PLC0415 - see the module's docstring
        SynchronousMockServer,
    )

    with SynchronousMockServer(**mock_socketio_settings) as server:
        yield server
