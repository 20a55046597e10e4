"""`pulsecheck explore`: run generated sequences against an implementation."""

import os
import re
import secrets
import shlex
import sys
import time as clock
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import click
from rich.progress import Progress, SpinnerColumn, TextColumn

from pulsecheck import DISTRIBUTION
from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import PositiveInteger, env_option, require_finite
from pulsecheck.cli.output import InputError, report_option, require_distinct, write
from pulsecheck.driver.environment import parse_variables
from pulsecheck.driver.errors import BadSpecError, DriverError
from pulsecheck.explore.dimensions import possible_pairs
from pulsecheck.explore.exploration import Exploration
from pulsecheck.explore.profile import profile_of
from pulsecheck.explore.scenario_text import sequence_of
from pulsecheck.explore.sequence import Sequence
from pulsecheck.explore.stream import sequences
from pulsecheck.report import exploration as report
from pulsecheck.report.style import plain
from pulsecheck.runner.exploration import Explorer
from pulsecheck.runner.interrupts import INTERRUPTED, Interrupts
from pulsecheck.runner.plugin import REFERENCE
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite import feature_files
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE, read_scenarios
from pulsecheck.suite.requirements import Catalogue, load
from pulsecheck.world.resources import RunResources

DEFAULT_TIME = 60.0
"""Seconds, if neither --time nor --runs is given."""
LARGEST_SEED = 2**32 - 1
UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


class Duration(click.ParamType[float]):
    """A time such as 60, 60s, 2m or 1h, in seconds."""

    name = "duration"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", str(value))
        if found is None or not float(found[1]):
            self.fail(f"“{value}” is not a time such as 60s, 2m or 1h.", param, ctx)
        return float(found[1]) * UNITS[found[2]]


@click.command()
@click.option(
    "--implementation",
    metavar="SPEC",
    default=REFERENCE,
    help="The implementation under test, as for `check`.  [default: the reference runtime]",
)
@env_option
@click.option(
    "--time",
    "seconds",
    metavar="T",
    type=Duration(),
    help="How long to explore, such as 60s, 2m or 1h.  [default: 60s, unless --runs is given]",
)
@click.option("--runs", metavar="N", type=PositiveInteger(), help="How many sequences to run.")
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(0, LARGEST_SEED),
    help="Seed of the sequences. The same seed gives the same sequences.  [default: a new one]",
)
@click.option(
    "--replay",
    metavar="F",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Run the sequences of a feature file that --save wrote, instead of new ones.",
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0, min_open=True),
    callback=require_finite,
    metavar="S",
    default=Timeouts().patience,
    show_default=True,
    help="Timeout for an expected event, in seconds. A shorter one is used until a sequence fails.",
)
@click.option(
    "--save",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the sequences that failed as a suite, for `check --features DIR` and --replay.",
)
@report_option("--json", help="Write the result as JSON.")
@report_option("--html", help="Write the sequences that failed as HTML, with their diagrams.")
def explore(  # noqa: PLR0913 - one parameter for each option
    *,
    implementation: str,
    env: tuple[str, ...],
    seconds: float | None,
    runs: int | None,
    seed: int | None,
    replay: Path | None,
    patience: float,
    save: Path | None,
    json: Path | None,
    html: Path | None,
) -> int:
    """Look for violations with generated sequences.

    A sequence is a project and actions on it. The documented facts judge what happens. A sequence
    that fails is shortened, and printed as a scenario.

    \b
    Exit codes:
      0    no must requirement is violated, which does not prove
           conformance
      1    a must requirement is violated
      2    the harness or the driver failed, or a sequence failed only
           sometimes
      130  interrupted
    """  # noqa: D301 - \b is click's mark for a paragraph that is not wrapped
    if replay is not None and not seed is runs is seconds is None:
        raise click.UsageError(
            "--replay runs the sequences of a file. Remove --seed, --runs and --time."
        )
    require_distinct(json, html)
    catalogue, replayed = _read(replay)
    interrupts = Interrupts()
    click.get_current_context().with_resource(interrupts.installed())
    console = make_console(sys.stdout)
    if replay is None:
        seed = secrets.randbelow(LARGEST_SEED + 1) if seed is None else seed
        console.print(plain(f"seed {seed}"))
    until = _until(seconds, runs, replayed)
    timeouts = Timeouts(patience=patience)
    variables = parse_variables(env, os.environ)
    try:
        with RunResources(implementation, timeouts, variables=variables) as resources:
            profile = profile_of(resources.initialized)
            stream = replayed or sequences(seed or 0, profile)
            with interrupts.interruptible():
                found = _explore(Explorer(resources), stream, until)
    except BadSpecError as error:
        raise click.BadParameter(str(error), param_hint="'--implementation'") from None
    except DriverError as error:
        raise InputError(str(error)) from error
    possible = possible_pairs(profile.nodes, profile.transports, has_links=profile.has_links)
    report.show(console, found, catalogue, possible)
    again = _again(implementation, seed, replay, found)
    if found.findings:
        console.print(plain(f"again: {shlex.join(again)}"), soft_wrap=True)
    if save is not None and found.findings:
        try:
            path = report.save(save, found, catalogue)
        except OSError as error:
            raise InputError(
                f"cannot write '{save}': {error.strerror}.\n  Name a writable folder."
            ) from error
        console.print(plain(f"scenarios: {path}"), soft_wrap=True)
    written = [
        write(path, content)
        for path, content in (
            (json, report.render(found, catalogue, possible, seed)),
            (html, report.render_page(found, catalogue, again)),
        )
        if path is not None
    ]
    if found.interrupted:
        return INTERRUPTED
    return report.exit_code(found, catalogue) if all(written) else 2


