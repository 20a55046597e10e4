"""Parse the options of `pulsecheck serve`."""

import re
from pathlib import Path

import click
import msgspec

from pulsecheck.mock_server import Reactions, ReactionsError, load_reactions
from pulsecheck.oracle.reported_pulse import LONGEST_NAME
from pulsecheck.serve.fault_kinds import FaultKinds
from pulsecheck.serve.messages import FaultRequest

SHORTEST = 0.001
LONGEST = 86_400.0
"""The limits of a duration, in seconds."""
_DURATION = re.compile(r"(?P<number>[0-9]{1,12}(\.[0-9]{1,9})?) ?(?P<unit>ms|s)?")
_FACTORS = {None: 1.0, "s": 1.0, "ms": 0.001}


def duration(_context: click.Context, _option: click.Parameter, value: str | None) -> float | None:
    """Parse a duration such as 2s, 300ms or 1.5; return seconds."""
    if value is None:
        return None
    match = _DURATION.fullmatch(value)
    if match is None:
        raise click.BadParameter(f"{value!r} is not a duration. Write 2s, 300ms or 1.5 (seconds).")
    seconds = float(match["number"]) * _FACTORS[match["unit"]]
    if not SHORTEST <= seconds <= LONGEST:
        raise click.BadParameter(f"{value!r} is not between 1ms and {LONGEST:g}s.")
    return seconds


def connection(_context: click.Context, _option: click.Parameter, value: str) -> str:
    """Reject the name of a connection if it does not have 1 to 200 characters."""
    if not 1 <= len(value) <= LONGEST_NAME:
        raise click.BadParameter(f"expected 1 to {LONGEST_NAME} characters; got {len(value)}.")
    return value


def faults(kinds: FaultKinds, values: tuple[str, ...]) -> tuple[FaultRequest, ...]:
    """Parse faults. Each value is the name of a kind, or JSON as for the control interface."""
    return tuple(_fault(kinds, value) for value in values)


def _fault(kinds: FaultKinds, value: str) -> FaultRequest:
    json = value if value.startswith("{") else msgspec.json.encode({"fault": {"kind": value}})
    try:
        request: FaultRequest = msgspec.json.decode(json, type=kinds.request_type)
    except msgspec.MsgspecError as error:
        raise click.BadParameter(
            f"{value!r}: {error}. The kinds are: {', '.join(kinds.names)}."
        ) from error
    return request


def reactions(_context: click.Context, _option: click.Parameter, path: Path | None) -> Reactions:
    """Read a file of reactions; return no reactions if no file is named."""
    try:
        return Reactions() if path is None else load_reactions(path)
    except ReactionsError as error:
        raise click.BadParameter(str(error)) from error
