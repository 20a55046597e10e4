"""Streams the timeline as server-sent events."""

import asyncio
from typing import Any, NoReturn

import msgspec
from aiohttp import hdrs, web

from pulsecheck.serve.history import History
from pulsecheck.shared.timeline import Entry

LIVE_PATH = "/api/timeline/live"
MOST_STREAMS = 32
BATCH = 200
"""The largest number of entries to write at once."""
HEARTBEAT = 15.0
"""Seconds. If there is no entry for this time, the stream sends a comment.

The comment lets both ends detect a lost peer.
"""


class LiveTimeline:
    """Streams entries to clients. Entries for slow clients stay in the history, not in buffers."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._streams: set[asyncio.Task[Any]] = set()

    async def stream(self, request: web.Request, since: int) -> web.StreamResponse:
        """Stream all entries from number `since` on, until the client closes the connection."""
        if len(self._streams) >= MOST_STREAMS:
            raise web.HTTPServiceUnavailable(
                text=f"{MOST_STREAMS} clients already follow the timeline. Close one of them, or "
                "use GET /api/timeline."
            )
        self._streams.add(task := request.task)
        response = web.StreamResponse(headers={hdrs.CONTENT_TYPE: "text/event-stream"})
        try:
            await response.prepare(request)
            await self._write(response, since)
        except ConnectionError:
            return response  # the client has disconnected
        finally:
            self._streams.discard(task)

    async def close(self, _app: web.Application) -> None:
        """End the streams."""
        for task in self._streams:
            task.cancel()

    async def _write(self, response: web.StreamResponse, since: int) -> NoReturn:
        await response.write(b": the timeline\n\n")
        while True:
            try:
                async with asyncio.timeout(HEARTBEAT):
                    entries = await self._history.after(since, BATCH)
            except TimeoutError:
                await response.write(b": still here\n\n")
                continue
            since = entries[-1].number + 1
            await response.write(b"".join(_event(entry) for entry in entries))


def _event(entry: Entry) -> bytes:
    return b"id: %d\ndata: %b\n\n" % (entry.number, msgspec.json.encode(entry))
