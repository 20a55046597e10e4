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
from pulsecheck.serve.control import application
from pulsecheck.serve.guard import Guard
from pulsecheck.serve.history import History
from pulsecheck.serve.kinds import Kinds, exported
from pulsecheck.serve.server_control import ServerControl

TOKEN = "a token that is long enough"  # noqa: S105 - of these tests alone


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any
    """What JSON says, or text."""


class Asker:
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
        """Ask; a body is sent as JSON, `raw` as it is."""
        sent = raw if body is None else json.dumps(body).encode()
        said = {} if sent is None else {"Content-Type": "application/json"}
        async with (
            asyncio.timeout(DEADLINE),
            self.session.request(
                method, self.url + path, data=sent, headers={**said, **(headers or {})}
            ) as response,
        ):
            text = await response.text()
            is_json = response.content_type.endswith("json")
            return Answer(response.status, response.headers, json.loads(text) if is_json else text)

    async def get(self, path: str) -> Any:
        answer = await self("GET", path)
        assert answer.status == 200, answer
        return answer.body

    async def add(self, kind: str, **said: Any) -> Any:
        """Put a fault without parameters in place."""
        answer = await self("POST", "/api/faults", {"fault": {"kind": kind}, **said})
        assert answer.status == 201, answer
        return answer.body


@contextlib.asynccontextmanager
async def control(
    *, kinds: Kinds | None = None, host: str = "127.0.0.1", token: str | None = None
) -> AsyncIterator[tuple[MockServer, Asker, History]]:
    """A mock server, one to ask its control interface, and its timeline."""
    history = History()
    async with MockServer(record=history.append) as server:
        on_bench = ServerControl(server, history, kinds or Kinds(exported()))
        runner = web.AppRunner(
            application(on_bench, Guard(host, token)),
            handler_cancellation=True,
            shutdown_timeout=0.1,
        )
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            async with aiohttp.ClientSession() as session:
                yield server, Asker(session, url), history
        finally:
            await runner.cleanup()


async def recorded(history: History, what: str) -> None:
    """Wait until something has happened."""
    since = 0
    async with asyncio.timeout(DEADLINE):
        while True:
            for entry in await history.after(since, 100):
                since = entry.number + 1
                if entry.what == what:
                    return
