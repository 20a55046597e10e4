"""Specification coverage on the terminal: the figures and the gaps."""

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulsecheck.coverage.gaps import CoverageGap, gaps
from pulsecheck.coverage.measure import Coverage, Figure
from pulsecheck.report.style import plain
from pulsecheck.report.text import implementation
from pulsecheck.results.records import Run

BAR = 20
"""Width of a bar, in characters."""


def show(console: Console, coverage: Coverage, run: Run) -> None:
    """Print the figures, the gaps with their reasons, and a line with the conclusion."""
    console.print(plain(f"Specification coverage of {implementation(run)}", "bold"))
    table = Table.grid(padding=(0, 2))
    for figure in coverage.figures:
        table.add_row(*_cells(figure))
    console.print(table)
    for gap in gaps(coverage):
        console.print(_line(gap))
    if run.incomplete:
        console.print(plain(f"incomplete: {run.incomplete}", "red"))
    everything = "everything that applies was exercised"
    console.print(
        Text(everything, "bold green")
        if coverage.is_complete
        else Text(f"not {everything}", "bold red")
    )


def _cells(figure: Figure) -> Iterator[Text]:
    style = "green" if figure.is_complete else "red"
    filled = BAR * figure.covered // figure.total if figure.total else BAR
    yield Text(figure.name)
    yield Text("█" * filled, style).append("░" * (BAR - filled), "dim")
    yield Text(f"{figure.covered} of {figure.total}", style)
    yield Text(f"{figure.not_applicable} not applicable" if figure.not_applicable else "", "dim")


def _line(gap: CoverageGap) -> Text:
    return Text("✗ ", "red").append_text(plain(f"{gap.kind} {gap.name}: {gap.reason}"))
