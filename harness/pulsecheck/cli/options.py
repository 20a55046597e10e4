"""Options of the command line, and what makes their values fit."""

import math
import os
from pathlib import Path
from typing import Any

import click

from pulsecheck.driver.environment import KEPT, named
from pulsecheck.driver.errors import BadSpecError
from pulsecheck.driver.spec import LISTEN, LOOPBACK, host_in_url, parse_spec
from pulsecheck.mock_server import bind

MOST_JOBS = 64


class Whole(click.IntRange):
    """A whole number of at least 1, and so many at the most; refused in words of our own."""

    def __init__(self, most: int | None = None) -> None:
        super().__init__(1, most)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number: int = super().convert(value, param, ctx)
        except click.BadParameter:
            wanted = f"from 1 to {self.max}" if self.max else "of at least 1"
            self.fail(f"a whole number {wanted} is wanted, not “{value}”.", param, ctx)
        return number


def finite(_context: click.Context, _option: click.Parameter, seconds: float) -> float:
    """Refuse what click takes for a number although no clock ever shows it."""
    if not math.isfinite(seconds):
        raise click.BadParameter(f"{seconds} is not a finite number of seconds.")
    return seconds


def listening(_context: click.Context, _option: click.Parameter, address: str | None) -> str | None:
    """Refuse what is no [HOST:]PORT."""
    if address is not None:
        try:
            parse_spec(listen_spec(address))
        except BadSpecError as error:
            raise click.BadParameter(f"“{address}” is not [HOST:]PORT: {error.problem}.") from None
    return address


def listen_spec(address: str) -> str:
    """Make a spec of [HOST:]PORT: the harness listens there for the driver."""
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or LOOPBACK
    return f"{LISTEN}{host_in_url(host)}:{port}"


def bindable(_context: click.Context, _option: click.Parameter, host: str) -> str:
    """Refuse a host at which this machine cannot listen."""
    try:
        bind(host, 0).close()
    except OSError as error:
        raise click.BadParameter(
            f"cannot listen on {host}: {error.strerror or error}. Name an address of this machine."
        ) from None
    return host


def available(
    _context: click.Context, _option: click.Parameter, words: tuple[str, ...]
) -> tuple[str, ...]:
    """Refuse variables that are not to be had."""
    try:
        named(words, os.environ)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return words


jobs_option = click.option(
    "--jobs",
    type=Whole(MOST_JOBS),
    metavar="N",
    default=1,
    show_default=True,
    help="How many processes run scenarios beside each other, each with a driver of its own.",
)

env_option = click.option(
    "--env",
    multiple=True,
    callback=available,
    metavar="NAME[=VALUE]",
    help=f"Give a command this variable too. Else it gets {', '.join(KEPT)} and LC_*.",
)

features_option = click.option(
    "--features",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Features in place of those that come with pulsecheck.",
)
