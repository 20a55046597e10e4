"""`pulsecheck check`: check an implementation."""

import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path

import click
from msgspec.structs import replace
from rich.console import Console

from pulsecheck import DISTRIBUTION
from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import (
    Whole,
    bindable,
    env_option,
    features_option,
    finite,
    jobs_option,
    listen_spec,
    listening,
)
from pulsecheck.cli.output import UnusableSuiteError, report_file, report_option, writable, write
from pulsecheck.driver.spec import LOOPBACK, is_device
from pulsecheck.report import conformance, junit, terminal
from pulsecheck.report import known_failures as failures_report
from pulsecheck.report.html import page
from pulsecheck.report.progress import Progress
from pulsecheck.report.style import plain
from pulsecheck.results import known_failures
from pulsecheck.results.known_failures import KnownFailures
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus, scenario_status
from pulsecheck.results.verdict import EXIT_CODES, NOTHING_KNOWN, Conclusion, judge
from pulsecheck.runner.interrupts import INTERRUPTED, Interrupts
from pulsecheck.runner.plugin import REFERENCE
from pulsecheck.runner.repeat import repeat
from pulsecheck.runner.run import Options, run_suite
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite import feature_files
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import Catalogue, CatalogueError, load
from pulsecheck.world.servers import hosts

USUAL = Timeouts()


def _new(context: click.Context, option: click.Parameter, path: Path | None) -> Path | None:
    """As `writable`; what is there already may hold reasons that somebody has written."""
    if path is not None and path.exists():
        raise click.BadParameter(f"'{path}' is there already. Name a file that is not.")
    return writable(context, option, path)


def _distinct(*paths: Path | None) -> None:
    """Refuse two reports in one file, of which the second would be all that is left."""
    named = [path.resolve() for path in paths if path is not None]
    for path in named:
        if named.count(path) > 1:
            raise click.UsageError(f"'{path}' is named for two reports. Name a file for each.")


