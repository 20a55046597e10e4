"""The sequence diagram of a scenario: its timeline as SVG, with a lane for each party.

The page's style sheet colours the shapes by their classes. Only the title and the description of a
diagram have ids. The caller keeps these ids unique, so that one page can hold many diagrams.
"""

import textwrap
from collections.abc import Iterator, Sequence

import msgspec
from markupsafe import Markup, escape

from pulsecheck.report.html.diagram_rows import DiagramGap, DiagramRow, Note, diagram_rows
from pulsecheck.report.html.shapes import (
    CHARACTER_WIDTH,
    HARNESS,
    LANES,
    NODES,
    SERVER,
    WIDTH,
    WIRE,
    shape,
    text_element,
)
from pulsecheck.report.text import details, shorten, shown_evidence
from pulsecheck.results.records import ScenarioRecord
from pulsecheck.shared.timeline import SENTENCE, Entry

TOP = 34
"""Height of the part with the names of the lanes."""
ROW = 20
"""Height of a row."""
BARS = {
    "fault begins": ("fault ends", "fault", SERVER + 8),
    "fault applied": ("fault ends", "effect", SERVER + 8),
    "connection opened": ("connection terminated", "connection", SERVER - 2),
    "TCP connection opened": ("TCP connection ended", "connection", WIRE - 2),
}
"""For each occurrence that begins a bar: the occurrence that ends it, its kind, its left edge."""
BAR_WIDTHS = {"fault": 5, "effect": 5, "connection": 4}
BAR_STEPS = {"fault": 6, "effect": 6, "connection": 4}
"""The distance by which a bar moves to the right if it would cover another bar."""
MOST_STEPS = 4
MOST_NOTE_LINES = 3
LONGEST_TITLE = 240
"""The maximum length of the title of a row or bar. Browsers show the title as a tooltip."""


class Bar(msgspec.Struct, frozen=True):
    """The bar of a fault or connection, from one entry to another.

    `until` is None if the timeline does not contain the end.
    """

    kind: str
    name: str
    x: int
    since: Entry
    until: Entry | None


def draw(record: ScenarioRecord, name: str) -> Markup:
    """Return the diagram of a scenario, or an empty text if the scenario has no timeline.

    `name` is the prefix of the ids in the diagram, and must be unique on the page.
    """
    if not record.timeline:
        return Markup()
    return _Diagram(record).render(name)


