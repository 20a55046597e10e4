"""The report of a run on the terminal: requirements, failures, and the verdict at the end."""

from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pulsecheck.driver.profile import summary
from pulsecheck.driver.protocol import Initialized
from pulsecheck.report.selection import shown
from pulsecheck.report.style import MARKS, headline, one_line, plain
from pulsecheck.report.terminal_failures import show_failures
from pulsecheck.report.text import implementation, rounds_summary
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Conclusion, RequirementStatus, RequirementVerdict, Verdict
from pulsecheck.suite.requirements import Catalogue, Level

BEYOND = "Beyond the documentation (not part of the verdict)"
RARE = (
    RequirementStatus.KNOWN_FAILURE,
    RequirementStatus.UNSTABLE,
    RequirementStatus.NOT_OBSERVED,
)
"""Statuses that the summary leaves out if no requirement has them."""


def show(console: Console, catalogue: Catalogue, verdict: Verdict, run: Run) -> None:
    """Print the whole report."""
    for heading, found in _groups(catalogue, shown(verdict, run)):
        console.print(Text(f"\n{heading}", "bold"))
        console.print(_table(found, cut=console.is_terminal))
    show_failures(console, verdict, run)
    console.print()
    console.print(_summary(verdict, run))


def _groups(
    catalogue: Catalogue, verdicts: Sequence[RequirementVerdict]
) -> Iterable[tuple[str, list[RequirementVerdict]]]:
    """Yield a heading and verdicts for each area. Requirements that do not count come last."""
    counted = [found for found in verdicts if found.counts]
    for area in dict.fromkeys(found.requirement.area for found in counted):
        yield catalogue.title(area), [row for row in counted if row.requirement.area == area]
    if beyond := [found for found in verdicts if not found.counts]:
        met = sum(found.status is RequirementStatus.MET for found in beyond)
        yield f"{BEYOND}: {met} of {len(beyond)} met", beyond


def _table(verdicts: Iterable[RequirementVerdict], *, cut: bool) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(width=1)
    table.add_column(width=6)
    table.add_column(width=6)
    table.add_column(width=max(len(status) for status in RequirementStatus))
    table.add_column()
    for found in verdicts:
        requirement, (mark, style) = found.requirement, MARKS[found.status]
        level, status = Text(requirement.level, "dim"), Text(found.status, style)
        table.add_row(Text(mark, style), requirement.id, level, status, _fact(found, cut=cut))
        for remark in _remarks(found):
            table.add_row("", "", "", "", plain(remark, "dim"))
    return table


def _fact(found: RequirementVerdict, *, cut: bool) -> Text:
    """Return the requirement's fact. If the requirement is not applicable, put the reason first."""
    fact = one_line(cut=cut)
    if found.status is RequirementStatus.NOT_APPLICABLE:
        return fact.append_text(plain(f"{found.reason} · {found.requirement.fact}", "dim"))
    return fact.append(found.requirement.fact)


def _remarks(found: RequirementVerdict) -> Iterable[str]:
    """Yield the choices seen, the reason for the status, and explanations of known failures."""
    yield from found.observations
    if found.status in {
        RequirementStatus.NOT_SHOWN,
        RequirementStatus.UNSTABLE,
        RequirementStatus.NOT_OBSERVED,
    }:
        yield found.reason
    for known in found.known_failures:
        yield known.explanation


def _summary(verdict: Verdict, run: Run) -> RenderableType:
    found = headline(verdict, run)
    lines = []
    if run.initialized is not None and run.records:
        lines = [_implementation(run, run.initialized), _counts(verdict)]
    if missing := _missing(verdict, run):
        lines.append(Text(f"must requirements that were not shown: {', '.join(missing)}"))
    if rounds := rounds_summary(run):
        lines.append(Text(rounds))
    problems = [Padding(plain(problem), (0, 0, 0, 2), expand=False) for problem in verdict.problems]
    conclusion = Text(str(found), found.style).append(f"  ({run.seconds:.1f} s)", "dim not bold")
    return Group(*lines, conclusion, *problems)


def _implementation(run: Run, initialized: Initialized) -> Text:
    line = plain(implementation(run), "bold")
    language = initialized.implementation.language
    declared = f"  ({language}) declares {summary(initialized)}"
    return line.append_text(plain(declared, "dim not bold"))


def _counts(verdict: Verdict) -> Text:
    counts = [
        f"{verdict.count(status)} {_plural(status, verdict)}"
        for status in RequirementStatus
        if verdict.count(status) or status not in RARE
    ]
    return Text(" · ".join(counts))


def _plural(status: RequirementStatus, verdict: Verdict) -> str:
    has_plural = status in {RequirementStatus.WARNING, RequirementStatus.KNOWN_FAILURE}
    several = has_plural and verdict.count(status) != 1
    return f"{status}s" if several else status


def _missing(verdict: Verdict, run: Run) -> list[str]:
    """Return the ids of requirements whose level is must and which were not shown.

    These requirements prevent the conclusion "conforming".
    """
    if run.partial or verdict.conclusion is not Conclusion.NOT_CONFORMING:
        return []
    return [
        found.requirement.id
        for found in verdict.requirements
        if found.status is RequirementStatus.NOT_SHOWN
        and found.requirement.level is Level.MUST
        and not found.blocked_by
    ]
