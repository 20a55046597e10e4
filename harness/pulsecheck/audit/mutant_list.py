"""The list of mutants that `pulsecheck audit --list` prints."""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulsecheck.audit.commands import Commands
from pulsecheck.audit.mutants import Mutant
from pulsecheck.report.style import plain


def show(console: Console, mutants: Sequence[Mutant], commands: Commands) -> None:
    """For each mutant, print its requirement and its name, and its mistake on the next line."""
    table = Table.grid(padding=(0, 1))
    table.add_column(width=6)
    table.add_column(overflow="fold")
    for mutant in mutants:
        table.add_row(plain(mutant.requirement), plain(mutant.name))
        table.add_row("", plain(mutant.mistake, "dim"))
    console.print(table)
    console.print(Text(f"audit one: {commands.try_one('NAME')}", "dim"))
