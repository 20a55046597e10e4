"""Which entries of a timeline have rows of their own in a diagram."""

from collections.abc import Sequence, Set

import msgspec

from pulsecheck.shared.timeline import SENTENCE, Entry

BEFORE = 12
"""Entries in front of each sentence, and of what went wrong, that are drawn in any case."""
AFTER = 18
"""And behind it."""
WHOLE = 90
"""A timeline of so many entries is drawn whole."""
PAUSE = 0.5
"""Seconds in which nothing happens that are told."""


class DiagramRow(msgspec.Struct, frozen=True, eq=False):
    """An entry; with it the answer, if it is a request that was answered at once."""

    entry: Entry
    answer: Entry | None = None

    @property
    def first(self) -> int:
        return self.entry.number

    @property
    def last(self) -> int:
        return self.answer.number if self.answer else self.entry.number


class DiagramGap(msgspec.Struct, frozen=True, eq=False):
    """What is not drawn: entries from `first` to `last`, or none if time passes alone."""

    first: int
    last: int
    seconds: float

    def __str__(self) -> str:
        if (count := self.last - self.first + 1) > 0:
            return f"… {count} more, in {self.seconds:.3f} s"
        return f"… {self.seconds:.1f} s pass"


class Note(msgspec.Struct, frozen=True, eq=False):
    """A remark on the row above it, drawn from `x` on."""

    text: str
    x: int

    @property
    def first(self) -> int:
        """Behind `last`: no entry is in it."""
        return 1

    @property
    def last(self) -> int:
        return 0


def fold(timeline: Sequence[Entry], evidence: Set[int]) -> tuple[DiagramRow | DiagramGap, ...]:
    """Give the rows of a timeline, from top to bottom."""
    rows: list[DiagramRow | DiagramGap] = []
    last: Entry | None = None
    for entry in _kept(timeline, evidence):
        if last is not None and (gap := _gap(last, entry)):
            rows.append(gap)
        before = rows[-1] if rows else None
        if isinstance(before, DiagramRow) and _answers(entry, before):
            rows[-1] = DiagramRow(before.entry, entry)
        else:
            rows.append(DiagramRow(entry))
        last = entry
    return tuple(rows)


def _kept(timeline: Sequence[Entry], evidence: Set[int]) -> Sequence[Entry]:
    if len(timeline) <= WHOLE:
        return timeline
    kept: set[int] = set()
    for place, entry in enumerate(timeline):
        if entry.source == SENTENCE or entry.number in evidence:
            kept.update(range(place - BEFORE, place + AFTER + 1))
    return [entry for place, entry in enumerate(timeline) if place in kept]


def _gap(last: Entry, entry: Entry) -> DiagramGap | None:
    seconds = entry.at - last.at
    if entry.number == last.number + 1 and seconds < PAUSE:
        return None
    return DiagramGap(last.number + 1, entry.number - 1, seconds)


def _answers(entry: Entry, row: DiagramRow) -> bool:
    asked = row.entry
    return (
        (asked.source, asked.what, entry.what) == ("driver", "request", "answer")
        and row.answer is None
        and entry.details.get("id") == asked.details.get("id")
        and entry.details.get("ok") is True
    )
