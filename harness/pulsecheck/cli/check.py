"""`pulsecheck check`: check whether an implementation conforms."""

import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

import click
from msgspec.structs import replace
from rich.console import Console

from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import (
    PositiveInteger,
    env_option,
    features_option,
    jobs_option,
    listen_spec,
    require_finite,
    require_listen_address,
    require_local_host,
)
from pulsecheck.cli.output import (
    InputError,
    report_file,
    report_option,
    require_distinct,
    require_new,
    write,
)
from pulsecheck.cli.rerun import rerun_command
from pulsecheck.driver.spec import LOOPBACK, is_device
from pulsecheck.report import conformance, junit, known_failures_file, terminal
from pulsecheck.report.html import run_page
from pulsecheck.report.progress import Progress
from pulsecheck.report.style import plain
from pulsecheck.results import known_failures
from pulsecheck.results.judgement import NOTHING_KNOWN, judge
from pulsecheck.results.known_failures import KnownFailures
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus, scenario_status
from pulsecheck.results.verdict import EXIT_CODES, Conclusion, Verdict
from pulsecheck.runner.interrupts import INTERRUPTED, Interrupts
from pulsecheck.runner.plugin import REFERENCE
from pulsecheck.runner.repeat import repeat
from pulsecheck.runner.run import Options, run_suite
from pulsecheck.shared.timeouts import THOROUGH_DWELL, Timeouts
from pulsecheck.suite import feature_files
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import Catalogue, CatalogueError, load
from pulsecheck.world.servers import hosts

DEFAULT = Timeouts()
Report = tuple[str, Path | None, Callable[[Verdict, Run], bytes]]
"""The message to print after writing ({} stands for the file), the file, and the renderer."""


@click.command()
@click.option(
    "--implementation",
    metavar="SPEC",
    help="The implementation under test: the command line of its driver, python:module:factory, or "
    "tcp://host:port.  [default: the reference runtime]",
)
@click.option(
    "--listen",
    metavar="[HOST:]PORT",
    callback=require_listen_address,
    help="Listen on this address for a driver that connects to pulsecheck. The default host is "
    f"{LOOPBACK}; port 0 takes any free port.",
)
@env_option
@click.option(
    "--server-host",
    metavar="HOST",
    callback=require_local_host,
    default=LOOPBACK,
    show_default=True,
    help="Address on which the mock servers listen.",
)
@click.option(
    "--advertise-host",
    metavar="HOST",
    help="Host at which the implementation reaches the mock servers.  "
    "[default: the value of --server-host]",
)
@click.option(
    "-k",
    "keyword",
    metavar="EXPR",
    default="",
    help='Run only scenarios whose titles match, such as "stop and not error".',
)
@click.option(
    "-m",
    "markers",
    metavar="EXPR",
    default="",
    help='Run only scenarios whose tags match, such as STO-5 or "must and not dwell".',
)
@click.option(
    "--patience",
    type=click.FloatRange(min=0, min_open=True),
    callback=require_finite,
    metavar="S",
    default=DEFAULT.patience,
    show_default=True,
    help="Timeout for an expected event, in seconds. A driver has at least "
    f"{DEFAULT.start:g} s to start.",
)
@click.option(
    "--dwell",
    type=click.FloatRange(min=0),
    callback=require_finite,
    metavar="S",
    help=f"How long to watch for unexpected events, in seconds.  [default: {DEFAULT.dwell:g}]",
)
@click.option(
    "--thorough",
    is_flag=True,
    help=f"Watch for unexpected events for {THOROUGH_DWELL:g} s, which is longer than the timers "
    "of common clients. Use it in nightly builds, because the check then takes minutes.",
)
@jobs_option
@click.option(
    "--repeat",
    "rounds",
    type=PositiveInteger(),
    metavar="N",
    default=1,
    show_default=True,
    help="Run all scenarios N times. A scenario whose outcomes differ is unstable, an error.",
)
@click.option("--strict", is_flag=True, help="Treat warnings as failures.")
@click.option(
    "--known-failures",
    "known_file",
    metavar="F",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="File of accepted failures, each with a reason. They do not affect the verdict.",
)
@click.option(
    "--write-known-failures",
    "new_known_file",
    metavar="F",
    type=report_file,
    callback=require_new,
    help="Write the failures to a new known-failures file. Fill in a reason for each.",
)
@report_option("--junitxml", help="Write a JUnit XML report.")
@report_option("--json", help="Write the full report as JSON.")
@report_option("--html", help="Write a report as one HTML file, with a diagram of each scenario.")
@features_option
def check(  # noqa: PLR0913 - one parameter for each option
    *,
    implementation: str | None,
    listen: str | None,
    env: tuple[str, ...],
    server_host: str,
    advertise_host: str | None,
    keyword: str,
    markers: str,
    patience: float,
    dwell: float | None,
    thorough: bool,
    jobs: int,
    rounds: int,
    strict: bool,
    known_file: Path | None,
    new_known_file: Path | None,
    junitxml: Path | None,
    json: Path | None,
    html: Path | None,
    features: Path | None,
) -> int:
    """Check whether an implementation conforms.

    After all scenarios have run, each failed scenario runs again, alone, unless another scenario
    has confirmed the failure. A failed scenario that passes in its second run is unstable.

    \b
    Exit codes:
      0    conforming; or nothing in the selection (-k, -m) failed
      1    not conforming; or a scenario of the selection failed
      2    the harness or the driver failed, a scenario is unstable and no
           must requirement failed, or the known-failures file is wrong
      130  interrupted
    """  # noqa: D301 - \b is click's mark for a paragraph that is not wrapped
    spec = _driver_spec(implementation, listen, jobs)
    _check_hosts(server_host, advertise_host)
    if thorough and dwell is not None:
        raise click.UsageError("--thorough sets --dwell. Use one of the two.")
    require_distinct(junitxml, json, html, new_known_file)
    interrupts = Interrupts()
    click.get_current_context().with_resource(interrupts.installed())
    options = Options(
        implementation=spec,
        env=env,
        server_host=server_host,
        advertise_host=advertise_host,
        features=features or feature_files.default_features(),
        keyword=keyword,
        markers=markers,
        timeouts=Timeouts(
            patience=patience,
            dwell=THOROUGH_DWELL if thorough else DEFAULT.dwell if dwell is None else dwell,
        ),
        jobs=jobs,
    )
    console = make_console(sys.stdout)
    catalogue, broken = _catalogue(options)
    known = _known(known_file, catalogue, options) if known_file and not broken else NOTHING_KNOWN
    status_of = partial(
        scenario_status,
        catalogue=catalogue,
        known=known,
        strict=strict,
        all_count=options.is_partial or rounds > 1,
    )
    run = broken or _run(options, rounds, status_of, console, interrupts)
    run = replace(run, command=rerun_command(options))
    verdict = judge(catalogue, run, known, strict=strict)
    terminal.show(console, catalogue, verdict, run)
    reports = (
        ("JSON report: {}", json, conformance.render),
        ("JUnit XML report: {}", junitxml, junit.render),
        ("HTML report: {}", html, run_page.render),
        (
            "known failures: {} (fill in a reason for each)",
            new_known_file,
            partial(known_failures_file.render, known=known),
        ),
    )
    all_written = _write(reports, verdict, run, console)
    if interrupts.received or run.interrupted:
        return INTERRUPTED
    return verdict.exit_code if all_written else EXIT_CODES[Conclusion.ERROR]


