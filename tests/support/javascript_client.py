"""The official JavaScript client in a Node process."""

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

from deadlines import DEADLINE
from pulsecheck.mock_server import MockServer

FOLDER = Path(__file__).parents[1] / "mock_server" / "javascript"


@functools.cache
def missing() -> str:
    """Return the reason that the JavaScript client cannot run, or an empty text if it can."""
    node = shutil.which("node")
    if node is None:
        return "Node is not installed"
    found = subprocess.run(
        [node, "-e", "require.resolve('socket.io-client')"],
        cwd=FOLDER,
        capture_output=True,
        check=False,
    )
    if found.returncode != 0:
        return "npm's socket.io-client is not installed: run tox -e javascript"
    return ""


class Browser:
    """Sends commands to the client, and reads its messages."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    def tell(self, *command: Any) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command).encode() + b"\n")

    async def hears(self, what: str) -> Any:
        """Read the next message, which must be `what`. Returns its detail."""
        assert self._process.stdout is not None
        async with asyncio.timeout(DEADLINE):
            line = await self._process.stdout.readline()
        assert line, f"the client ended before {what!r}"
        said, detail = json.loads(line)
        assert said == what, (said, detail)
        return detail


@contextlib.asynccontextmanager
async def browser(server: MockServer, transports: str) -> AsyncIterator[Browser]:
    """Start a client that connects to the server."""
    process = await asyncio.create_subprocess_exec(
        "node",
        str(FOLDER / "client.js"),
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
