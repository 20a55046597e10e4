"""`pulsecheck report`: other reports of a run, made of its conformance.json."""

from collections.abc import Callable
from pathlib import Path

import click

from pulsecheck.cli.output import UnreadableInput, report_option, write
from pulsecheck.report import badge, conformance, junit, markdown, messages
from pulsecheck.report.conformance import UnreadableReportError
from pulsecheck.report.html import page
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict

FORMATS: dict[str, Callable[[Verdict, Run], bytes]] = {
    "html": page.render,
    "junit": junit.render,
    "messages": messages.render,
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
    help="html, JUnit XML, Cucumber Messages, an SVG badge, or a summary in Markdown.",
)
@report_option("-o", "--output", help="Where to write it. [standard output]")
@click.option(
    "--schema",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_schema,
    help="Print the JSON Schema of F.json, and do no more.",
)
def report(*, file: Path, kind: str, output: Path | None) -> int:
    """Make another report of F.json, which `pulsecheck check --json` wrote.

    Exit codes: 0 it was made, whatever it says; 2 F.json cannot be read, or the report not written.
    """
    try:
        found = conformance.read(file)
    except UnreadableReportError as error:
        raise UnreadableInput(str(error)) from error
    made = FORMATS[kind](found.verdict, found.run)
    if output is None:
        click.echo(made, nl=False)
        return 0
    return 0 if write(output, made) else 2
