"""The log on the terminal: one line for each timeline entry."""

import json

from rich.console import Console
from rich.text import Text

from pulsecheck.mock_server import Occurrence
from pulsecheck.serve.history import History
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.shared.timeline import Entry

BATCH = 200
LONGEST_DETAIL = 200
"""The maximum number of characters to show of a detail."""
PACKETS = frozenset({Occurrence.PACKET_RECEIVED, Occurrence.PACKET_SENT})
STYLES = {
    Occurrence.FAULT_BEGINS: "yellow",
    Occurrence.FAULT_APPLIED: "bold yellow",
    Occurrence.FAULT_ENDS: "yellow",
    Occurrence.ESTABLISHED: "green",
    Occurrence.TERMINATED: "bold",
    Occurrence.CLIENT_LEAVES: "cyan",
    Occurrence.REFUSED: "red",
    Occurrence.PROTOCOL_VIOLATED: "bold red",
}


class ServerLog:
    def __init__(self, console: Console, *, shows_packets: bool) -> None:
        self._console = console
        self._shows_packets = shows_packets

    async def follow(self, history: History) -> None:
        """Print entries until cancelled. Raises OSError if the console's output is closed."""
        since = 0
        while True:
            for entry in await history.after(since, BATCH):
                since = entry.number + 1
                if self._shows_packets or entry.what not in PACKETS:
                    self._console.print(_line(history, entry), soft_wrap=True)


def _line(history: History, entry: Entry) -> Text:
    moment = history.moment(entry).astimezone()
    clock = f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03}"
    style = next((style for what, style in STYLES.items() if what == entry.what), "")
    details = "  ".join(
        f"{key}={_shown(value)}" for key, value in entry.details.items() if value is not None
    )
    return Text.assemble(
        (clock, "dim"),
        "  ",
        (f"{entry.what:<22}", style),
        "  ",
        (details, "dim" if not style else ""),
    )


def _shown(value: object) -> str:
    plain = json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)
    text = escape_unprintable(plain).replace("\n", "\\n")
    return text if len(text) <= LONGEST_DETAIL else f"{text[:LONGEST_DETAIL]}…"
