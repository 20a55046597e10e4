"""`pulsecheck compare`: reports of several runs beside each other."""

import sys
from pathlib import Path

import click

from pulsecheck.cli.console import make_console
from pulsecheck.cli.output import UnreadableInput, report_option, write
from pulsecheck.report import conformance, matrix
from pulsecheck.report.comparison import compare as compare_reports
from pulsecheck.report.conformance import UnreadableReportError
from pulsecheck.report.html import comparison as page


@click.command()
@click.argument("files", metavar="A.json B.json ...", nargs=-1, type=click.Path(path_type=Path))
@report_option("--html", help="Write the whole matrix as one HTML file.")
def compare(*, files: tuple[Path, ...], html: Path | None) -> int:
    """Compare runs of several implementations, or of one: from the first to the last.

    Exit codes: 0 nothing is newly broken; 1 something is, of one implementation; 2 a file cannot
    be read or written, or nothing is newly broken but a run was not completed.
    """
    if len(files) < 2:
        raise click.UsageError("Name two files or more, which `pulsecheck check --json` wrote.")
    try:
        compared = compare_reports([(file, conformance.read(file)) for file in files])
    except UnreadableReportError as error:
        raise UnreadableInput(str(error)) from error
    matrix.show(make_console(sys.stdout), compared)
    if html is not None and not write(html, page.render(compared)):
        return 2
    return compared.exit_code
