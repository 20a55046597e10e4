"""`pulsecheck doctor`: the findings on a terminal."""

import asyncio
import os
import sys
from collections.abc import Sequence

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.deadlines import Deadlines
from harness.doctor.checks import CHECKS
from harness.doctor.examination import examine
from harness.doctor.findings import Finding, Status
from harness.driver.driver import source_of
from harness.driver.environment import named
from harness.driver.errors import BadSpecError
from harness.driver.spec import parse_spec
from harness.options import env_option, finite

LOG_WIDTH = 120
"""Columns of an output that is no terminal."""
USUAL = Deadlines()
MARKS = {
    Status.OK: ("✓", "green"),
    Status.WRONG: ("✗", "bold red"),
    Status.SKIPPED: ("-", "dim"),
}


@click.command()
@click.argument("spec")
@env_option
@click.option(
    "--patience",
    type=click.FloatRange(min=0, min_open=True),
    callback=finite,
    metavar="S",
    default=USUAL.patience,
    show_default=True,
    help="How long an answer may take.",
)
def doctor(*, spec: str, env: tuple[str, ...], patience: float) -> int:
    """Look at a driver alone, before any conformance.

    SPEC is what `check --implementation` takes, or tcp-listen://HOST:PORT for a driver that
    connects by itself. Exit codes: 0 nothing is wrong with it; 1 something is.
    """
    try:
        source = source_of(parse_spec(spec, named(env, os.environ)), _announce)
    except BadSpecError as error:
        raise click.BadParameter(str(error), param_hint="'SPEC'") from None
    findings = asyncio.run(examine(source, CHECKS, Deadlines(patience=patience)))
    _show(findings)
    return int(any(found.status is Status.WRONG for found in findings))


def _announce(address: str) -> None:
    click.echo(f"waiting for a driver on {address}")


def _show(findings: Sequence[Finding]) -> None:
    has_width = sys.stdout.isatty() or "COLUMNS" in os.environ
    console = Console(file=sys.stdout, width=None if has_width else LOG_WIDTH)
    table = Table(box=None, show_header=False, padding=(0, 2, 0, 0))
    for justify in ("left", "left", "right"):
        table.add_column(justify=justify, no_wrap=True)
    table.add_column(overflow="fold")
    for found in findings:
        mark, style = MARKS[found.status]
        is_timed = found.status is not Status.SKIPPED
        spent = f"{found.seconds * 1000:.0f} ms" if is_timed else ""
        text = Text(found.text, "" if found.status is Status.WRONG else "dim")
        table.add_row(Text(mark, style), found.check, Text(spent, "dim"), text)
    console.print(table)
    wrong = sum(found.status is Status.WRONG for found in findings)
    console.print(Text(f"{wrong} wrong" if wrong else "nothing wrong with this driver", "bold"))
