"""Runs the official JavaScript client, where Node and its package are there."""

import asyncio
import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.mock_server.conftest import DEADLINE

from pulsecheck.mock_server import MockServer

HERE = Path(__file__).parent
STARTING = 10.0
"""Seconds that Node may take to start."""


@functools.cache
def missing() -> str:
    """Why the JavaScript client cannot be run; empty if it can."""
    node = shutil.which("node")
    if node is None:
        return "Node is not installed"
    found = subprocess.run(
        [node, "-e", "require.resolve('socket.io-client')"],
        cwd=HERE,
        capture_output=True,
        check=False,
    )
    if found.returncode != 0:
        return "npm's socket.io-client is not installed: run tox -e javascript"
    return ""


@pytest.fixture(autouse=True)
def _needs_node() -> None:
    if reason := missing():
        pytest.skip(reason)


class Browser:
    """The client in its process."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def tell(self, *command: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")

    async def hears(self, what: str, seconds: float = DEADLINE) -> Any:
        """The detail of the next thing that it says, which must be that."""
        assert self._process.stdout is not None
        async with asyncio.timeout(seconds):
            line = await self._process.stdout.readline()
        assert line, f"the client ended before it said {what!r}"
        said, detail = json.loads(line)
        assert said == what, (said, detail)
        return detail


@contextlib.asynccontextmanager
async def browser(server: MockServer, transports: str) -> AsyncIterator[Browser]:
    """A client that is on its way to the server."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(HERE / "client.js"),
        server.url,
        transports,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield Browser(process)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.communicate()
