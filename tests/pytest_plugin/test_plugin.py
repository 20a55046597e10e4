"""The installed pytest plugin: its fixtures work, and other tests do not load the server."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deadlines import LONGEST_COMMAND
from pulsecheck import pytest_plugin
from pulsecheck.pytest_plugin import synchronous

SUPPORT = Path(__file__).parents[1] / "support"

USES = """
from simple_client import simple_client

def test_an_event_is_received(mock_socketio_server):
    with simple_client(mock_socketio_server.url) as client:
        client.emit("news")
        assert mock_socketio_server.wait_for_event("news").connection == 1
"""
DOES_NOT = """
import sys

def test_nothing_is_loaded():
    loaded = {
        "aiohttp",
        "msgspec",
        "pulsecheck.mock_server",
        "pulsecheck.runner.plugin",
        "pulsecheck.shared.loop_thread",
    }
    assert "pulsecheck.pytest_plugin" in sys.modules
    assert loaded.isdisjoint(sys.modules)
"""
OVERRIDES = """
import pytest

@pytest.fixture
def mock_socketio_settings():
    return {"ping_interval": 0.5}

def test_settings_reach_the_server(mock_socketio_server):
    from urllib.request import urlopen
    url = mock_socketio_server.url + "/socket.io/?EIO=4&transport=polling"
    assert b'"pingInterval":500' in urlopen(url, timeout=5).read()
"""
FAILS = """
from simple_client import simple_client

def test_a_handler_fails(mock_socketio_server):
    @mock_socketio_server.on("fail")
    def fail(connection):
        raise KeyError("x")

    with simple_client(mock_socketio_server.url) as client:
        client.emit("fail")
        mock_socketio_server.wait_for_event("fail")
"""


def pytest_run(folder: Path, test: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Run a test as a user does: with the installed plugins, and with warnings as errors."""
    (folder / "test_it.py").write_text(test)
    environment = {key: value for key, value in os.environ.items() if "PYTEST" not in key}
    environment["PYTHONPATH"] = str(SUPPORT)
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-Werror", "--strict-markers", *options, "test_it.py"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )


def test_a_plain_test_uses_the_server(tmp_path: Path) -> None:
    done = pytest_run(tmp_path, USES)
    assert "1 passed" in done.stdout, done.stdout


def test_tests_without_the_fixture_do_not_load_the_server(tmp_path: Path) -> None:
    done = pytest_run(tmp_path, DOES_NOT, "-p", "no:xdist")
    assert "1 passed" in done.stdout, done.stdout


def test_the_classes_of_the_fixture_are_exported() -> None:
    classes = set(pytest_plugin.__all__) - {"mock_socketio_server", "mock_socketio_settings"}
    assert "SynchronousMockServer" in classes
    for name in classes:
        assert getattr(pytest_plugin, name) is getattr(synchronous, name)
    with pytest.raises(AttributeError, match="has no attribute 'missing'"):
        _ = pytest_plugin.missing


def test_the_settings_fixture_can_be_overridden(tmp_path: Path) -> None:
    done = pytest_run(tmp_path, OVERRIDES)
    assert "1 passed" in done.stdout, done.stdout


def test_an_error_in_a_handler_is_an_error_of_the_test(tmp_path: Path) -> None:
    done = pytest_run(tmp_path, FAILS)
    assert "1 passed, 1 error" in done.stdout, done.stdout
    assert "HandlersFailedError" in done.stdout


def test_the_fixtures_have_descriptions(tmp_path: Path) -> None:
    done = pytest_run(tmp_path, "", "--fixtures")
    assert "mock_socketio_server" in done.stdout
    assert "A mock Socket.IO server on a free loopback port" in done.stdout
    assert "--implementation" not in pytest_run(tmp_path, "", "--help").stdout