class _Diagram:
    def __init__(self, record: ScenarioRecord) -> None:
        self._record = record
        self._failed_at = _failed_at(record)
        rows = diagram_rows(record.timeline, shown_evidence(record))
        self._rows = tuple(self._annotated(rows))
        self._bottom = TOP + ROW * (len(self._rows) + 1) - 4
        self._height = self._bottom + ROW + 8
        self._y = {row: TOP + ROW * (place + 1) for place, row in enumerate(self._rows)}

    def render(self, name: str) -> Markup:
        bars = list(self._bars())
        parts = [
            f'<svg class="diagram" viewBox="0 0 {WIDTH} {self._height}" role="group" '
            f'aria-labelledby="{name}-t" aria-describedby="{name}-d">'
            f'<title id="{name}-t">Sequence diagram</title>'
            f'<desc id="{name}-d">{self._description()}</desc>',
            *self._lanes(),
            *(_bar(*drawn) for drawn in bars if drawn[0].kind == "connection"),
            *(self._row(row) for row in self._rows),
            *(_bar(*drawn) for drawn in bars if drawn[0].kind != "connection"),
            self._legend(),
            "</svg>",
        ]
        return Markup("".join(parts))  # noqa: S704 - the methods escape every text

    def _description(self) -> Markup:
        last = self._record.timeline[-1]
        marked = [
            row.entry for row in self._rows if isinstance(row, DiagramRow) and self._is_marked(row)
        ]
        where = "; ".join(f"at {entry.at:.4f} s, {_summary(entry)}" for entry in marked)
        return escape(
            f"{last.number + 1} entries in {last.at:.3f} s, in lanes for {', '.join(LANES)}."
            + (f" Marked in red: {where}." if where else "")
        )

    def _annotated(
        self, rows: Sequence[DiagramRow | DiagramGap]
    ) -> Iterator[DiagramRow | DiagramGap | Note]:
        """Add notes with what was expected and what was seen below the marked rows."""
        evidence = min(self._record.evidence, default=None)
        for row in rows:
            yield row
            number = row.entry.number if isinstance(row, DiagramRow) else None
            if number is not None and number == evidence:
                yield from _notes(f"seen: {self._record.seen}", NODES + 12)
            if number is not None and number == self._failed_at and self._record.expected:
                yield from _notes(f"expected: {self._record.expected}", HARNESS - 26)
                if evidence is None:
                    yield from _notes(f"seen: {self._record.seen}", HARNESS - 26)

    def _legend(self) -> str:
        y = self._height - 12
        keys = (
            (HARNESS, f'<path class="pulse" d="M{HARNESS - 6} {y}l6-6 6 6-6 6z"/>', "pulse"),
            (HARNESS + 76, f'<path class="arrow frame" d="M{HARNESS + 66} {y}h16"/>', "frame"),
            (NODES, _bar_key("connection", NODES, y), "connection"),
            (NODES + 104, _bar_key("fault", NODES + 104, y), "fault in place"),
            (WIRE + 24, _bar_key("effect", WIRE + 24, y), "fault in effect, until released"),
        )
        shown = (
            f"{key}{text_element(x + 12, y, meaning, WIDTH, 'note')}" for x, key, meaning in keys
        )
        return f'<g class="legend" aria-hidden="true">{"".join(shown)}</g>'

    def _is_marked(self, row: DiagramRow) -> bool:
        return row.entry.number in self._record.evidence or row.entry.number == self._failed_at

    def _lanes(self) -> Iterator[str]:
        for name, x in LANES.items():
            yield (
                f'<path class="lane" d="M{x} {TOP}V{self._bottom}"/>'
                f'<text class="party" x="{x}" y="20">{name}</text>'
            )

    def _bars(self) -> Iterator[tuple[Bar, int, int, int]]:
        """Yield each bar with its left edge, its top and its bottom."""
        drawn: list[tuple[int, int, int]] = []
        for bar in _bars(self._record.timeline):
            top = self._y_of(bar.since)
            bottom = self._y_of(bar.until) if bar.until else self._bottom
            taken = {x for x, begins, ends in drawn if begins < bottom and top < ends}
            x, step = bar.x, BAR_STEPS[bar.kind]
            while x in taken and x < bar.x + MOST_STEPS * step and bar.kind != "effect":
                x += step
            drawn.append((x, top, bottom))
            yield bar, x, top, bottom

    def _y_of(self, entry: Entry) -> int:
        """Return the y coordinate of the entry's row, or of the gap that replaces it."""
        for row in self._rows:
            if not isinstance(row, Note) and row.first <= entry.number <= row.last:
                return self._y[row]
        return self._bottom

    def _row(self, row: DiagramRow | DiagramGap | Note) -> str:
        y = self._y[row]
        if isinstance(row, Note):
            note = text_element(row.x, y - 3, row.text, SERVER, "remark")
            return f'<g class="marked">{note}</g>'
        if isinstance(row, DiagramGap):
            return f'<text class="gap" x="{HARNESS - 12}" y="{y + 4}">{row}</text>'
        summary = " ".join(_summary(entry) for entry in (row.entry, row.answer) if entry)
        marked = ' class="marked"' if self._is_marked(row) else ""
        return (
            f'<g role="img"{marked}>'
            f"<title>{escape(f'{row.entry.at:.4f} s {summary}')}</title>"
            f'<text class="time" x="62" y="{y + 4}">{row.entry.at:.4f}</text>'
            f"{shape(row, y)}</g>"
        )


def _notes(text: str, x: int) -> Iterator[Note]:
    """Yield the lines of a text as notes, which begin at `x` and end before the server's lane."""
    width = (SERVER - x) // CHARACTER_WIDTH
    shown = shorten(text, MOST_NOTE_LINES * width)
    for line in textwrap.wrap(shown, width, max_lines=MOST_NOTE_LINES, placeholder=" …"):
        yield Note(line, x)


def _failed_at(record: ScenarioRecord) -> int | None:
    """Return the number of the last sentence's entry if the scenario did not pass."""
    if not (record.expected or record.reason):
        return None
    return max(
        (found.number for found in record.timeline if found.source == SENTENCE), default=None
    )


def _summary(entry: Entry) -> str:
    return shorten(f"{entry.source} {entry.what} {details(entry)}".rstrip(), LONGEST_TITLE)


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
    """Return the details that identify the fault or connection of an entry.

    `end` is the occurrence that ends the bar of the fault or connection.
    """
    names = {"fault ends": ("fault", "scope"), "TCP connection ended": ("tcp",)}
    return tuple(map(entry.details.get, ("server", *names.get(end, ("connection",)))))


def _bar_key(kind: str, x: int, y: int) -> str:
    return f'<rect class="{kind}" x="{x}" y="{y - 6}" width="{BAR_WIDTHS[kind]}" height="12"/>'


def _bar(bar: Bar, x: int, top: int, bottom: int) -> str:
    until = f"to {bar.until.at:.4f} s" if bar.until else "to the end"
    title = escape(f"{shorten(bar.name, LONGEST_TITLE)}, from {bar.since.at:.4f} s {until}")
    return (
        f'<rect class="{bar.kind}" x="{x}" y="{top}" width="{BAR_WIDTHS[bar.kind]}" '
        f'height="{max(bottom - top, 3)}"><title>{title}</title></rect>'
    )
