"""The sequence diagram of a scenario: its timeline as an SVG, with a lane for each party.

Shapes have classes, which the page's style sheet colours. Nothing in a drawing has an id but its
title and description, so that many can be on one page.
"""

import re
from collections.abc import Callable, Iterator, Sequence

import msgspec
from markupsafe import Markup, escape

from harness.records import ScenarioRecord
from harness.report.html.folding import Gap, Row, fold
from harness.report.text import culprits, details, shorten
from harness.timeline import SENTENCE, Entry

HARNESS, NODES, WIRE, SERVER = 104, 316, 528, 700
LANES = {"harness": HARNESS, "nodes": NODES, "wire": WIRE, "server": SERVER}
WIDTH = 960
TOP = 34
STEP = 20
CHARACTER = 6
"""Units of width that a character takes; texts are cut to their place."""
HEAD = 5
"""Half the height of an arrow's head."""
BARS = {
    "fault begins": ("fault ends", "fault", SERVER + 8),
    "fault bites": ("fault ends", "held", SERVER + 8),
    "connection opened": ("connection terminated", "life", SERVER - 2),
    "TCP connection opened": ("TCP connection ended", "life", WIRE - 2),
}
"""What begins, what ends it, the class of the bar between the two, and where that is drawn."""
BESIDE = {"fault": 6, "held": 6, "life": 4}
"""Units by which a bar stands beside another of its kind that it would cover."""
THICK = {"fault": 5, "held": 5, "life": 4}
MOST_BESIDE = 4
NODE = re.compile(r'"node":"([^"]*?)(?: #[^"]*)?"')


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
        self._rows = fold(record.timeline, culprits(record))
        self._culprits = culprits(record)
        self._failed_at = _failed_at(record)
        self._height = TOP + STEP * (len(self._rows) + 1)
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
            "</svg>",
        ]
        return Markup("".join(parts))  # noqa: S704 - every text in it is escaped below

    def _description(self) -> Markup:
        last = self._record.timeline[-1]
        wrong = [row.entry for row in self._rows if isinstance(row, Row) and self._is_wrong(row)]
        where = "; ".join(f"at {entry.at:.4f} s: {_told(entry)}" for entry in wrong)
        return escape(
            f"{last.number + 1} entries in {last.at:.3f} s, in lanes for {', '.join(LANES)}."
            + (f" It went wrong {where}." if where else "")
        )

    def _is_wrong(self, row: Row) -> bool:
        return row.entry.number in self._culprits or row.entry.number == self._failed_at

    def _lanes(self) -> Iterator[str]:
        for name, x in LANES.items():
            yield (
                f'<path class="lane" d="M{x} {TOP}V{self._height - 4}"/>'
                f'<text class="party" x="{x}" y="20">{name}</text>'
            )

    def _bars(self) -> Iterator[tuple[Bar, int, int, int]]:
        """Give each bar with its left edge and where it begins and ends."""
        drawn: list[tuple[int, int, int]] = []
        for bar in _bars(self._record.timeline):
            top = self._height_of(bar.since)
            bottom = self._height_of(bar.until) if bar.until else self._height - 4
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
        return self._height

    def _row(self, row: Row | Gap) -> str:
        y = self._y[row]
        if isinstance(row, Gap):
            return f'<text class="gap" x="{HARNESS - 12}" y="{y + 4}">{row}</text>'
        told = " ".join(filter(None, (_told(row.entry), _told(row.answer) if row.answer else "")))
        style = ' class="wrong"' if self._is_wrong(row) else ""
        return (
            f'<g role="img"{style}>'
            f"<title>{escape(f'{row.entry.at:.4f} s {told}')}</title>"
            f'<text class="time" x="62" y="{y + 4}">{row.entry.at:.4f}</text>'
            f"{_shape(row)(row, y)}</g>"
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


def _bar(bar: Bar, x: int, top: int, bottom: int) -> str:
    until = f"to {bar.until.at:.4f} s" if bar.until else "to the end"
    title = escape(f"{shorten(bar.name, 240)}, from {bar.since.at:.4f} s {until}")
    return (
        f'<rect class="{bar.kind}" x="{x}" y="{top}" width="{THICK[bar.kind]}" '
        f'height="{max(bottom - top, 3)}"><title>{title}</title></rect>'
    )


# --- the shapes -----------------------------------------------------------------------------

Shape = Callable[[Row, int], str]


def _shape(row: Row) -> Shape:
    entry = row.entry
    return SHAPES.get((entry.source, entry.what)) or SOURCES.get(entry.source, _other)


def _sentence(row: Row, y: int) -> str:
    kind = str(row.entry.details.get("kind", "")).title()
    text = escape(shorten(f"{kind} {row.entry.what}".strip(), 140))
    return (
        f'<rect class="band" x="70" y="{y - 9}" width="{WIDTH - 70}" height="18" rx="2"/>'
        f'<text class="sentence" x="78" y="{y + 4}">{text}</text>'
    )


def _request(row: Row, y: int) -> str:
    found = row.entry.details
    node = NODE.search(str(found.get("params", "")))
    label = f'{found.get("method")} "{node[1]}"' if node else str(found.get("method"))
    return _arrow((HARNESS, NODES), y, label, both=row.answer is not None)


def _answer(row: Row, y: int) -> str:
    found = row.entry.details
    outcome = "" if found.get("ok") else f": {found.get('error')}"
    return _arrow((NODES, HARNESS), y, f"{found.get('method')} answered{outcome}", style=" reply")


def _packet_received(row: Row, y: int) -> str:
    return _arrow((NODES, SERVER), y, str(row.entry.details.get("packet")), style=" frame")


def _packet_sent(row: Row, y: int) -> str:
    return _arrow((SERVER, NODES), y, str(row.entry.details.get("packet")), style=" frame")


def _client_leaves(row: Row, y: int) -> str:
    return _arrow((NODES, SERVER), y, f"leaves: {row.entry.details.get('sign')}", style=" frame")


def _pulsed(row: Row, y: int) -> str:
    label = _text(NODES + 12, y, str(row.entry.details.get("node")), WIRE, "pulsed")
    return f'<path class="pulse" d="M{NODES - 6} {y}l6-6 6 6-6 6z"/>{label}'


def _fault(row: Row, y: int) -> str:
    label = f"{row.entry.what.removeprefix('fault ')}: {row.entry.details.get('fault')}"
    return _dot(SERVER, y) + _text(SERVER + 40, y, label, WIDTH, "fault-name")


def _wire(row: Row, y: int) -> str:
    return _dot(WIRE, y) + _text(WIRE + 20, y, _brief(row.entry), SERVER, "note")


def _server(row: Row, y: int) -> str:
    return _dot(SERVER, y) + _text(SERVER + 40, y, _brief(row.entry), WIDTH, "note")


def _node(row: Row, y: int) -> str:
    return _dot(NODES, y) + _text(NODES + 12, y, _brief(row.entry), WIRE, "note")


def _other(row: Row, y: int) -> str:
    return _dot(HARNESS, y) + _text(HARNESS + 12, y, _brief(row.entry), NODES, "note")


def _brief(entry: Entry) -> str:
    """An entry in a few words: what it is, and the details that tell it from others of its kind."""
    values = (
        f"by {value}" if name == "by" else str(value)
        for name, value in entry.details.items()
        if name not in {"server", "connection", "tcp", "ack"} and value is not None
    )
    return " ".join((entry.what.removeprefix("TCP connection "), *values))


def _dot(x: int, y: int) -> str:
    return f'<circle cx="{x}" cy="{y}" r="3"/>'


def _arrow(
    ends: tuple[int, int], y: int, label: str, *, style: str = "", both: bool = False
) -> str:
    start, end = ends
    back = -HEAD - 2 if end > start else HEAD + 2
    heads = f"M{end + back} {y + 2 - HEAD}L{end} {y + 2}L{end + back} {y + 2 + HEAD}"
    if both:
        heads += f"M{start - back} {y + 2 - HEAD}L{start} {y + 2}L{start - back} {y + 2 + HEAD}"
    left, right = sorted((start, end))
    return (
        f'<path class="arrow{style}" d="M{start} {y + 2}H{end}{heads}"/>'
        f"{_text(left + 12, y - 5, label, right, 'label')}"
    )


def _text(x: int, y: int, text: str, until: int, style: str) -> str:
    shown = escape(shorten(text, (until - x) // CHARACTER))
    return f'<text class="{style}" x="{x}" y="{y + 4}">{shown}</text>'


SOURCES: dict[str, Shape] = {
    SENTENCE: _sentence,
    "node": _node,
    "wire": _wire,
    "server": _server,
}
SHAPES: dict[tuple[str, str], Shape] = {
    ("driver", "request"): _request,
    ("driver", "answer"): _answer,
    ("node", "pulsed"): _pulsed,
    ("server", "packet received"): _packet_received,
    ("server", "packet sent"): _packet_sent,
    ("server", "client leaves"): _client_leaves,
    ("server", "fault begins"): _fault,
    ("server", "fault bites"): _fault,
    ("server", "fault ends"): _fault,
}
"""How an entry is drawn; one of a kind that is not listed, as its source is."""
