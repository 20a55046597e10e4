"""Select the entries of a timeline that a diagram draws, and arrange them in rows."""

from collections.abc import Sequence, Set

import msgspec

from pulsecheck.shared.timeline import SENTENCE, Entry

BEFORE = 12
"""The number of entries to draw before each sentence and each entry of the evidence."""
AFTER = 18
"""The number of entries to draw after each sentence and each entry of the evidence."""
LONGEST_WHOLE = 90
"""The maximum number of entries of a timeline that is drawn in full."""
PAUSE = 0.5
"""The shortest pause between two entries that is drawn as a gap, in seconds."""


class DiagramRow(msgspec.Struct, frozen=True, eq=False):
    """A row with an entry.

    `answer`: the successful answer to the request `entry`, if the answer is the next drawn entry.
    """

    entry: Entry
    answer: Entry | None = None

    @property
    def first(self) -> int:
        return self.entry.number

    @property
    def last(self) -> int:
        return self.answer.number if self.answer else self.entry.number


class DiagramGap(msgspec.Struct, frozen=True, eq=False):
    """A row in place of the entries from `first` to `last`, which are not drawn, or for a pause.

    A pause has no entries, so `last` is `first` - 1.
    """

    first: int
    last: int
    seconds: float

    def __str__(self) -> str:
        count = self.last - self.first + 1
        if count > 0:
            entries = "entry" if count == 1 else "entries"
            return f"… {count} {entries} left out ({self.seconds:.3f} s)"
        return f"… {self.seconds:.1f} s without entries"


class Note(msgspec.Struct, frozen=True, eq=False):
    """A row with a remark on the row above. The text begins at the coordinate `x`."""

    text: str
    x: int


def diagram_rows(
    timeline: Sequence[Entry], evidence: Set[int]
) -> tuple[DiagramRow | DiagramGap, ...]:
    """Return the rows for a timeline, from top to bottom.

    The entries whose numbers are in `evidence` are always drawn.
    """
    rows: list[DiagramRow | DiagramGap] = []
    last: Entry | None = None
    for entry in _drawn(timeline, evidence):
        if last is not None and (gap := _gap(last, entry)):
            rows.append(gap)
        above = rows[-1] if rows else None
        if isinstance(above, DiagramRow) and _answers(entry, above):
            rows[-1] = DiagramRow(above.entry, entry)
        else:
            rows.append(DiagramRow(entry))
        last = entry
    return tuple(rows)


def _drawn(timeline: Sequence[Entry], evidence: Set[int]) -> Sequence[Entry]:
    if len(timeline) <= LONGEST_WHOLE:
        return timeline
    drawn: set[int] = set()
    for place, entry in enumerate(timeline):
        if entry.source == SENTENCE or entry.number in evidence:
            drawn.update(range(place - BEFORE, place + AFTER + 1))
    return [entry for place, entry in enumerate(timeline) if place in drawn]


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
