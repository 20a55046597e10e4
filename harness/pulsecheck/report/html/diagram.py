"""The sequence diagram of a scenario: its timeline as an SVG, with a lane for each party.

Shapes have classes, which the page's style sheet colours. Nothing in a drawing has an id but its
title and description, so that many can be on one page.
"""

from collections.abc import Iterator, Sequence

import msgspec
from markupsafe import Markup, escape

from pulsecheck.report.html.folding import DiagramGap, DiagramRow, Note, fold
from pulsecheck.report.html.shapes import HARNESS, LANES, NODES, SERVER, WIDTH, WIRE, shape, words
from pulsecheck.report.text import details, shorten
from pulsecheck.results.records import ScenarioRecord
from pulsecheck.shared.timeline import SENTENCE, Entry

TOP = 34
STEP = 20
BARS = {
    "fault begins": ("fault ends", "fault", SERVER + 8),
    "fault applied": ("fault ends", "held", SERVER + 8),
    "connection opened": ("connection terminated", "life", SERVER - 2),
    "TCP connection opened": ("TCP connection ended", "life", WIRE - 2),
}
"""What begins, what ends it, the class of the bar between the two, and where that is drawn."""
BESIDE = {"fault": 6, "held": 6, "life": 4}
"""Units by which a bar stands beside another of its kind that it would cover."""
THICK = {"fault": 5, "held": 5, "life": 4}
MOST_BESIDE = 4


class Bar(msgspec.Struct, frozen=True):
    """Something that lasts from one entry to another; `until` is None if it was not seen to end."""

    kind: str
    name: str
    x: int
    since: Entry
    until: Entry | None


def draw(record: ScenarioRecord, name: str) -> Markup:
    """Draw a scenario's timeline; empty if it has none. `name` is unique on the page."""
    if not record.timeline:
        return Markup()
    return _Drawing(record).render(name)


