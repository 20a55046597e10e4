"""The part of the terminal report about scenarios that did not pass."""

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pulsecheck.report.style import MARKS, STEP_MARKS, one_line, plain
from pulsecheck.report.text import (
    RUN_HEADINGS,
    Omission,
    details,
    excerpt,
    marked_time,
    scenario_command,
    title,
)
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import RequirementVerdict, Verdict
from pulsecheck.shared.timeline import Entry

SECTION_PADDING = (0, 0, 1, 2)
"""Top, right, bottom and left."""
SHOWN = (
    ScenarioStatus.FAILED,
    ScenarioStatus.ERRORED,
    ScenarioStatus.UNSTABLE,
    ScenarioStatus.WARNING,
    ScenarioStatus.NOT_OBSERVED,
)


def show_failures(console: Console, verdict: Verdict, run: Run) -> None:
    """Print the scenarios that did not pass, grouped by the requirements that they test.

    Known failures are left out, because the list of requirements shows their reasons.
    """
    shown = [
        record for record in run.records if verdict.scenario_statuses[record.selector] in SHOWN
    ]
    for ids in dict.fromkeys(record.requirements for record in shown):
        console.print()
        for found in verdict.requirements:
            if found.requirement.id in ids:
                console.print(_heading(found))
        for record in shown:
            if record.requirements == ids:
                console.print()
                console.print(_scenario(record, verdict, cut=console.is_terminal))
                # Users copy the command, so the command must not be broken into lines.
                command = scenario_command(run, record)
                console.print(plain(f"  run it again: {command}"), soft_wrap=True)


def _heading(found: RequirementVerdict) -> Group:
    requirement = found.requirement
    _, style = MARKS[found.status]
    name = Text(f"{requirement.id} · {requirement.level} · {found.status}", style)
    return Group(
        Rule(name, align="left", style="dim"), requirement.fact, Text(requirement.page, "dim")
    )


def _scenario(record: ScenarioRecord, verdict: Verdict, *, cut: bool) -> Group:
    head = plain(title(record), "bold")
    head.append_text(plain(f"  {record.feature}:{record.line}", "dim not bold"))
    status = verdict.scenario_statuses[record.selector]
    if record.other is None:
        return Group(head, *_run(record, status, cut=cut))
    summary = plain(record.reason.partition("\n")[0], "dim")
    parts: list[RenderableType] = [head, summary]
    for heading, each in zip(RUN_HEADINGS, record.runs, strict=True):
        parts += [Text(f"  {heading}", "bold"), *_run(each, status, cut=cut)]
    return Group(*parts)


def _run(record: ScenarioRecord, status: ScenarioStatus, *, cut: bool) -> list[Padding]:
    parts = (_steps(record), _findings(record, status), _timeline(record, cut=cut))
    return [Padding(part, SECTION_PADDING, expand=False) for part in parts if part.row_count]


def _steps(record: ScenarioRecord) -> Table:
    table = Table.grid(padding=(0, 1))
    for step in record.steps:
        mark, style = STEP_MARKS[step.outcome]
        is_reached = step.outcome is not None
        words = plain(f"{step.keyword} {step.text}", "" if is_reached else "dim")
        table.add_row(Text(mark, style), words)
    return table


def _findings(record: ScenarioRecord, status: ScenarioStatus) -> Table:
    """Return a table with the texts `expected` and `seen` of a scenario.

    If the scenario has no such texts, the table has the reason why the scenario did not pass.
    """
    table = Table.grid(padding=(0, 1))
    found: list[tuple[str, str]] = [("expected", record.expected), ("seen", record.seen)]
    if not record.expected:
        label: str = record.outcome if status is ScenarioStatus.WARNING else status
        found = [(label, record.reason)] if record.reason else []
    for name, text in found:
        table.add_row(Text(name, "bold"), plain(text))
    return table


def _timeline(record: ScenarioRecord, *, cut: bool) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right")
    for part in excerpt(record):
        if isinstance(part, Omission):
            table.add_row(Text("…", "dim"), "", Text(str(part), "dim"))
        else:
            table.add_row(*_entry(part, record, cut=cut))
    return table


def _entry(entry: Entry, record: ScenarioRecord, *, cut: bool) -> tuple[Text, Text, Text]:
    what = one_line(cut=cut).append_text(plain(entry.what))
    if shown := details(entry):
        what.append_text(plain(f" {shown}", "dim"))
    style = "red" if entry.number in record.evidence else "dim"
    return Text(marked_time(entry, record), style), plain(entry.source, "dim"), what
