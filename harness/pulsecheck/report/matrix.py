"""A comparison on the terminal."""

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulsecheck.report.comparison import ComparedRequirement, Comparison, RequirementChange
from pulsecheck.report.style import ENDINGS, MARKS, plain
from pulsecheck.results.verdict import RequirementStatus, RequirementVerdict

HEADINGS = {"broken": "newly broken", "fixed": "newly fixed", "chosen": "changed choice"}
LONGEST_FACT = 60


def show(console: Console, comparison: Comparison) -> None:
    """Print what differs between runs: a matrix, and what changed if they are of one thing."""
    console.print(_columns(comparison))
    differing = [row for row in comparison.rows if row.differs]
    if differing:
        console.print()
        console.print(_matrix(comparison, differing))
    same = len(comparison.rows) - len(differing)
    console.print(Text(f"\n{same} of {len(comparison.rows)} requirements are alike in all", "dim"))
    if comparison.changes:
        for kind, heading in HEADINGS.items():
            _show_changes(console, heading, getattr(comparison.changes, kind))
    for column in comparison.columns:
        if column.problem:
            console.print(plain(f"\n{column.file} {column.problem}", "red"))


def _columns(comparison: Comparison) -> Table:
    table = Table.grid(padding=(0, 2))
    for number, column in enumerate(comparison.columns, start=1):
        end = ENDINGS[column.conclusion]
        table.add_row(
            f"{number}",
            plain(column.name, "bold"),
            plain(column.file),
            Text(f"{end.sign} {end}", end.style),
        )
    return table


def _matrix(comparison: Comparison, rows: Sequence[ComparedRequirement]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column()
    for _ in comparison.columns:
        table.add_column(min_width=max(len(status) for status in RequirementStatus) + 2)
    table.add_column(no_wrap=True, overflow="ellipsis", max_width=LONGEST_FACT)
    numbers = (str(number) for number in range(1, len(comparison.columns) + 1))
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
    sign, style = MARKS[found.status]
    yield Text(f"{sign} {found.status}", style)
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
