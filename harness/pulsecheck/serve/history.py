"""The timeline of a server that runs for as long as it likes: what is old is forgotten."""

import asyncio
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice

from pulsecheck.mock_server.occurrences import Detail
from pulsecheck.shared.timeline import Entry

LONGEST = 10_000
"""Entries that are kept."""
LONGEST_DETAIL = 2_000
"""Characters of a text that are kept."""


class History:
    """To be used on one loop. Entries are numbered from 0, and their times count from `began`."""

    def __init__(self) -> None:
        self.began = datetime.now(UTC)
        self._clock = asyncio.get_running_loop().time
        self._zero = self._clock()
        self._entries: deque[Entry] = deque(maxlen=LONGEST)
        self._next = 0
        self._changed = asyncio.Event()

    @property
    def next(self) -> int:
        """The number that the next entry will have."""
        return self._next

    @property
    def oldest(self) -> int:
        """The number of the oldest entry that is kept, or of the next one."""
        return self._next - len(self._entries)

    def append(self, source: str, what: str, details: Mapping[str, Detail]) -> None:
        """Record that something happened now."""
        self._entries.append(
            Entry(
                number=self._next,
                at=self._clock() - self._zero,
                source=source,
                what=what,
                details={key: _shortened(value) for key, value in details.items()},
            )
        )
        self._next += 1
        self._changed.set()
        self._changed = asyncio.Event()

    def clear(self) -> None:
        """Forget the entries; the numbers go on."""
        self._entries.clear()

    def part(self, since: int, limit: int) -> tuple[Entry, ...]:
        """The first entries whose number is at least `since`, as far as they are kept."""
        first = max(0, since - self.oldest)
        return tuple(islice(self._entries, first, first + limit))

    async def after(self, since: int, limit: int) -> tuple[Entry, ...]:
        """As `part`, once there are any."""
        while not (entries := self.part(since, limit)):
            await self._changed.wait()
        return entries

    def moment(self, entry: Entry) -> datetime:
        """When an entry was made."""
        return self.began + timedelta(seconds=entry.at)


def _shortened(value: Detail) -> Detail:
    if isinstance(value, str) and len(value) > LONGEST_DETAIL:
        return f"{value[:LONGEST_DETAIL]}…"
    return value