def _driver_spec(implementation: str | None, listen: str | None, jobs: int) -> str:
    """Return the spec of the driver; raises UsageError for options that exclude each other."""
    if implementation is not None and listen:
        raise click.UsageError(
            "--listen and --implementation both say how to reach the driver. Remove one of them."
        )
    named = REFERENCE if implementation is None else implementation
    spec = listen_spec(listen) if listen else named
    if jobs > 1 and is_device(spec):
        device = f"--listen {listen}" if listen else named
        raise click.UsageError(
            f"--jobs {jobs} needs {jobs} drivers, but {device} is only one driver. Remove --jobs."
        )
    return spec


def _check_hosts(server_host: str, advertise_host: str | None) -> None:
    try:
        hosts(server_host, advertise_host)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--server-host'") from None


def _catalogue(options: Options) -> tuple[Catalogue, Run | None]:
    """Read the catalogue. If that fails, return an empty catalogue and a run with the error."""
    try:
        return load(options.features / CATALOGUE), None
    except CatalogueError as error:
        return Catalogue(), Run(
            initialized=None,
            records=(),
            collected=0,
            partial=options.is_partial,
            seconds=0,
            error=str(error),
        )


def _known(path: Path, catalogue: Catalogue, options: Options) -> KnownFailures:
    """Read the known failures; raises InputError for an unknown requirement or scenario."""
    try:
        known = known_failures.load(path, _today())
        tested = {
            source.selector: source.requirements
            for source in feature_files.all_scenarios(options.features)
        }
        known_failures.check(known, catalogue, tested)
    except SuiteError as error:
        raise InputError(str(error)) from error
    return known


def _today() -> date:
    return datetime.now().astimezone().date()


def _run(
    options: Options,
    rounds: int,
    status_of: Callable[[ScenarioRecord], ScenarioStatus],
    console: Console,
    interrupts: Interrupts,
) -> Run:
    def run_once(number: int) -> Run:
        if rounds > 1:
            console.print(f"round {number} of {rounds}")
        with Progress(console, status_of) as progress:
            return run_suite(options, progress, progress.announce, interrupts)

    return repeat(run_once, rounds)


def _write(reports: Sequence[Report], verdict: Verdict, run: Run, console: Console) -> bool:
    """Write each report that has a file; return whether all these reports could be written."""
    all_written = True
    for message, path, render in reports:
        if path is None:
            continue
        if write(path, render(verdict, run)):
            console.print(plain(message.format(path)), soft_wrap=True)
        else:
            all_written = False
    return all_written
