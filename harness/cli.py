"""The command line."""

import io
import os
import sys
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console

from harness import suite
from harness.deadlines import Deadlines
from harness.distribution import DISTRIBUTION, version
from harness.doctor.command import doctor
from harness.driver.schema import render as render_schema
from harness.driver.spec import LOOPBACK
from harness.feature_files import CATALOGUE
from harness.options import bindable, env_option, finite, listening
from harness.plugin import REFERENCE
from harness.records import Run
from harness.report import conformance, junit, listing, terminal
from harness.report.progress import Progress
from harness.requirements import Catalogue, CatalogueError, load
from harness.suite import Options
from harness.unsound import UnsoundSuiteError
from harness.verdicts import EXIT_CODES, Conclusion, judge
from harness.world.servers import hosts

INTERRUPTED = 130
"""The exit code of what Ctrl-C ended, as shells have it."""
LOG_WIDTH = 120
"""Columns of an output that is no terminal."""
USUAL = Deadlines()


class UnusableSuiteError(click.ClickException):
    """The features or their catalogue cannot be used as they are."""

    exit_code = EXIT_CODES[Conclusion.ERROR]


report_file = click.Path(dir_okay=False, path_type=Path)
features_option = click.option(
    "--features",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, resolve_path=True, path_type=Path),
    help="Features in place of those that come with pulsecheck.",
)


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
    help="How long something that must happen may take.",
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
@click.option("--strict", is_flag=True, help="Count warnings as failures.")
@click.option("--junitxml", metavar="F", type=report_file, help="Write a report as JUnit XML.")
@click.option("--json", metavar="F", type=report_file, help="Write a report of everything as JSON.")
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
    strict: bool,
    junitxml: Path | None,
    json: Path | None,
    features: Path | None,
) -> int:
    """Check an implementation.

    Exit codes: 0 conforming, or nothing of a selection failed; 1 not conforming; 2 the harness
    or the driver failed; 130 interrupted.
    """
    if implementation and listen:
        raise click.UsageError("--listen and --implementation are two ways to a driver; give one.")
    try:
        hosts(server_host, advertise_host)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="'--server-host'") from None
    options = Options(
        implementation=implementation or listen or REFERENCE,
        env=env,
        server_host=server_host,
        advertise_host=advertise_host,
        features=features or suite.default_features(),
        keyword=keyword,
        markers=markers,
        deadlines=Deadlines(patience=patience, dwell=dwell),
    )
    console = _console()
    catalogue, run = _run(options, console)
    verdict = judge(catalogue, run, strict=strict)
    terminal.show(console, catalogue, verdict, run, _again(options))
    reports = ((json, conformance.render), (junitxml, junit.render))
    written = [_write(path, render(verdict, run)) for path, render in reports if path]
    if run.interrupted:
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
    listing.show(_console(), catalogue, scenarios)


@pulsecheck.command()
def schema() -> None:
    """Print the JSON Schema of the driver protocol."""
    click.echo(render_schema(), nl=False)


pulsecheck.add_command(doctor)


def _console() -> Console:
    """Make a console that shows texts as they are.

    It keeps to the output that there is now: pytest replaces sys.stdout while scenarios run.
    """
    has_width = sys.stdout.isatty() or "COLUMNS" in os.environ
    return Console(
        file=sys.stdout,
        width=None if has_width else LOG_WIDTH,
        highlight=False,
        markup=False,
        emoji=False,
    )


def _run(options: Options, console: Console) -> tuple[Catalogue, Run]:
    """Run the suite; without a catalogue, a run that ended before it began."""
    partial = bool(options.keyword or options.markers)
    try:
        catalogue = load(options.features / CATALOGUE)
    except CatalogueError as error:
        return Catalogue(), Run(
            initialized=None, records=(), collected=0, partial=partial, seconds=0, error=str(error)
        )
    with Progress(console) as progress:
        return catalogue, suite.run(options, progress, progress.announce)


def _again(options: Options) -> tuple[str, ...]:
    """Give the command that runs the same check; what is as usual is left out."""
    given = {
        "--implementation": (options.implementation, REFERENCE),
        "--server-host": (options.server_host, LOOPBACK),
        "--advertise-host": (options.advertise_host, None),
        "--features": (options.features, suite.default_features()),
        "--patience": (options.deadlines.patience, USUAL.patience),
        "--dwell": (options.deadlines.dwell, USUAL.dwell),
    }
    words = [
        word
        for name, (value, usual) in given.items()
        if value != usual
        for word in (name, str(value))
    ]
    words += [word for name in options.env for word in ("--env", name)]
    return (DISTRIBUTION, "check", *words)


def _write(path: Path, report: bytes) -> bool:
    """Write a report; say so if that cannot be done, and go on."""
    try:
        path.write_bytes(report)
    except OSError as error:
        click.echo(
            f"cannot write the report {path}: {error.strerror}\n"
            "  Name a file in a folder that is there and can be written to.",
            err=True,
        )
        return False
    return True


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
