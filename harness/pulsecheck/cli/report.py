"""`pulsecheck report`: convert a JSON report to another format."""

from collections.abc import Callable
from pathlib import Path

import click

from pulsecheck.cli.output import InputError, report_option, write
from pulsecheck.report import badge, conformance, cucumber_messages, junit, markdown
from pulsecheck.report.conformance import UnreadableReportError
from pulsecheck.report.html import run_page
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict

FORMATS: dict[str, Callable[[Verdict, Run], bytes]] = {
    "html": run_page.render,
    "junit": junit.render,
    "messages": cucumber_messages.render,
    "badge": badge.render,
    "markdown": markdown.render,
}


def _print_schema(context: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        click.echo(conformance.SCHEMA.read_bytes(), nl=False)
        context.exit()


@click.command()
@click.argument("file", metavar="F.json", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(FORMATS)),
    required=True,
    help="HTML page, JUnit XML, Cucumber Messages, SVG badge, or Markdown summary.",
)
@report_option("-o", "--output", help="File to write the report to.  [default: standard output]")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of F.json and exit.",
)
def report(*, file: Path, kind: str, output: Path | None) -> int:
    """Convert a JSON report to another format.

    F.json is a report that `pulsecheck check --json` wrote.

    \b
    Exit codes:
      0  the report was written, whatever its verdict
      2  F.json cannot be read, or the report cannot be written
    """  # noqa: D301 - \b is click's mark for a paragraph that is not wrapped
    try:
        found = conformance.read(file)
    except UnreadableReportError as error:
        raise InputError(str(error)) from error
    converted = FORMATS[kind](found.verdict, found.run)
    if output is None:
        click.echo(converted, nl=False)
        return 0
    return 0 if write(output, converted) else 2
