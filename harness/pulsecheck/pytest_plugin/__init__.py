"""pytest plugin: a mock Socket.IO server for plain, synchronous tests.

It is loaded in every run of pytest where pulsecheck is installed, so it adds no option, hook or
marker, and the server is imported when a test asks for it.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pulsecheck.pytest_plugin.synchronous import ServerSettings, SynchronousMockServer


@pytest.fixture
def mock_socketio_settings() -> "ServerSettings":
    """Override this fixture to give the server's settings: see SynchronousMockServer."""
    return {}


@pytest.fixture
def mock_socketio_server(
    mock_socketio_settings: "ServerSettings",
) -> "Iterator[SynchronousMockServer]":
    """A Socket.IO server on a free port of the loopback, which ends with the test.

    A handler that fails is an error of the test.
    """
    from pulsecheck.pytest_plugin.synchronous import (  # noqa: PLC0415 - only who uses it pays for it
        SynchronousMockServer,
    )

    with SynchronousMockServer(**mock_socketio_settings) as server:
        yield server
