"""The terminal report as lines of text."""

import io

from rich.console import Console

from pulsecheck.report.terminal import show
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue


def printed(
    catalogue: Catalogue,
    verdict: Verdict,
    run: Run,
    width: int = 100,
    *,
    colour: bool = False,
    terminal: bool = True,
) -> list[str]:
    """Return the lines of the report without trailing spaces."""
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        color_system="standard" if colour else None,
        force_terminal=terminal,
    )
    show(console, catalogue, verdict, run)
    return [line.rstrip() for line in file.getvalue().splitlines()]
