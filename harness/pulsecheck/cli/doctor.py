"""`pulsecheck doctor`: check a driver on its own, and print the findings."""

import asyncio
import os
import sys
from collections.abc import Sequence

import click
from rich.table import Table
from rich.text import Text

from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import env_option, require_finite
from pulsecheck.doctor.checks import CHECKS
from pulsecheck.doctor.examination import examine
from pulsecheck.doctor.findings import CheckStatus, DriverFinding
from pulsecheck.driver.driver import source_of
from pulsecheck.driver.environment import parse_variables
from pulsecheck.driver.errors import BadSpecError
from pulsecheck.driver.spec import parse_spec
from pulsecheck.shared.timeouts import Timeouts

DEFAULT = Timeouts()
EMPHASIZED = (CheckStatus.WRONG, CheckStatus.NOT_SHOWN)
MARKS = {
    CheckStatus.OK: ("✓", "green"),
    CheckStatus.WRONG: ("✗", "bold red"),
    CheckStatus.NOT_SHOWN: ("○", "yellow"),
    CheckStatus.SKIPPED: ("-", "dim"),
}


@click.command()
@click.argument("spec")
@env_option
@click.option(
    "--patience",
    type=click.FloatRange(min=0, min_open=True),
    callback=require_finite,
    metavar="S",
    default=DEFAULT.patience,
    show_default=True,
    help="Timeout for a response, in seconds. The first response may take at least "
    f"{DEFAULT.start:g} s.",
)
def doctor(*, spec: str, env: tuple[str, ...], patience: float) -> int:
    """Check a driver on its own, before checking conformance.

    SPEC is written as for `check --implementation`, or is tcp-listen://HOST:PORT for a driver that
    connects to pulsecheck. Some checks need an open Socket.IO connection. If the implementation
    opens no connection, these checks are "not shown", which is not an error.

    \b
    Exit codes:
      0  no check failed
      1  a check failed
    """  # noqa: D301 - \b is click's mark for a paragraph that is not wrapped
    try:
        source = source_of(parse_spec(spec, parse_variables(env, os.environ)), _announce)
    except BadSpecError as error:
        raise click.BadParameter(str(error), param_hint="'SPEC'") from None
    findings = asyncio.run(examine(source, CHECKS, Timeouts(patience=patience)))
    _show(findings)
    return int(any(found.status is CheckStatus.WRONG for found in findings))


def _announce(address: str) -> None:
    click.echo(f"waiting for a driver on {address}")


def _show(findings: Sequence[DriverFinding]) -> None:
    console = make_console(sys.stdout)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for justify in ("left", "left", "right"):
        table.add_column(justify=justify, no_wrap=True)
    table.add_column(overflow="fold")
    for found in findings:
        mark, style = MARKS[found.status]
        is_timed = found.status is not CheckStatus.SKIPPED
        spent = f"{found.seconds * 1000:.0f} ms" if is_timed else ""
        text = Text(found.text, "" if found.status in EMPHASIZED else "dim")
        table.add_row(Text(mark, style), found.check, Text(spent, "dim"), text)
    console.print(table)
    console.print(Text(_summary([found.status for found in findings]), "bold"))


def _summary(statuses: Sequence[CheckStatus]) -> str:
    wrong, not_shown = statuses.count(CheckStatus.WRONG), statuses.count(CheckStatus.NOT_SHOWN)
    summary = f"{wrong} wrong" if wrong else "nothing wrong with this driver"
    return f"{summary}, {not_shown} not shown" if not_shown else summary