def _read(replay: Path | None) -> tuple[Catalogue, list[Sequence] | None]:
    """Read the catalogue, and the sequences to replay. Raises InputError."""
    try:
        catalogue = load(feature_files.default_features() / CATALOGUE)
        if replay is None:
            return catalogue, None
        scenarios = read_scenarios(replay)
    except SuiteError as error:
        raise InputError(str(error)) from error
    if not scenarios:
        raise InputError(f"{replay}: the file has no scenario. Name a file that --save wrote.")
    return catalogue, [sequence_of(each) for each in scenarios]


def _until(
    seconds: float | None, runs: int | None, replayed: list[Sequence] | None
) -> Callable[[int], bool]:
    """Return the condition that ends the exploration."""
    if replayed is not None:
        return lambda number: number >= len(replayed)
    limit = DEFAULT_TIME if seconds is None and runs is None else seconds
    end = None if limit is None else clock.monotonic() + limit

    def is_over(number: int) -> bool:
        return (end is not None and clock.monotonic() >= end) or (
            runs is not None and number >= runs
        )

    return is_over


def _explore(
    explorer: Explorer, stream: Iterable[Sequence], until: Callable[[int], bool]
) -> Exploration:
    console = make_console(sys.stderr)
    columns = (SpinnerColumn(), TextColumn("{task.description}"))
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("exploring")

        def progress(number: int, findings: int) -> None:
            bar.update(task, description=f"{number} sequences, {findings} found")

        return explorer.explore(stream, until=until, progress=progress)


def _again(
    implementation: str, seed: int | None, replay: Path | None, found: Exploration
) -> tuple[str, ...]:
    """Return the words of the command that finds the findings again."""
    last = max((each.number for each in found.findings), default=found.sequences)
    named = () if implementation == REFERENCE else ("--implementation", implementation)
    if replay is not None:
        return (DISTRIBUTION, "explore", *named, "--replay", str(replay))
    words = ("--seed", str(seed), "--runs", str(max(last, 1)))
    return (DISTRIBUTION, "explore", *named, *words)
