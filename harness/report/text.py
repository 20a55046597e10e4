"""How scenarios and their timelines are put into words, safe to show whoever wrote them."""

from collections.abc import Sequence

import msgspec

from harness.records import ScenarioRecord
from harness.timeline import SENTENCE, Entry
from harness.visible import visible

AROUND = 8
"""How many entries of the timeline are shown on each side of a scenario's last sentence."""
LONGEST = 200
"""Characters of an entry's details that are shown."""


def title(record: ScenarioRecord) -> str:
    """Name a scenario, with the values of its example in brackets if it has any."""
    _, bracket, values = record.selector.partition("[")
    return f"{record.name} {bracket}{values}".rstrip()


def details(entry: Entry) -> str:
    """Put an entry's details in one line, cut to what can be read."""
    shown = " ".join(f"{key}={value}" for key, value in entry.details.items())
    line = visible(shown).replace("\n", "\\n")
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a timeline; `earlier` and `later` entries are left out."""

    earlier: int
    entries: tuple[Entry, ...]
    later: int


def excerpt(timeline: Sequence[Entry]) -> Excerpt:
    """Take the entries around a scenario's last sentence: that is where it went wrong."""
    sentences = [place for place, entry in enumerate(timeline) if entry.source == SENTENCE]
    middle = max(sentences, default=0)
    first = max(0, middle - AROUND)
    shown = tuple(timeline[first : middle + AROUND + 1])
    return Excerpt(earlier=first, entries=shown, later=len(timeline) - first - len(shown))
