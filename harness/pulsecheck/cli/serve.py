"""`pulsecheck serve`: run a mock Socket.IO server."""

import asyncio
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from pulsecheck.cli import serve_options as options
from pulsecheck.cli.output import report_file, require_new
from pulsecheck.mock_server import DelayDisconnects
from pulsecheck.serve import serving
from pulsecheck.serve.fault_kinds import FaultKinds, exported
from pulsecheck.serve.guard import is_loopback
from pulsecheck.serve.messages import FaultRequest
from pulsecheck.serve.recorder import CannotRecordError
from pulsecheck.serve.serving import TOKEN_VARIABLE, CannotServeError, ServeSettings

SHORTEST_TOKEN = 16
KINDS = FaultKinds(exported())
PORT = click.IntRange(0, 65535)


class StartError(click.ClickException):
    """The server cannot start, or its recording cannot be written."""

    exit_code = 2


def _faults(
    _context: click.Context, _option: click.Parameter, values: tuple[str, ...]
) -> tuple[FaultRequest, ...]:
    return options.faults(KINDS, values)


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. If other machines can reach this address, the control "
    f"interface requires a token. Set a token in {TOKEN_VARIABLE}, or use the generated token, "
    "which is printed.",
)
@click.option(
    "--port",
    type=PORT,
    default=3000,
    show_default=True,
    help="The port of the Socket.IO server. 0 selects a free port.",
)
@click.option(
    "--control-port",
    type=PORT,
    default=3001,
    show_default=True,
    help="The port of the control page and the control interface. 0 selects a free port.",
)
@click.option(
    "--delay-disconnect",
    metavar="TIME",
    callback=options.duration,
    help="Delay the answer to a client's disconnect by this time.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    callback=_faults,
    help="Add a fault before the first connection. FAULT is its kind, such as hold-disconnects, or "
    "a JSON body as for POST /api/faults. Can be repeated.",
)
@click.option(
    "--reactions",
    metavar="FILE",
    type=click.Path(path_type=Path),
    callback=options.reactions,
    help="Read the server's reactions to connections and events from a TOML or JSON file.",
)
@click.option(
    "--ping-interval",
    metavar="TIME",
    callback=options.duration,
    default="25s",
    show_default=True,
    help="The time between two heartbeats.",
)
@click.option(
    "--ping-timeout",
    metavar="TIME",
    callback=options.duration,
    default="20s",
    show_default=True,
    help="The time that a client has to answer a heartbeat.",
)
@click.option(
    "--connect-timeout",
    metavar="TIME",
    callback=options.duration,
    default="45s",
    show_default=True,
    help="The time that a client has to ask for a namespace.",
)
@click.option(
    "--max-payload",
    metavar="BYTES",
    type=click.IntRange(1, 100_000_000),
    default=1_000_000,
    show_default=True,
    help="The largest body or frame that a client may send.",
)
@click.option(
    "--record",
    metavar="FILE",
    type=report_file,
    callback=require_new,
    help="Write everything that happens to a new file, as input for `pulsecheck judge`.",
)
@click.option(
    "--connection",
    metavar="NAME",
    callback=options.connection,
    default="main",
    show_default=True,
    help="The name of the connection in your product that leads to this server. It becomes part of "
    "the recording.",
)
@click.option("--packets", is_flag=True, help="Show every packet in the log.")
def serve(
    *, delay_disconnect: float | None, faults: tuple[FaultRequest, ...], **others: Any
) -> None:
    """Run a mock Socket.IO server, which can misbehave on command, until Ctrl-C.

    Write a TIME as 2s, 300ms or 1.5 (seconds). The exit code is 2 if the server cannot
    start, or if the recording cannot be written.
    """
    if delay_disconnect is not None:
        delay = KINDS.request_type(fault=KINDS.to_message(DelayDisconnects(delay_disconnect)))
        faults = (delay, *faults)
    settings = ServeSettings(kinds=KINDS, faults=faults, token=_token(others["host"]), **others)
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    try:
        asyncio.run(serving.run(settings, console))
    except (CannotServeError, CannotRecordError) as error:
        raise StartError(str(error)) from error


def _token(host: str) -> str | None:
    """Return the token to require: the token in the environment, or else a generated one.

    Return None if the environment has no token and `host` is a loopback address. Then no token is
    required, because only programs on this machine can reach the server.
    """
    given = os.environ.get(TOKEN_VARIABLE)
    if given is None:
        return None if is_loopback(host) else secrets.token_urlsafe(24)
    if len(given) < SHORTEST_TOKEN or not (given.isascii() and given.isprintable()):
        raise StartError(
            f"{TOKEN_VARIABLE} is not a valid token: expected at least {SHORTEST_TOKEN} printable "
            "ASCII characters. Set a longer one, or unset the variable to use a generated token."
        )
    return given
