"""`pulsecheck coverage`: show which parts of the specification a run exercised."""

import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click

from pulsecheck.cli.console import make_console
from pulsecheck.cli.options import features_option
from pulsecheck.cli.output import InputError, report_option, write
from pulsecheck.coverage import page, terminal
from pulsecheck.coverage.measure import Coverage, ForeignRunError, measure
from pulsecheck.report import conformance
from pulsecheck.report.conformance import Report, UnreadableReportError
from pulsecheck.runner.plugin import STEP_MODULES
from pulsecheck.suite import feature_files
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE
from pulsecheck.suite.requirements import load
from pulsecheck.suite.step_definitions import StepDefinition, step_definitions


@click.command()
@click.argument("file", metavar="F.json", type=click.Path(path_type=Path))
@report_option("--html", help="Write the full report as one HTML file.")
@features_option
def coverage(*, file: Path, html: Path | None, features: Path | None) -> int:
    """Show which parts of the specification a run exercised.

    F.json is a report that `pulsecheck check --json` wrote. The output counts the documented facts,
    scenarios, step definitions and node sockets that the run exercised, and lists the gaps.

    \b
    Exit codes:
      0  everything that applies to the implementation was exercised
      1  something was not exercised
      2  a file cannot be read or written
    """  # noqa: D301 - \b is click's mark for a paragraph that is not wrapped
    folder = features or feature_files.default_features()
    try:
        report = conformance.read(file)
        found = measured(folder, report)
    except (UnreadableReportError, SuiteError) as error:
        raise InputError(str(error)) from error
    except ForeignRunError as error:
        raise InputError(f"{file} {error}") from error
    terminal.show(make_console(sys.stdout), found, report.run)
    if html is not None and not write(html, page.render(found, report.run)):
        return 2
    return 0 if found.is_complete else 1


def measured(features: Path, report: Report) -> Coverage:
    """Measure which parts of the specification in the folder `features` a run exercised.

    In a user's own features, a step definition that no scenario uses is not a gap. Raises
    SuiteError if the features cannot be read, and ForeignRunError if the run used other features.
    """
    catalogue, sources = load(features / CATALOGUE), feature_files.all_scenarios(features)
    steps = {step for source in sources for step in source.steps}
    is_custom = features != feature_files.default_features()
    definitions = [
        found for found in _shipped_definitions() if not is_custom or any(map(found.matches, steps))
    ]
    return measure(catalogue, sources, definitions, report)


def _shipped_definitions() -> Iterator[StepDefinition]:
    """Yield the step definitions of pulsecheck, but not the step definitions of users."""
    files = {Path(str(import_module(name).__file__)).name for name in STEP_MODULES}
    yield from (found for found in step_definitions() if found.where.partition(":")[0] in files)
