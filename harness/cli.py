"""The command line."""

import io
import sys
from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import NoReturn

import click
from msgspec.structs import replace
from rich.console import Console

from harness import known_failures, suite
from harness.audit.command import audit
from harness.console import make_console
from harness.coverage.command import coverage
from harness.deadlines import Deadlines
from harness.distribution import DISTRIBUTION, version
from harness.doctor.command import doctor
from harness.driver.schema import render as render_schema
from harness.driver.spec import LOOPBACK, is_device
from harness.feature_files import CATALOGUE
from harness.init.command import init
from harness.interrupts import INTERRUPTED, Interrupts
from harness.known_failures import KnownFailures
from harness.options import (
    Whole,
    bindable,
    env_option,
    features_option,
    finite,
    jobs_option,
    listen_spec,
    listening,
)
from harness.plugin import REFERENCE
from harness.records import Run, ScenarioRecord
from harness.report import conformance, junit, listing, terminal
from harness.report import known_failures as failures_report
from harness.report.command import report
from harness.report.compare import compare
from harness.report.html import page
from harness.report.output import report_file, report_option, writable, write
from harness.report.progress import Progress
from harness.report.style import plain
from harness.requirements import Catalogue, CatalogueError, load
from harness.rounds import repeat
from harness.serve.command import serve
from harness.standings import Standing, standing
from harness.suite import Options
from harness.unsound import UnsoundSuiteError
from harness.verdicts import EXIT_CODES, NOTHING_KNOWN, Conclusion, judge
from harness.world.servers import hosts

USUAL = Deadlines()


class UnusableSuiteError(click.ClickException):
    """The features, their catalogue or the known failures cannot be used as they are."""

    exit_code = EXIT_CODES[Conclusion.ERROR]


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


@click.group()
@click.version_option(version(), prog_name=DISTRIBUTION)
def pulsecheck() -> None:
    """Check a runtime's Socket.IO nodes against their documentation."""


@pulsecheck.command()
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
        features=features or suite.default_features(),
        keyword=keyword,
        markers=markers,
        deadlines=Deadlines(patience=patience, dwell=dwell),
        jobs=jobs,
    )
    console = make_console(sys.stdout)
    catalogue, problem = _catalogue(options)
    known = _known(known_file, catalogue, options) if known_file and not problem else NOTHING_KNOWN
    read = partial(standing, catalogue=catalogue, known=known)
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


@pulsecheck.command("list")
@features_option
def list_(*, features: Path | None) -> None:
    """List the requirements and the scenarios that show them."""
    place = features or suite.default_features()
    try:
        catalogue, scenarios = load(place / CATALOGUE), suite.scenarios(place)
    except UnsoundSuiteError as error:
        raise UnusableSuiteError(str(error)) from error
    listing.show(make_console(sys.stdout), catalogue, scenarios)


@pulsecheck.command()
def schema() -> None:
    """Print the JSON Schema of the driver protocol."""
    click.echo(render_schema(), nl=False)


for command in (audit, compare, coverage, doctor, init, report, serve):
    pulsecheck.add_command(command)


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
            source.selector: source.requirements for source in suite.scenarios(options.features)
        }
        known_failures.check(known, catalogue, shown)
    except UnsoundSuiteError as error:
        raise UnusableSuiteError(str(error)) from error
    return known


def _today() -> date:
    return datetime.now().astimezone().date()


def _run(
    options: Options,
    rounds: int,
    read: Callable[[ScenarioRecord], Standing],
    console: Console,
    interrupts: Interrupts,
) -> Run:
    def check_once(number: int) -> Run:
        if rounds > 1:
            console.print(f"round {number} of {rounds}")
        with Progress(console, read) as progress:
            return suite.run(options, progress, progress.announce, interrupts)

    return repeat(check_once, rounds)


def _again(options: Options) -> tuple[str, ...]:
    """Give the command that runs the same check; what is as usual is left out."""
    settings = {
        "--implementation": (options.implementation, REFERENCE),
        "--server-host": (options.server_host, LOOPBACK),
        "--advertise-host": (options.advertise_host, None),
        "--features": (options.features, suite.default_features()),
        "--patience": (options.deadlines.patience, USUAL.patience),
        "--dwell": (options.deadlines.dwell, USUAL.dwell),
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


def main() -> NoReturn:
    """Run the command line and exit."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # A mark that the terminal's encoding lacks must not end the report, and a log shows
        # progress while there is some.
        sys.stdout.reconfigure(errors="backslashreplace", line_buffering=True)
    try:
        code = pulsecheck.main(standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except click.Abort:
        code = INTERRUPTED
    sys.exit(code)


if __name__ == "__main__":
    main()
