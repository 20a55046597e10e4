"""A timeline that keeps only the latest entries, because a server may run for days."""

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from pulsecheck.shared.timeline import Entry, shorten_timeline

LONGEST = 10_000
"""The number of entries to keep."""


class History:
    """The latest entries. Their numbers start at 0, and their times count from `began`.

    `record` is called with each entry, before long details are truncated. Use a History on one
    event loop only.
    """

    def __init__(self, record: Callable[[Entry], None] | None = None) -> None:
        self._record = record
        self.began = datetime.now(UTC)
        self._clock = asyncio.get_running_loop().time
        self._zero = self._clock()
        self._entries: deque[Entry] = deque(maxlen=LONGEST)
        self._next = 0
        self._changed = asyncio.Event()

    @property
    def next(self) -> int:
        """The number of the next entry."""
        return self._next

    @property
    def oldest(self) -> int:
        """The number of the oldest kept entry, or `next` if no entry is kept."""
        return self._next - len(self._entries)

    def now(self) -> float:
        """Return the time in seconds since `began`."""
        return self._clock() - self._zero

    def append(self, source: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Add an entry with the current time, and return the entry."""
        entry = Entry(
            number=self._next, at=self.now(), source=source, what=what, details=dict(details)
        )
        if self._record is not None:
            self._record(entry)
        self._entries.extend(shorten_timeline((entry,)))
        self._next += 1
        self._changed.set()
        self._changed = asyncio.Event()
        return entry

    def clear(self) -> None:
        """Drop the entries. The numbers of new entries continue."""
        self._entries.clear()

    def part(self, since: int, limit: int) -> tuple[Entry, ...]:
        """Return up to `limit` of the kept entries, from number `since` on."""
        first = max(0, since - self.oldest)
        return tuple(islice(self._entries, first, first + limit))

    async def after(self, since: int, limit: int) -> tuple[Entry, ...]:
        """Wait for entries from number `since` on, and return up to `limit` of them."""
        while not (entries := self.part(since, limit)):
            await self._changed.wait()
        return entries

    def moment(self, entry: Entry) -> datetime:
        """Return the time at which an entry was recorded."""
        return self.began + timedelta(seconds=entry.at)
