"""One append-only record, on one clock, of all that happens in a scenario.

Steps, driver messages, pulses, server and wire events are put on it from any thread; steps wait
on it. An entry's place in the order and its time never change.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import msgspec

T = TypeVar("T")
Detail = str | int | float | bool | None

SENTENCE = "scenario"
"""The source of an entry that is a sentence of the scenario."""
KEPT = 250
"""Entries at each end of a timeline that are kept once its scenario is over."""
CUT = 2_000
"""Characters of a detail that are kept."""
LONGEST = 50_000
"""Entries that a timeline takes; a flood beyond them is an error, not a full memory."""


class TimelineFullError(Exception):
    """More happened in one scenario than any right implementation causes."""

    def __str__(self) -> str:
        return (
            f"the timeline is full: more than {LONGEST} entries in one scenario; "
            "something floods the harness, see the last entries"
        )


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is in seconds since the timeline began; `source` says whose doing it was."""

    number: int
    at: float
    source: str
    what: str
    details: Mapping[str, Detail]

    def __str__(self) -> str:
        details = " ".join(f"{key}={value!r}" for key, value in self.details.items())
        return f"{self.at:9.4f}  {self.source:<8} {self.what} {details}".rstrip()


def brief(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """A timeline as it is kept: sentences, its beginning and its end, and no long text in it.

    A burst of a thousand events is worth looking at where it begins and where it ends.
    """
    last = len(entries) - KEPT
    return tuple(
        _cut(entry)
        for place, entry in enumerate(entries)
        if place < KEPT or place >= last or entry.source == SENTENCE
    )


def _cut(entry: Entry) -> Entry:
    if not any(isinstance(value, str) and len(value) > CUT for value in entry.details.values()):
        return entry
    details = {
        key: f"{value[:CUT]}… ({len(value)} characters)"
        if isinstance(value, str) and len(value) > CUT
        else value
        for key, value in entry.details.items()
    }
    return msgspec.structs.replace(entry, details=details)


class Timeline:
    """Thread-safe; every public method may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._entries: list[Entry] = []
        self._changed = threading.Condition()

    def append(self, source: str, what: str, details: Mapping[str, Detail] | None = None) -> Entry:
        """Record that something happened now.

        Raises TimelineFullError once LONGEST entries are there.
        """
        with self._changed:
            if len(self._entries) >= LONGEST:
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
        """The time, in seconds since the timeline began."""
        return self._clock() - self._began

    def entries(self, since: int = 0) -> tuple[Entry, ...]:
        """All entries so far whose number is at least `since`."""
        with self._changed:
            return tuple(self._entries[since:])

    def wait_for(self, look: Callable[[tuple[Entry, ...]], T | None], seconds: float) -> T | None:
        """Wait until `look`, given all entries, returns something; None after `seconds`."""
        deadline = self._clock() + seconds
        with self._changed:
            while (found := look(tuple(self._entries))) is None:
                left = deadline - self._clock()
                if left <= 0 or not self._changed.wait(left):
                    return look(tuple(self._entries))
            return found
