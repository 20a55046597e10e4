"""The log on the terminal."""

import asyncio
import io
import re

from rich.console import Console

from deadlines import DEADLINE
from event_loop import in_a_loop
from pulsecheck.mock_server import Detail, Occurrence
from pulsecheck.serve.history import History
from pulsecheck.serve.log import ServerLog


async def logged(history: History, *, shows_packets: bool = False) -> list[str]:
    """Return the log lines of the history, without trailing blanks."""
    output = io.StringIO()
    console = Console(file=output, highlight=False, markup=False, emoji=False)
    history.append("test", "the end", {})
    task = asyncio.create_task(ServerLog(console, shows_packets=shows_packets).follow(history))
    async with asyncio.timeout(DEADLINE):
        while "the end" not in output.getvalue():  # noqa: ASYNC110 - the log has no event for this
            await asyncio.sleep(0)  # noqa: TID251 - runs other tasks, without a delay
    task.cancel()
    return [line.rstrip() for line in output.getvalue().splitlines()[:-1]]


@in_a_loop
async def test_a_line_has_time_occurrence_and_details() -> None:
    history = History()
    details: dict[str, Detail] = {"connection": 3, "fault": "cut", "scope": None}
    history.append("server", Occurrence.FAULT_APPLIED, details)
    (line,) = await logged(history)
    clock, rest = line[:12], line[12:]
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", clock)
    assert rest == "  fault applied           connection=3  fault=cut"


@in_a_loop
async def test_packets_are_shown_only_with_the_option() -> None:
    history = History()
    history.append("server", Occurrence.PACKET_SENT, {"packet": "2"})
    assert await logged(history) == []
    assert "packet=2" in (await logged(history, shows_packets=True))[0]


@in_a_loop
async def test_control_characters_from_clients_are_escaped() -> None:
    history = History()
    evil = "\x1b[2J[bold]\r\n:smile:\u202e" + "x" * 300
    history.append("server", Occurrence.EVENT_RECEIVED, {"event": evil})
    (line,) = await logged(history)
    shown = line.partition("event=")[2]
    assert shown.startswith(r"\x1b[2J[bold]\r\n:smile:\u202exxx")
    assert shown.endswith("x…")
    assert len(shown) == 201
