"""A comparison of runs on the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulsecheck.report.comparison import ComparedRequirement, Comparison, RequirementChange
from pulsecheck.report.style import HEADLINES, MARKS, plain
from pulsecheck.results.verdict import RequirementStatus, RequirementVerdict

HEADINGS = {"broken": "newly broken", "fixed": "newly fixed", "chosen": "changed choice"}
"""The headings of the fields of Changes."""
LONGEST_FACT = 60


def show(console: Console, comparison: Comparison) -> None:
    """Print the requirements in which runs differ and, for one implementation, the changes."""
    console.print(_runs(comparison))
    differing = [row for row in comparison.requirements if row.differs]
    if differing:
        console.print()
        console.print(_matrix(comparison, differing))
    total = len(comparison.requirements)
    same = f"{total - len(differing)} of {total} requirements are the same in all runs"
    console.print(Text(f"\n{same}", "dim"))
    if comparison.changes:
        for field, heading in HEADINGS.items():
            _show_changes(console, heading, getattr(comparison.changes, field))
    for run in comparison.runs:
        if run.problem:
            console.print(plain(f"\n{run.file} {run.problem}", "red"))


def _runs(comparison: Comparison) -> Table:
    table = Table.grid(padding=(0, 2))
    for number, run in enumerate(comparison.runs, start=1):
        found = HEADLINES[run.conclusion]
        table.add_row(
            f"{number}",
            plain(run.name, "bold"),
            plain(run.file),
            Text(f"{found.symbol} {found}", found.style),
        )
    return table


def _matrix(comparison: Comparison, rows: Sequence[ComparedRequirement]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column()
    for _ in comparison.runs:
        table.add_column(min_width=max(len(status) for status in RequirementStatus) + 2)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=LONGEST_FACT)
    numbers = (str(number) for number in range(1, len(comparison.runs) + 1))
    table.add_row("", "", *(Text(number, "dim") for number in numbers), "")
    for row in rows:
        requirement = row.requirement
        cells = (Text("\n").join(_cell(found)) for found in row.verdicts)
        level = Text(requirement.level, "dim")
        table.add_row(requirement.id, level, *cells, plain(requirement.fact, "dim"))
    return table


def _cell(found: RequirementVerdict | None) -> Iterator[Text]:
    if found is None:
        yield Text("not checked", "dim")
        return
    symbol, style = MARKS[found.status]
    yield Text(f"{symbol} {found.status}", style)
    yield from (plain(note, "dim") for note in found.observations)


def _show_changes(console: Console, heading: str, changes: Sequence[RequirementChange]) -> None:
    if not changes:
        return
    console.print(Text(f"\n{heading}", "bold"))
    for change in changes:
        found = change.requirement
        console.print(plain(f"  {found.id} {found.level}: {change.before} -> {change.after}"))
        for name in change.scenarios:
            console.print(plain(f"    {name}", "dim"))
