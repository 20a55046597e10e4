"""What went wrong: for each scenario its sentences, expected and seen, the timeline, a command."""

from collections.abc import Iterable

from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from harness.records import Outcome, Run, ScenarioRecord
from harness.report.style import MARKS, OUTCOME_MARKS, plain
from harness.report.text import again, details, excerpt, title
from harness.verdicts import RequirementVerdict, Verdict

SECTION = (0, 0, 1, 2)
"""Indented, with a blank line below."""
WRONG = (Outcome.FAILED, Outcome.ERRORED)


def show_failures(console: Console, verdict: Verdict, run: Run) -> None:
    """Print every scenario that failed or errored, under the requirements that it shows."""
    wrong = [record for record in run.records if record.outcome in WRONG]
    for ids in dict.fromkeys(record.requirements for record in wrong):
        console.print()
        for found in verdict.requirements:
            if found.requirement.id in ids:
                console.print(_heading(found))
        for record in wrong:
            if record.requirements == ids:
                console.print()
                console.print(_scenario(record))
                # A command is copied: it must not be broken into lines.
                console.print(plain(f"  run it again: {again(run, record)}"), soft_wrap=True)


def _heading(found: RequirementVerdict) -> Group:
    requirement = found.requirement
    _, style = MARKS[found.status]
    name = Text(f"{requirement.id} · {requirement.level} · {found.status}", style)
    return Group(
        Rule(name, align="left", style="dim"), requirement.fact, Text(requirement.page, "dim")
    )


def _scenario(record: ScenarioRecord) -> Group:
    head = plain(title(record), "bold")
    head.append_text(plain(f"  {record.feature}:{record.line}", "dim not bold"))
    parts = (_steps(record), _findings(record), _timeline(record))
    shown = [Padding(part, SECTION, expand=False) for part in parts if part.row_count]
    return Group(head, *shown)


def _steps(record: ScenarioRecord) -> Table:
    table = Table.grid(padding=(0, 1))
    for step in record.steps:
        mark, style = OUTCOME_MARKS[step.outcome]
        is_reached = step.outcome is not None
        words = plain(f"{step.keyword} {step.text}", "" if is_reached else "dim")
        table.add_row(Text(mark, style), words)
    return table


def _findings(record: ScenarioRecord) -> Table:
    """Say what was expected and what was seen, or else why the scenario did not pass."""
    table = Table.grid(padding=(0, 1))
    found = [("expected", record.expected), ("seen", record.seen)]
    if not record.expected:
        found = [(record.outcome, record.reason)]
    for name, text in found:
        table.add_row(Text(name, "bold"), plain(text))
    return table


def _timeline(record: ScenarioRecord) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right")
    shown = excerpt(record.timeline)
    for row in _remark(shown.earlier, "earlier"):
        table.add_row(*row)
    for entry in shown.entries:
        what = Text(no_wrap=True, overflow="ellipsis").append_text(plain(entry.what))
        if entry.details:
            what.append_text(plain(f" {details(entry)}", "dim"))
        table.add_row(Text(f"{entry.at:.4f}", "dim"), plain(entry.source, "dim"), what)
    for row in _remark(shown.later, "later"):
        table.add_row(*row)
    return table


def _remark(count: int, when: str) -> Iterable[tuple[Text, Text, Text]]:
    if count:
        yield Text("…", "dim"), Text(), Text(f"{count} {when}, all of them in --json", "dim")
