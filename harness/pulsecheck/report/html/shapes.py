"""The shapes of a sequence diagram: how each kind of entry is drawn, in which lane.

Coordinates are units of the drawing's view box; every text is escaped, and cut to its place.
"""

from collections.abc import Callable

from markupsafe import escape

from pulsecheck.report.html.folding import DiagramRow
from pulsecheck.report.text import shorten
from pulsecheck.shared.timeline import SENTENCE, Entry

HARNESS, NODES, WIRE, SERVER = 104, 316, 528, 700
LANES = {"harness": HARNESS, "nodes": NODES, "wire": WIRE, "server": SERVER}
WIDTH = 960
CHARACTER = 6
"""Units of width that a character takes; texts are cut to their place."""
HEAD = 5
"""Half the height of an arrow's head."""

Shape = Callable[[DiagramRow, int], str]


def shape(row: DiagramRow, y: int) -> str:
    """Draw an entry at a height."""
    entry = row.entry
    found = SHAPES.get((entry.source, entry.what)) or SOURCES.get(entry.source, _other)
    return found(row, y)


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
    label = words(NODES + 12, y, str(row.entry.details.get("node")), WIRE, "pulsed")
    return f'<path class="pulse" d="M{NODES - 6} {y}l6-6 6 6-6 6z"/>{label}'


def _fault(row: DiagramRow, y: int) -> str:
    label = f"{row.entry.what.removeprefix('fault ')}: {row.entry.details.get('fault')}"
    return _dot(SERVER, y) + words(SERVER + 40, y, label, WIDTH, "fault-name")


def _terminated(row: DiagramRow, y: int) -> str:
    """The end that a client waits for."""
    mark = f'<path class="end" d="M{SERVER - 6} {y}h12"/>'
    return mark + words(SERVER + 40, y, _brief(row.entry), WIDTH, "ended")


def _wire(row: DiagramRow, y: int) -> str:
    return _dot(WIRE, y) + words(WIRE + 20, y, _brief(row.entry), SERVER, "note")


def _server(row: DiagramRow, y: int) -> str:
    return _dot(SERVER, y) + words(SERVER + 40, y, _brief(row.entry), WIDTH, "note")


def _node(row: DiagramRow, y: int) -> str:
    return _dot(NODES, y) + words(NODES + 12, y, _brief(row.entry), WIRE, "note")


def _other(row: DiagramRow, y: int) -> str:
    return _dot(HARNESS, y) + words(HARNESS + 12, y, _brief(row.entry), NODES, "note")


def _brief(entry: Entry) -> str:
    """An entry in a few words: what it is, and the details that tell it from others of its kind."""
    values = (
        f"by {value}" if name == "by" else str(value)
        for name, value in entry.details.items()
        if name not in {"server", "connection", "tcp", "ack"} and value is not None
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
        f"{words(left + 12, y - 5, label, right, 'label')}"
    )


def words(x: int, y: int, text: str, until: int, style: str) -> str:
    """Write a text from `x` on, cut where it would reach `until`."""
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
    ("server", "connection terminated"): _terminated,
    ("server", "fault begins"): _fault,
    ("server", "fault applied"): _fault,
    ("server", "fault ends"): _fault,
}
"""How an entry is drawn; one of a kind that is not listed, as its source is."""
