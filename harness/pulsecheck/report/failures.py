"""What went wrong: for each scenario its sentences, expected and seen, the timeline, a command."""

from collections.abc import Iterable

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pulsecheck.report.style import MARKS, STEP_MARKS, one_line, plain
from pulsecheck.report.text import TIMES, again, details, excerpt, title
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import RequirementVerdict, Verdict

SECTION = (0, 0, 1, 2)
"""Indented, with a blank line below."""
SHOWN = (
    ScenarioStatus.FAILED,
    ScenarioStatus.ERRORED,
    ScenarioStatus.UNSTABLE,
    ScenarioStatus.NOT_OBSERVED,
)


def show_failures(console: Console, verdict: Verdict, run: Run) -> None:
    """Print what did not pass, under the requirements that it shows.

    A known failure has been looked at: its reason is told in place of what was seen.
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
                # A command is copied: it must not be broken into lines.
                console.print(plain(f"  run it again: {again(run, record)}"), soft_wrap=True)


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
        return Group(head, *_time(record, status, cut=cut))
    summary = plain(record.reason.partition("\n")[0], "dim")
    parts: list[RenderableType] = [head, summary]
    for heading, time in zip(TIMES, record.runs, strict=True):
        parts += [Text(f"  {heading}", "bold"), *_time(time, status, cut=cut)]
    return Group(*parts)


def _time(record: ScenarioRecord, status: ScenarioStatus, *, cut: bool) -> list[Padding]:
    """One time that a scenario was run."""
    parts = (_steps(record), _findings(record, status), _timeline(record, cut=cut))
    return [Padding(part, SECTION, expand=False) for part in parts if part.row_count]


def _steps(record: ScenarioRecord) -> Table:
    table = Table.grid(padding=(0, 1))
    for step in record.steps:
        mark, style = STEP_MARKS[step.outcome]
        is_reached = step.outcome is not None
        words = plain(f"{step.keyword} {step.text}", "" if is_reached else "dim")
        table.add_row(Text(mark, style), words)
    return table


def _findings(record: ScenarioRecord, status: ScenarioStatus) -> Table:
    """Say what was expected and what was seen, or else why the scenario did not pass."""
    table = Table.grid(padding=(0, 1))
    found: list[tuple[str, str]] = [("expected", record.expected), ("seen", record.seen)]
    if not record.expected:
        found = [(status, record.reason)] if record.reason else []
    for name, text in found:
        table.add_row(Text(name, "bold"), plain(text))
    return table


def _timeline(record: ScenarioRecord, *, cut: bool) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right")
    shown = excerpt(record.timeline)
    for row in _remark(shown.earlier, "earlier"):
        table.add_row(*row)
    for entry in shown.entries:
        what = one_line(cut=cut).append_text(plain(entry.what))
        if entry.details:
            what.append_text(plain(f" {details(entry)}", "dim"))
        table.add_row(Text(f"{entry.at:.4f}", "dim"), plain(entry.source, "dim"), what)
    for row in _remark(shown.later, "later"):
        table.add_row(*row)
    return table


def _remark(count: int, when: str) -> Iterable[tuple[Text, Text, Text]]:
    if count:
        yield Text("…", "dim"), Text(), Text(f"{count} {when}, all of them in --json", "dim")
