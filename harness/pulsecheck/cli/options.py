"""Options that several commands share, and validation of option values."""

import math
import os
from pathlib import Path
from typing import Any

import click

from pulsecheck.driver.environment import INHERITED, parse_variables
from pulsecheck.driver.errors import BadSpecError
from pulsecheck.driver.spec import LISTEN, LOOPBACK, host_in_url, parse_spec
from pulsecheck.mock_server import bind

MAX_JOBS = 64


class PositiveInteger(click.IntRange):
    """An integer from 1 to `maximum`, with the same error message for every wrong value."""

    def __init__(self, maximum: int | None = None) -> None:
        super().__init__(1, maximum)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            number: int = super().convert(value, param, ctx)
        except click.BadParameter:
            expected = f"from 1 to {self.max}" if self.max else "greater than 0"
            self.fail(f"“{value}” is not an integer {expected}.", param, ctx)
        return number


def require_finite(
    _context: click.Context, _option: click.Parameter, seconds: float | None
) -> float | None:
    """Reject NaN and infinity, which click accepts as floats. None means the default."""
    if seconds is not None and not math.isfinite(seconds):
        raise click.BadParameter(f"{seconds} is not a finite number of seconds.")
    return seconds


def require_listen_address(
    _context: click.Context, _option: click.Parameter, address: str | None
) -> str | None:
    """Reject an address that is not [HOST:]PORT."""
    if address is not None:
        try:
            parse_spec(listen_spec(address))
        except BadSpecError as error:
            raise click.BadParameter(f"“{address}” is not [HOST:]PORT: {error.problem}.") from None
    return address


def listen_spec(address: str) -> str:
    """Return the spec with which the harness listens for a driver at [HOST:]PORT."""
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]") or LOOPBACK
    return f"{LISTEN}{host_in_url(host)}:{port}"


def require_local_host(_context: click.Context, _option: click.Parameter, host: str) -> str:
    """Reject a host on which this machine cannot listen."""
    try:
        bind(host, 0).close()
    except OSError as error:
        raise click.BadParameter(
            f"cannot listen on {host}: {error.strerror or error}. Name an address of this machine."
        ) from None
    return host


def require_variables(
    _context: click.Context, _option: click.Parameter, words: tuple[str, ...]
) -> tuple[str, ...]:
    """Reject a variable whose value is neither in the option nor in the environment."""
    try:
        parse_variables(words, os.environ)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
    return words


jobs_option = click.option(
    "--jobs",
    type=PositiveInteger(MAX_JOBS),
    metavar="N",
    default=1,
    show_default=True,
    help="Number of worker processes. Each starts its own driver.",
)

env_option = click.option(
    "--env",
    multiple=True,
    callback=require_variables,
    metavar="NAME[=VALUE]",
    help="Environment variable to pass to the driver command. Repeatable. Always passed: "
    f"{', '.join(INHERITED)} and LC_*.",
)

features_option = click.option(
    "--features",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Folder with feature files and requirements.toml, instead of those of pulsecheck.",
)
