"""A mock server with its control interface, and an HTTP client for it."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp import web

from deadlines import DEADLINE
from pulsecheck.mock_server import MockServer
from pulsecheck.serve.fault_kinds import FaultKinds, exported
from pulsecheck.serve.guard import Guard
from pulsecheck.serve.history import History
from pulsecheck.serve.http_interface import application
from pulsecheck.serve.server_control import ServerControl

TOKEN = "a token that is long enough"  # noqa: S105 - only for these tests


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any
    """Decoded JSON, or text."""


class ControlClient:
    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self.session = session
        self.url = url

    async def __call__(
        self,
        method: str,
        path: str,
        body: object = None,
        *,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send a request: `body` as JSON, or the bytes `raw` unchanged."""
        sent = raw if body is None else json.dumps(body).encode()
        usual = {} if sent is None else {"Content-Type": "application/json"}
        async with (
            asyncio.timeout(DEADLINE),
            self.session.request(
                method, self.url + path, data=sent, headers={**usual, **(headers or {})}
            ) as response,
        ):
            text = await response.text()
            is_json = response.content_type.endswith("json")
            return Answer(response.status, response.headers, json.loads(text) if is_json else text)

    async def get(self, path: str) -> Any:
        answer = await self("GET", path)
        assert answer.status == 200, answer
        return answer.body

    async def add(self, kind: str, **limits: Any) -> Any:
        """Add a fault without parameters."""
        answer = await self("POST", "/api/faults", {"fault": {"kind": kind}, **limits})
        assert answer.status == 201, answer
        return answer.body


@contextlib.asynccontextmanager
async def control(
    *, kinds: FaultKinds | None = None, host: str = "127.0.0.1", token: str | None = None
) -> AsyncIterator[tuple[MockServer, ControlClient, History]]:
    """Yield a mock server, a client of its control interface, and its timeline."""
    history = History()
    async with MockServer(record=history.append) as server:
        server_control = ServerControl(server, history, kinds or FaultKinds(exported()))
        runner = web.AppRunner(
            application(server_control, Guard(host, token)),
            handler_cancellation=True,
            shutdown_timeout=0.1,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            async with aiohttp.ClientSession() as session:
                yield server, ControlClient(session, url), history
        finally:
            await runner.cleanup()


async def recorded(history: History, what: str) -> None:
    """Wait until this occurrence is recorded."""
    since = 0
    async with asyncio.timeout(DEADLINE):
        while True:
            for entry in await history.after(since, 100):
                since = entry.number + 1
                if entry.what == what:
                    return
