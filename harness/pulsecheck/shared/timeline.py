"""The timeline: an append-only record of everything that happens in a scenario, on one clock.

Threads append sentences, driver messages, pulses, and events of servers and wires. Steps wait for
entries. The position and the time of an entry never change.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")

SENTENCE = "scenario"
"""The source of an entry that is a sentence of the scenario."""
KEPT_AT_EACH_END = 250
"""The number of entries to keep at each end of a timeline after the scenario has ended."""
MAX_TEXT = 2_000
"""The maximum number of characters of one text in an entry's details. The rest is cut."""
MAX_DETAILS = 20_000
"""The maximum number of characters of all texts in an entry's details. The rest is cut."""
MAX_ENTRIES = 50_000
"""The maximum number of entries of a timeline, to limit memory. A further entry is an error."""


class TimelineFullError(Exception):
    """There are more entries in one scenario than any correct implementation causes."""

    def __str__(self) -> str:
        return (
            f"the timeline is full: more than {MAX_ENTRIES} entries in one scenario. "
            "Find the cause in the last entries, and fix it."
        )


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """One event.

    number: the position on the timeline, from 0.
    at: the time in seconds since the timeline began.
    source: the party that acted.
    what: the kind of event.
    details: JSON values by name.
    """

    number: int
    at: float
    source: str
    what: str
    details: Mapping[str, Any]

    def __str__(self) -> str:
        details = " ".join(f"{key}={value!r}" for key, value in self.details.items())
        return f"{self.at:9.4f}  {self.source:<8} {self.what} {details}".rstrip()


def shorten_timeline(
    entries: Sequence[Entry], evidence: Set[int] = frozenset()
) -> tuple[Entry, ...]:
    """Shorten a timeline for the record of its scenario.

    Keep the beginning, the end, all sentences, and the entries whose numbers are in `evidence`. The
    other entries of a long timeline are usually many similar events. Truncate long texts.
    """
    last = len(entries) - KEPT_AT_EACH_END
    return tuple(
        _shortened(entry)
        for place, entry in enumerate(entries)
        if place < KEPT_AT_EACH_END
        or place >= last
        or entry.source == SENTENCE
        or entry.number in evidence
    )


def _shortened(entry: Entry) -> Entry:
    details = _Shortener().mapping(entry.details)
    return entry if details == entry.details else msgspec.structs.replace(entry, details=details)


class _Shortener:
    """Truncates texts. Drops the other members of a value when MAX_DETAILS is reached."""

    def __init__(self) -> None:
        self._left = MAX_DETAILS

    def mapping(self, value: Mapping[str, Any]) -> dict[str, Any]:
        kept: dict[str, Any] = {}
        for number, (key, member) in enumerate(value.items()):
            if self._left <= 0:
                kept["…"] = f"{len(value) - number} more"
                break
            kept[self.text(key)] = self.value(member)
        return kept

    def value(self, value: Any) -> Any:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return self.mapping(value)
        if isinstance(value, list | tuple):
            return self._sequence(value)
        self._left -= 1
        return value

    def text(self, value: str) -> str:
        most = min(MAX_TEXT, max(self._left, 0))
        self._left -= min(len(value), most) + 1
        return value if len(value) <= most else f"{value[:most]}… ({len(value)} characters)"

    def _sequence(self, value: Sequence[Any]) -> list[Any]:
        kept: list[Any] = []
        for number, member in enumerate(value):
            if self._left <= 0:
                kept.append(f"… {len(value) - number} more")
                break
            kept.append(self.value(member))
        return kept


class Timeline:
    """A timeline. Every public method may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._entries: list[Entry] = []
        self._changed = threading.Condition()

    def append(self, source: str, what: str, details: Mapping[str, Any] | None = None) -> Entry:
        """Append an entry with the current time.

        Raises TimelineFullError if the timeline has MAX_ENTRIES entries.
        """
        with self._changed:
            if len(self._entries) >= MAX_ENTRIES:
                raise TimelineFullError
            entry = Entry(
                number=len(self._entries),
                at=self._clock() - self._began,
                source=source,
                what=what,
                details=dict(details or {}),
            )
            self._entries.append(entry)
            self._changed.notify_all()
            return entry

    def now(self) -> float:
        """Return the time in seconds since the timeline began."""
        return self._clock() - self._began

    def entries(self, since: int = 0) -> tuple[Entry, ...]:
        """Return all entries so far whose number is at least `since`."""
        with self._changed:
            return tuple(self._entries[since:])

    def wait_for(self, find: Callable[[tuple[Entry, ...]], T | None], seconds: float) -> T | None:
        """Wait until `find` returns a result for the entries. Return None after `seconds`."""
        deadline = self._clock() + seconds
        with self._changed:
            while (found := find(tuple(self._entries))) is None:
                left = deadline - self._clock()
                if left <= 0 or not self._changed.wait(left):
                    return find(tuple(self._entries))
            return found
