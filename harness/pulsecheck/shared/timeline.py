"""One append-only record, on one clock, of all that happens in a scenario.

Steps, driver messages, pulses, server and wire events are put on it from any thread; steps wait
on it. An entry's place in the order and its time never change.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any, TypeVar

import msgspec

T = TypeVar("T")
Detail = str | int | float | bool | None
"""A detail that is not structured."""

SENTENCE = "scenario"
"""The source of an entry that is a sentence of the scenario."""
KEPT = 250
"""Entries to keep at each end of a timeline when its scenario has ended."""
LONGEST_TEXT = 2_000
"""Characters to keep of a text in an entry's details."""
LONGEST_DETAILS = 20_000
"""Characters to keep of all texts in an entry's details together."""
LONGEST = 50_000
"""The most entries of a timeline. A flood of more is an error, so that memory stays bounded."""


class TimelineFullError(Exception):
    """More happened in one scenario than any right implementation causes."""

    def __str__(self) -> str:
        return (
            f"the timeline is full: more than {LONGEST} entries in one scenario; "
            "something floods the harness, see the last entries"
        )


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is in seconds since the timeline began; `source` names the party that acted.

    `details` are JSON values by name: texts, numbers, truth values, None, lists and mappings.
    """

    number: int
    at: float
    source: str
    what: str
    details: Mapping[str, Any]

    def __str__(self) -> str:
        details = " ".join(f"{key}={value!r}" for key, value in self.details.items())
        return f"{self.at:9.4f}  {self.source:<8} {self.what} {details}".rstrip()


def brief(entries: Sequence[Entry], evidence: Set[int] = frozenset()) -> tuple[Entry, ...]:
    """Shorten a timeline for the record of its scenario.

    Keeps the beginning, the end, every sentence, and the entries whose numbers are in `evidence`.
    Cuts long texts. The middle of a burst of a thousand events adds nothing.
    """
    last = len(entries) - KEPT
    return tuple(
        _shortened(entry)
        for place, entry in enumerate(entries)
        if place < KEPT or place >= last or entry.source == SENTENCE or entry.number in evidence
    )


def _shortened(entry: Entry) -> Entry:
    details = _Shortener().mapping(entry.details)
    return entry if details == entry.details else msgspec.structs.replace(entry, details=details)


class _Shortener:
    """Cuts texts, and drops members once the texts of one entry have used up their characters."""

    def __init__(self) -> None:
        self._left = LONGEST_DETAILS

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
        most = min(LONGEST_TEXT, max(self._left, 0))
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
    """Thread-safe; every public method may be called from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began = clock()
        self._entries: list[Entry] = []
        self._changed = threading.Condition()

    def append(self, source: str, what: str, details: Mapping[str, Any] | None = None) -> Entry:
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
