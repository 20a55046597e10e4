"""The `pulsecheck` command with its subcommands."""

import io
import sys
from typing import NoReturn

import click

from pulsecheck import DISTRIBUTION, __version__
from pulsecheck.cli.audit import audit
from pulsecheck.cli.check import check
from pulsecheck.cli.compare import compare
from pulsecheck.cli.coverage import coverage
from pulsecheck.cli.doctor import doctor
from pulsecheck.cli.explore import explore
from pulsecheck.cli.init import init
from pulsecheck.cli.judge import judge
from pulsecheck.cli.list import list_requirements
from pulsecheck.cli.report import report
from pulsecheck.cli.schema import schema
from pulsecheck.cli.serve import serve
from pulsecheck.runner.interrupts import INTERRUPTED


@click.group()
@click.version_option(__version__, prog_name=DISTRIBUTION)
def pulsecheck() -> None:
    """Check that a runtime's Socket.IO nodes conform to their documentation."""


for command in (
    audit,
    check,
    compare,
    coverage,
    doctor,
    explore,
    init,
    judge,
    list_requirements,
    report,
    schema,
    serve,
):
    pulsecheck.add_command(command)


def main() -> NoReturn:
    """Run the command line and exit."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # Escape characters that the terminal's encoding lacks, instead of failing in the middle of
        # a report. Flush each line, so that a log shows progress as it happens.
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
