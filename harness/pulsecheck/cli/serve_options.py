"""What the options of `pulsecheck serve` take, and how they say what is wrong."""

import re
from pathlib import Path

import click
import msgspec

from pulsecheck.mock_server import Reactions, ReactionsError
from pulsecheck.mock_server.reactions import load
from pulsecheck.serve.kinds import Kinds
from pulsecheck.serve.messages import Placing

SHORTEST = 0.001
LONGEST = 86_400.0
"""Seconds: no duration is longer."""
_DURATION = re.compile(r"(?P<number>[0-9]{1,12}(\.[0-9]{1,9})?) ?(?P<unit>ms|s)?")
_FACTORS = {None: 1.0, "s": 1.0, "ms": 0.001}


def duration(_context: click.Context, _option: click.Parameter, said: str | None) -> float | None:
    """The seconds of a time such as 2s, 300ms or 1.5."""
    if said is None:
        return None
    found = _DURATION.fullmatch(said)
    if found is None:
        raise click.BadParameter(f"{said!r} is no time: write 2s, 300ms or 1.5 (seconds).")
    seconds = float(found["number"]) * _FACTORS[found["unit"]]
    if not SHORTEST <= seconds <= LONGEST:
        raise click.BadParameter(f"{said!r} is not between 1ms and {LONGEST:g}s.")
    return seconds


def faults(kinds: Kinds, said: tuple[str, ...]) -> tuple[Placing, ...]:
    """Faults, each said by its kind alone or by the JSON that the control interface takes."""
    return tuple(_fault(kinds, each) for each in said)


def _fault(kinds: Kinds, said: str) -> Placing:
    json = said if said.startswith("{") else msgspec.json.encode({"fault": {"kind": said}})
    try:
        placing: Placing = msgspec.json.decode(json, type=kinds.placing)
    except msgspec.MsgspecError as error:
        raise click.BadParameter(
            f"{said!r}: {error}. The kinds are: {', '.join(kinds.names)}."
        ) from error
    return placing


def reactions(_context: click.Context, _option: click.Parameter, path: Path | None) -> Reactions:
    """What a file says, or no reactions."""
    try:
        return Reactions() if path is None else load(path)
    except ReactionsError as error:
        raise click.BadParameter(str(error)) from error