@click.command()
@click.option(
    "--implementation",
    metavar="SPEC",
    help="What to check: a command line, python:module:factory, or tcp://host:port. "
    "[the reference]",
)
@click.option(
    "--listen",
    metavar="[HOST:]PORT",
    callback=listening,
    help="Wait there for a driver that connects by itself. [loopback; port 0: any]",
)
@env_option
@click.option(
    "--server-host",
    metavar="HOST",
    callback=bindable,
    default=LOOPBACK,
    show_default=True,
    help="Where the mock servers listen.",
)
@click.option(
    "--advertise-host",
    metavar="HOST",
    help="By which host the implementation is to reach them. [the same]",
)
@click.option("-k", "keyword", metavar="EXPR", default="", help="Only scenarios of such names.")
@click.option("-m", "markers", metavar="EXPR", default="", help="Only scenarios of such tags.")
@click.option(
    "--patience",
    type=click.FloatRange(min=0, min_open=True),
    callback=finite,
    metavar="S",
    default=USUAL.patience,
    show_default=True,
    help="How long something that must happen may take; a driver may always take 10 s to start.",
)
@click.option(
    "--dwell",
    type=click.FloatRange(min=0),
    callback=finite,
    metavar="S",
    default=USUAL.dwell,
    show_default=True,
    help="How long something that must not happen is watched for.",
)
@jobs_option
@click.option(
    "--repeat",
    "rounds",
    type=Whole(),
    metavar="N",
    default=1,
    show_default=True,
    help="Check N times: what does not end the same each time is an error.",
)
@click.option("--strict", is_flag=True, help="Count warnings as failures.")
@click.option(
    "--known-failures",
    "known_file",
    metavar="F",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Failures that were looked at, with reasons: they are not counted.",
)
@click.option(
    "--write-known-failures",
    "new_known_file",
    metavar="F",
    type=report_file,
    callback=_new,
    help="Write the failures to a new file, for you to say the reasons.",
)
@report_option("--junitxml", help="Write a report as JUnit XML.")
@report_option("--json", help="Write a report of everything as JSON.")
@report_option("--html", help="Write a report as one HTML file, with a diagram of each scenario.")
@features_option
def check(  # noqa: PLR0913 - one for each option
    *,
    implementation: str | None,
    listen: str | None,
    env: tuple[str, ...],
    server_host: str,
    advertise_host: str | None,
    keyword: str,
    markers: str,
    patience: float,
    dwell: float,
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
    """Check an implementation.

    Exit codes: 0 conforming, perhaps but for known failures, or nothing of a selection failed;
    1 not conforming; 2 the harness or the driver failed, a scenario is unstable, or a list of
    known failures is wrong; 130 interrupted.

    A scenario that fails is run again, alone, after the others. If it passes then, it is unstable.
    """
    if implementation is not None and listen:
        raise click.UsageError("--listen and --implementation are two ways to a driver; give one.")
    try:
        hosts(server_host, advertise_host)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--server-host'") from None
    interrupts = Interrupts()
    click.get_current_context().with_resource(interrupts.held())
    named = REFERENCE if implementation is None else implementation
    checked = listen_spec(listen) if listen else named
    _distinct(junitxml, json, html, new_known_file)
    if jobs > 1 and is_device(checked):
        device = f"--listen {listen}" if listen else named
        raise click.UsageError(
            f"--jobs {jobs} wants as many drivers, and {device} is one device; leave --jobs out."
        )
    options = Options(
        implementation=checked,
        env=env,
        server_host=server_host,
        advertise_host=advertise_host,
        features=features or feature_files.default_features(),
        keyword=keyword,
        markers=markers,
        timeouts=Timeouts(patience=patience, dwell=dwell),
        jobs=jobs,
    )
    console = make_console(sys.stdout)
    catalogue, problem = _catalogue(options)
    known = _known(known_file, catalogue, options) if known_file and not problem else NOTHING_KNOWN
    read = partial(scenario_status, catalogue=catalogue, known=known)
    run = problem or _run(options, rounds, read, console, interrupts)
    run = replace(run, command=_again(options))
    verdict = judge(catalogue, run, known, strict=strict)
    terminal.show(console, catalogue, verdict, run)
    reports = (
        ("the JSON report is in {}", json, conformance.render),
        ("the JUnit XML report is in {}", junitxml, junit.render),
        ("the HTML report is in {}", html, page.render),
        (
            "what failed is in {}: say a reason for each, and look at it",
            new_known_file,
            partial(failures_report.render, known=known),
        ),
    )
    written = []
    for words, path, render in reports:
        if path is not None:
            written.append(write(path, render(verdict, run)))
            if written[-1]:
                console.print(plain(words.format(path)), soft_wrap=True)
    if interrupts.came or run.interrupted:
        return INTERRUPTED
    return verdict.exit_code if all(written) else EXIT_CODES[Conclusion.ERROR]


def _catalogue(options: Options) -> tuple[Catalogue, Run | None]:
    """Read the catalogue; without one, give a run that ended before it began."""
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
    """Read the known failures, and see that each names something that there is."""
    try:
        known = known_failures.load(path, _today())
        shown = {
            source.selector: source.requirements
            for source in feature_files.all_scenarios(options.features)
        }
        known_failures.check(known, catalogue, shown)
    except SuiteError as error:
        raise UnusableSuiteError(str(error)) from error
    return known


def _today() -> date:
    return datetime.now().astimezone().date()


def _run(
    options: Options,
    rounds: int,
    read: Callable[[ScenarioRecord], ScenarioStatus],
    console: Console,
    interrupts: Interrupts,
) -> Run:
    def check_once(number: int) -> Run:
        if rounds > 1:
            console.print(f"round {number} of {rounds}")
        with Progress(console, read) as progress:
            return run_suite(options, progress, progress.announce, interrupts)

    return repeat(check_once, rounds)


def _again(options: Options) -> tuple[str, ...]:
    """Give the command that runs the same check; what is as usual is left out."""
    settings = {
        "--implementation": (options.implementation, REFERENCE),
        "--server-host": (options.server_host, LOOPBACK),
        "--advertise-host": (options.advertise_host, None),
        "--features": (options.features, feature_files.default_features()),
        "--patience": (options.timeouts.patience, USUAL.patience),
        "--dwell": (options.timeouts.dwell, USUAL.dwell),
    }
    words = [
        word
        for name, (value, usual) in settings.items()
        if value != usual
        for word in (name, str(value))
    ]
    # Reports are passed on: the values of variables, which may be secret, stay out of them.
    words += [word for given in options.env for word in ("--env", given.partition("=")[0])]
    return (DISTRIBUTION, "check", *words)
