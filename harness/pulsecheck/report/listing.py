"""The list of requirements and their scenarios that `pulsecheck list` prints."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulsecheck.report.style import plain
from pulsecheck.suite.feature_files import ScenarioSource
from pulsecheck.suite.requirements import Catalogue, Requirement

FOOTER = "Run a selection: pulsecheck check -m STO-5, or -k with words from a title."


def show(console: Console, catalogue: Catalogue, scenarios: Sequence[ScenarioSource]) -> None:
    """Print all requirements by area, each with its scenarios."""
    for area in dict.fromkeys(found.area for found in catalogue.requirements):
        console.print(Text(f"{catalogue.title(area)}\n", "bold"))
        for requirement in catalogue.requirements:
            if requirement.area == area:
                console.print(_table(requirement, scenarios))
                console.print()
    console.print(Text(FOOTER, "dim"))


def _table(requirement: Requirement, scenarios: Sequence[ScenarioSource]) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=6)
    table.add_column(width=6)
    table.add_row(requirement.id, Text(requirement.level, "dim"), plain(requirement.fact))
    table.add_row("", "", Text(requirement.page, "dim"))
    shown = [source for source in scenarios if requirement.id in source.requirements]
    for name in dict.fromkeys(source.name for source in shown):
        rows = [source for source in shown if source.name == name]
        line = plain(f"- {name}")
        if examples := ", ".join(_examples(rows)):
            line.append_text(plain(f" [{examples}]", "dim"))
        table.add_row("", "", line)
    return table


def _examples(rows: Iterable[ScenarioSource]) -> Iterable[str]:
    return (" ".join(row.example.values()) for row in rows if row.example)
