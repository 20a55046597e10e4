"""The lanes of a sequence diagram, and the shape for each kind of entry.

Coordinates are units of the diagram's view box. Every text is escaped and cut to fit.
"""

from collections.abc import Callable

from markupsafe import escape

from pulsecheck.report.html.diagram_rows import DiagramRow
from pulsecheck.report.text import detail_texts, shorten
from pulsecheck.shared.timeline import SENTENCE, Entry

HARNESS, NODES, WIRE, SERVER = 104, 316, 528, 700
LANES = {"harness": HARNESS, "nodes": NODES, "wire": WIRE, "server": SERVER}
WIDTH = 960
"""Width of the view box. On a page, `.diagram` in report.css sets the width of a diagram."""
CHARACTER_WIDTH = 6
"""Width of a character, to calculate how many characters of a text fit."""
HEAD = 5
"""Half the height of an arrow's head."""
NOT_IN_CAPTIONS = frozenset({"server", "connection", "tcp", "ack", "type", "values"})
"""Details that captions leave out: identifiers, and values, which may be long."""

Shape = Callable[[DiagramRow, int], str]


def shape(row: DiagramRow, y: int) -> str:
    """Return the SVG elements for a row at height `y`."""
    entry = row.entry
    draw = SHAPES.get((entry.source, entry.what)) or SOURCES.get(entry.source, _other)
    return draw(row, y)


def _sentence(row: DiagramRow, y: int) -> str:
    kind = str(row.entry.details.get("kind", "")).title()
    text = escape(shorten(f"{kind} {row.entry.what}".strip(), 140))
    return (
        f'<rect class="band" x="70" y="{y - 9}" width="{WIDTH - 70}" height="18" rx="2"/>'
        f'<text class="sentence" x="78" y="{y + 4}">{text}</text>'
    )


def _request(row: DiagramRow, y: int) -> str:
    found = row.entry.details
    node = found.get("node")
    label = f'{found.get("method")} "{node}"' if node else str(found.get("method"))
    return _arrow((HARNESS, NODES), y, label, both=row.answer is not None)


def _answer(row: DiagramRow, y: int) -> str:
    found = row.entry.details
    outcome = "" if found.get("ok") else f": {found.get('error')}"
    return _arrow((NODES, HARNESS), y, f"{found.get('method')} answered{outcome}", style=" reply")


def _packet_received(row: DiagramRow, y: int) -> str:
    return _arrow((NODES, SERVER), y, str(row.entry.details.get("packet")), style=" frame")


def _packet_sent(row: DiagramRow, y: int) -> str:
    return _arrow((SERVER, NODES), y, str(row.entry.details.get("packet")), style=" frame")


def _client_leaves(row: DiagramRow, y: int) -> str:
    return _arrow((NODES, SERVER), y, f"leaves: {row.entry.details.get('sign')}", style=" frame")


def _pulsed(row: DiagramRow, y: int) -> str:
    label = text_element(NODES + 12, y, str(row.entry.details.get("node")), WIRE, "pulsed")
    return f'<path class="pulse" d="M{NODES - 6} {y}l6-6 6 6-6 6z"/>{label}'


def _fault(row: DiagramRow, y: int) -> str:
    label = f"{row.entry.what.removeprefix('fault ')}: {row.entry.details.get('fault')}"
    return _dot(SERVER, y) + text_element(SERVER + 40, y, label, WIDTH, "fault-name")


def _terminated(row: DiagramRow, y: int) -> str:
    mark = f'<path class="end" d="M{SERVER - 6} {y}h12"/>'
    return mark + text_element(SERVER + 40, y, _caption(row.entry), WIDTH, "ended")


def _wire(row: DiagramRow, y: int) -> str:
    return _dot(WIRE, y) + text_element(WIRE + 20, y, _caption(row.entry), SERVER, "note")


def _server(row: DiagramRow, y: int) -> str:
    return _dot(SERVER, y) + text_element(SERVER + 40, y, _caption(row.entry), WIDTH, "note")


def _node(row: DiagramRow, y: int) -> str:
    return _dot(NODES, y) + text_element(NODES + 12, y, _caption(row.entry), WIRE, "note")


def _other(row: DiagramRow, y: int) -> str:
    return _dot(HARNESS, y) + text_element(HARNESS + 12, y, _caption(row.entry), NODES, "note")


def _caption(entry: Entry) -> str:
    """Return a short text for an entry: the event, and the details except NOT_IN_CAPTIONS."""
    values = (
        f"by {value}" if name == "by" else value
        for name, value in detail_texts(entry).items()
        if name not in NOT_IN_CAPTIONS
    )
    return " ".join((entry.what.replace("TCP connection", "TCP"), *values))


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
        f"{text_element(left + 12, y - 5, label, right, 'label')}"
    )


def text_element(x: int, y: int, text: str, until: int, style: str) -> str:
    """Return an element for a text that begins at `x` and is cut before `until`."""
    shown = escape(shorten(text, (until - x) // CHARACTER_WIDTH))
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
    ("server", "connection terminated"): _terminated,
    ("server", "fault begins"): _fault,
    ("server", "fault applied"): _fault,
    ("server", "fault ends"): _fault,
}
"""Shapes by source and occurrence. Other entries have the shape of their source."""
