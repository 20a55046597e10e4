"""The log has a line for each thing that happens, and shows it as it is."""

import asyncio
import io
import re

from rich.console import Console

from deadlines import DEADLINE
from event_loop import in_a_loop
from pulsecheck.mock_server import Occurrence
from pulsecheck.mock_server.occurrences import Detail
from pulsecheck.serve.history import History
from pulsecheck.serve.log import ServerLog


async def logged(history: History, *, shows_packets: bool = False) -> list[str]:
    """The lines of what has happened, without the blanks that end them."""
    output = io.StringIO()
    console = Console(file=output, highlight=False, markup=False, emoji=False)
    history.append("test", "the end", {})
    task = asyncio.create_task(ServerLog(console, shows_packets=shows_packets).follow(history))
    async with asyncio.timeout(DEADLINE):
        while "the end" not in output.getvalue():  # noqa: ASYNC110 - nobody tells that it wrote
            await asyncio.sleep(0)  # noqa: TID251 - lets others run, and waits for no time
    task.cancel()
    return [line.rstrip() for line in output.getvalue().splitlines()[:-1]]


@in_a_loop
async def test_a_line_has_the_time_what_happened_and_its_details() -> None:
    history = History()
    details: dict[str, Detail] = {"connection": 3, "fault": "cut", "scope": None}
    history.append("server", Occurrence.FAULT_APPLIED, details)
    (line,) = await logged(history)
    clock, rest = line[:12], line[12:]
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", clock)
    assert rest == "  fault applied             connection=3  fault=cut"


@in_a_loop
async def test_packets_are_shown_only_when_asked_for() -> None:
    history = History()
    history.append("server", Occurrence.PACKET_SENT, {"packet": "2"})
    assert await logged(history) == []
    assert "packet=2" in (await logged(history, shows_packets=True))[0]


@in_a_loop
async def test_what_a_client_sends_cannot_command_the_terminal() -> None:
    history = History()
    evil = "\x1b[2J[bold]\r\n:smile:\u202e" + "x" * 300
    history.append("server", Occurrence.EVENT_RECEIVED, {"event": evil})
    (line,) = await logged(history)
    shown = line.partition("event=")[2]
    assert shown.startswith(r"\x1b[2J[bold]\r\n:smile:\u202exxx")
    assert shown.endswith("x…")
    assert len(shown) == 201
