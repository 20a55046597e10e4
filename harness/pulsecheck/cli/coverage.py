"""`pulsecheck coverage`: what of the specification a run has exercised."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import features_option
from pulsecheck.cli.output import UnreadableInput, report_option, write
from pulsecheck.coverage import page, terminal
from pulsecheck.coverage.measure import Coverage, ForeignRunError, measure
from pulsecheck.report import conformance
from pulsecheck.report.conformance import Report, UnreadableReportError
from pulsecheck.runner.plugin import SENTENCES
from pulsecheck.suite import feature_files
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import load
from pulsecheck.suite.step_definitions import StepDefinition, step_definitions


@click.command()
@click.argument("file", metavar="F.json", type=click.Path(path_type=Path))
@report_option("--html", help="Write all of it as one HTML file.")
@features_option
def coverage(*, file: Path, html: Path | None, features: Path | None) -> int:
    """Say what of the specification a run has exercised; `check --json` wrote F.json.

    Documented facts, scenarios, step definitions and sockets of nodes, each with what exercised it.

    Exit codes: 0 all that applies to the implementation was exercised; 1 something was not; 2 a
    file cannot be read or written.
    """
    place = features or feature_files.default_features()
    try:
        report = conformance.read(file)
        found = measured(place, report)
    except (UnreadableReportError, SuiteError) as error:
        raise UnreadableInput(str(error)) from error
    except ForeignRunError as error:
        raise UnreadableInput(f"{file} {error}") from error
    terminal.show(make_console(sys.stdout), found, report.run)
    if html is not None and not write(html, page.render(found, report.run)):
        return 2
    return 0 if found.is_whole else 1


def measured(features: Path, report: Report) -> Coverage:
    """Measure a run by a folder of features; those of others need not use every sentence.

    Raises SuiteError if they cannot be read, ForeignRunError for a run of other ones.
    """
    catalogue, sources = load(features / CATALOGUE), feature_files.all_scenarios(features)
    steps = {step for source in sources for step in source.steps}
    are_others = features != feature_files.default_features()
    definitions = [
        found for found in _sentences() if not are_others or any(map(found.matches, steps))
    ]
    return measure(catalogue, sources, definitions, report)


def _sentences() -> Iterator[StepDefinition]:
    """The step definitions that come with pulsecheck, and none that others may have made."""
    files = {Path(str(import_module(name).__file__)).name for name in SENTENCES}
    yield from (found for found in step_definitions() if found.where.partition(":")[0] in files)
