"""The mutants of a module, as `pulsecheck audit --list` prints them."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulsecheck.audit.advice import Advice
from pulsecheck.audit.mutants import Mutant
from pulsecheck.report.style import plain


def show(console: Console, mutants: Sequence[Mutant], advice: Advice) -> None:
    """Print of each mutant the row that it breaks and its name, and below them its mistake."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=6)
    table.add_column(overflow="fold")
    for mutant in mutants:
        table.add_row(plain(mutant.row), plain(mutant.name))
        table.add_row("", plain(mutant.mistake, "dim"))
    console.print(table)
    console.print(Text(f"Try one: {advice.try_one('NAME')}", "dim"))
