"""The command `pulsecheck serve`."""

import asyncio
import os
import secrets
import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from pulsecheck.cli import serve_options as options
from pulsecheck.mock_server import DelayDisconnects
from pulsecheck.serve import serving
from pulsecheck.serve.guard import is_loopback
from pulsecheck.serve.kinds import Kinds, exported
from pulsecheck.serve.messages import Placing
from pulsecheck.serve.serving import TOKEN_VARIABLE, CannotServeError, ServeSettings

SHORTEST_TOKEN = 16
KINDS = Kinds(exported())
PORT = click.IntRange(0, 65535)


class UnusableError(click.ClickException):
    """What was asked for cannot be served."""

    exit_code = 2


def _faults(
    _context: click.Context, _option: click.Parameter, said: tuple[str, ...]
) -> tuple[Placing, ...]:
    return options.faults(KINDS, said)


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen on. Any but the loopback lets others in: then the control "
    f"interface asks for a token, that of {TOKEN_VARIABLE} or one that is printed.",
)
@click.option("--port", type=PORT, default=3000, show_default=True, help="0 is any that is free.")
@click.option(
    "--control-port",
    type=PORT,
    default=3001,
    show_default=True,
    help="That of the control page and interface; 0 is any that is free.",
)
@click.option(
    "--delay-disconnect",
    metavar="TIME",
    callback=options.duration,
    help="How late a client's goodbye is answered.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="FAULT",
    callback=_faults,
    help="A fault that is in place before the first connection: its kind, such as "
    "hold-disconnects, or the control interface's JSON.",
)
@click.option(
    "--reactions",
    metavar="F",
    type=click.Path(path_type=Path),
    callback=options.reactions,
    help="What the server answers of itself, as TOML or JSON.",
)
@click.option(
    "--ping-interval",
    metavar="TIME",
    callback=options.duration,
    default="25s",
    show_default=True,
    help="Between two heartbeats.",
)
@click.option(
    "--ping-timeout",
    metavar="TIME",
    callback=options.duration,
    default="20s",
    show_default=True,
    help="Within which a client must answer a heartbeat.",
)
@click.option(
    "--connect-timeout",
    metavar="TIME",
    callback=options.duration,
    default="45s",
    show_default=True,
    help="Within which a client must ask for a namespace.",
)
@click.option(
    "--max-payload",
    metavar="BYTES",
    type=click.IntRange(1, 100_000_000),
    default=1_000_000,
    show_default=True,
    help="The longest body or frame of a client.",
)
@click.option("--packets", is_flag=True, help="Show every packet in the log.")
def serve(*, delay_disconnect: float | None, faults: tuple[Placing, ...], **said: Any) -> None:
    """Run a Socket.IO server that does wrong what it is told, until Ctrl-C.

    TIME is 2s, 300ms or 1.5 (seconds). Exit code 2: it cannot be started so.
    """
    if delay_disconnect is not None:
        late = KINDS.placing(fault=KINDS.tell(DelayDisconnects(delay_disconnect)))
        faults = (late, *faults)
    settings = ServeSettings(kinds=KINDS, faults=faults, token=_token(said["host"]), **said)
    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    try:
        asyncio.run(serving.run(settings, console))
    except CannotServeError as error:
        raise UnusableError(str(error)) from error


def _token(host: str) -> str | None:
    """The token to ask for: none on the loopback, unless one is given."""
    given = os.environ.get(TOKEN_VARIABLE)
    if given is None:
        return None if is_loopback(host) else secrets.token_urlsafe(24)
    if len(given) < SHORTEST_TOKEN or not (given.isascii() and given.isprintable()):
        raise UnusableError(
            f"{TOKEN_VARIABLE} is no token: wanted at least {SHORTEST_TOKEN} printable ASCII "
            "characters; leave it out, and one is made"
        )
    return given
