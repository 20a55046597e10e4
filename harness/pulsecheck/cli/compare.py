"""`pulsecheck compare`: compare the reports of several runs."""

import sys
from pathlib import Path

import click

from pulsecheck.cli.console import make_console
from pulsecheck.cli.output import InputError, report_option, write
from pulsecheck.report import conformance, terminal_comparison
from pulsecheck.report.comparison import compare as compare_reports
from pulsecheck.report.conformance import UnreadableReportError
from pulsecheck.report.html import comparison_page


@click.command()
@click.argument("files", metavar="A.json B.json ...", nargs=-1, type=click.Path(path_type=Path))
@report_option("--html", help="Write the full comparison as one HTML file.")
def compare(*, files: tuple[Path, ...], html: Path | None) -> int:
    """Compare the reports of two or more runs.

    Each file is a report that `pulsecheck check --json` wrote. If all reports are of one
    implementation, the output lists what is newly broken or fixed in the last run, compared with
    the first run.

    \b
    Exit codes:
      0  nothing is newly broken
      1  something is newly broken
      2  a file cannot be read or written; or nothing is newly broken, but
         a run is incomplete
    """  # noqa: D301 - \b is click's mark for a paragraph that is not wrapped
    if len(files) < 2:
        raise click.UsageError("Name at least two files written by `pulsecheck check --json`.")
    try:
        compared = compare_reports([(file, conformance.read(file)) for file in files])
    except UnreadableReportError as error:
        raise InputError(str(error)) from error
    terminal_comparison.show(make_console(sys.stdout), compared)
    if html is not None and not write(html, comparison_page.render(compared)):
        return 2
    return compared.exit_code