class _Drawing:
    def __init__(self, record: ScenarioRecord) -> None:
        self._record = record
        self._evidence = frozenset(record.evidence)
        self._failed_at = _failed_at(record)
        self._rows = tuple(self._annotated(fold(record.timeline, self._evidence)))
        self._bottom = TOP + STEP * (len(self._rows) + 1) - 4
        self._height = self._bottom + STEP + 8
        self._y = {row: TOP + STEP * (place + 1) for place, row in enumerate(self._rows)}

    def render(self, name: str) -> Markup:
        bars = list(self._bars())
        parts = [
            f'<svg class="diagram" viewBox="0 0 {WIDTH} {self._height}" role="group" '
            f'aria-labelledby="{name}-t" aria-describedby="{name}-d">'
            f'<title id="{name}-t">Sequence of what happened</title>'
            f'<desc id="{name}-d">{self._description()}</desc>',
            *self._lanes(),
            *(_bar(*drawn) for drawn in bars if drawn[0].kind == "life"),
            *(self._row(row) for row in self._rows),
            *(_bar(*drawn) for drawn in bars if drawn[0].kind != "life"),
            self._legend(),
            "</svg>",
        ]
        return Markup("".join(parts))  # noqa: S704 - every text in it is escaped below

    def _description(self) -> Markup:
        last = self._record.timeline[-1]
        wrong = [
            row.entry for row in self._rows if isinstance(row, DiagramRow) and self._is_wrong(row)
        ]
        where = "; ".join(f"at {entry.at:.4f} s: {_told(entry)}" for entry in wrong)
        return escape(
            f"{last.number + 1} entries in {last.at:.3f} s, in lanes for {', '.join(LANES)}."
            + (f" It went wrong {where}." if where else "")
        )

    def _annotated(
        self, rows: Sequence[DiagramRow | DiagramGap]
    ) -> Iterator[DiagramRow | DiagramGap | Note]:
        """Say what was expected at the sentence that failed, and what was seen where it was."""
        first = min(self._evidence, default=None)
        for row in rows:
            yield row
            number = row.entry.number if isinstance(row, DiagramRow) else None
            if number is not None and number == first:
                yield Note(f"seen: {self._record.seen}", NODES + 12)
            if number is not None and number == self._failed_at and self._record.expected:
                yield Note(f"expected: {self._record.expected}", HARNESS - 26)
                if first is None:
                    yield Note(f"seen: {self._record.seen}", HARNESS - 26)

    def _legend(self) -> str:
        y = self._height - 12
        marks = (
            (HARNESS, f'<path class="pulse" d="M{HARNESS - 6} {y}l6-6 6 6-6 6z"/>', "pulse"),
            (HARNESS + 76, f'<path class="arrow frame" d="M{HARNESS + 66} {y}h16"/>', "frame"),
            (NODES, _key("life", NODES, y), "connection"),
            (NODES + 104, _key("fault", NODES + 104, y), "fault in place"),
            (WIRE + 24, _key("held", WIRE + 24, y), "at work: what is held, until released"),
        )
        shown = (f"{mark}{words(x + 12, y, meaning, WIDTH, 'note')}" for x, mark, meaning in marks)
        return f'<g class="legend" aria-hidden="true">{"".join(shown)}</g>'

    def _is_wrong(self, row: DiagramRow) -> bool:
        return row.entry.number in self._evidence or row.entry.number == self._failed_at

    def _lanes(self) -> Iterator[str]:
        for name, x in LANES.items():
            yield (
                f'<path class="lane" d="M{x} {TOP}V{self._bottom}"/>'
                f'<text class="party" x="{x}" y="20">{name}</text>'
            )

    def _bars(self) -> Iterator[tuple[Bar, int, int, int]]:
        """Give each bar with its left edge and where it begins and ends."""
        drawn: list[tuple[int, int, int]] = []
        for bar in _bars(self._record.timeline):
            top = self._height_of(bar.since)
            bottom = self._height_of(bar.until) if bar.until else self._bottom
            taken = {x for x, begins, ends in drawn if begins < bottom and top < ends}
            x, step = bar.x, BESIDE[bar.kind]
            while x in taken and x < bar.x + MOST_BESIDE * step and bar.kind != "held":
                x += step
            drawn.append((x, top, bottom))
            yield bar, x, top, bottom

    def _height_of(self, entry: Entry) -> int:
        """Where an entry is drawn, or else the gap that it fell into."""
        for row in self._rows:
            if row.first <= entry.number <= row.last:
                return self._y[row]
        return self._bottom

    def _row(self, row: DiagramRow | DiagramGap | Note) -> str:
        y = self._y[row]
        if isinstance(row, Note):
            return f'<g class="wrong">{words(row.x, y - 3, row.text, SERVER, "remark")}</g>'
        if isinstance(row, DiagramGap):
            return f'<text class="gap" x="{HARNESS - 12}" y="{y + 4}">{row}</text>'
        told = " ".join(filter(None, (_told(row.entry), _told(row.answer) if row.answer else "")))
        style = ' class="wrong"' if self._is_wrong(row) else ""
        return (
            f'<g role="img"{style}>'
            f"<title>{escape(f'{row.entry.at:.4f} s {told}')}</title>"
            f'<text class="time" x="62" y="{y + 4}">{row.entry.at:.4f}</text>'
            f"{shape(row, y)}</g>"
        )


def _failed_at(record: ScenarioRecord) -> int | None:
    """The number of the sentence that did not pass."""
    if not (record.expected or record.reason):
        return None
    return max(
        (found.number for found in record.timeline if found.source == SENTENCE), default=None
    )


def _told(entry: Entry) -> str:
    return shorten(f"{entry.source} {entry.what} {details(entry)}".rstrip(), 240)


def _bars(timeline: Sequence[Entry]) -> Iterator[Bar]:
    for place, entry in enumerate(timeline):
        if entry.what in BARS and entry.source != SENTENCE:
            end, kind, x = BARS[entry.what]
            until = next(
                (
                    later
                    for later in timeline[place + 1 :]
                    if later.what == end and _subject(later, end) == _subject(entry, end)
                ),
                None,
            )
            name = str(entry.details.get("fault", entry.what))
            yield Bar(kind, name, x, entry, until)


def _subject(entry: Entry, end: str) -> tuple[object, ...]:
    """What of an entry tells one connection or fault from another."""
    names = {"fault ends": ("fault", "scope"), "TCP connection ended": ("tcp",)}
    return tuple(map(entry.details.get, ("server", *names.get(end, ("connection",)))))


def _key(kind: str, x: int, y: int) -> str:
    return f'<rect class="{kind}" x="{x}" y="{y - 6}" width="{THICK[kind]}" height="12"/>'


def _bar(bar: Bar, x: int, top: int, bottom: int) -> str:
    until = f"to {bar.until.at:.4f} s" if bar.until else "to the end"
    title = escape(f"{shorten(bar.name, 240)}, from {bar.since.at:.4f} s {until}")
    return (
        f'<rect class="{bar.kind}" x="{x}" y="{top}" width="{THICK[bar.kind]}" '
        f'height="{max(bottom - top, 3)}"><title>{title}</title></rect>'
    )
