"""An audit on the terminal: a table of the facts, and what is missing or wrong."""

import shlex

from rich.console import Console
from rich.table import Table
from rich.text import Text

from harness.audit.findings import Audit, Fact, Finding
from harness.distribution import DISTRIBUTION
from harness.report.style import plain
from harness.requirements import Level


def show(console: Console, found: Audit, module: str) -> None:
    """Print each fact with its scenarios and mutants, then the findings, then a line for all."""
    table = Table("fact", "level", box=None, header_style="bold", pad_edge=False)
    for heading in ("scenarios", "mutants", "killed"):
        table.add_column(heading, justify="right")
    for fact in found.facts:
        if fact.trials or not found.partial:
            table.add_row(*_cells(fact))
    console.print(table)
    for finding in found.findings:
        console.print(_line(finding))
    if found.findings:
        command = shlex.join((DISTRIBUTION, "check", "--implementation", f"python:{module}:NAME"))
        console.print(Text(f"see what becomes of a mutant: {command}", "dim"))
    console.print(_sum(found))


def _cells(fact: Fact) -> tuple[str | Text, ...]:
    is_free = fact.requirement.level is Level.MAY
    is_whole = bool(fact.scenes) and (is_free or 0 < len(fact.trials) == fact.killed)
    mark = Text("✓ ", "green") if is_whole else Text("✗ ", "red")
    return (
        mark + plain(fact.requirement.id),
        str(fact.requirement.level),
        str(len(fact.scenes)),
        "" if is_free else str(len(fact.trials)),
        "" if is_free else str(fact.killed),
    )


def _line(finding: Finding) -> Text:
    return Text("✗ ", "red") + plain(f"{finding.kind}: {finding.name}: {finding.why}")


def _sum(found: Audit) -> Text:
    facts = [fact for fact in found.facts if fact.trials]
    killed = sum(fact.killed for fact in facts)
    figures = f"{killed} of {found.mutants} mutants killed, of {len(facts)} facts"
    if found.findings:
        number = len(found.findings)
        return Text(f"{figures}; {number} finding{'s' * (number > 1)}", "bold red")
    if found.partial:
        return Text(f"{figures}; the others were not tried", "bold")
    return Text(f"{figures}; each scenario kills one, and nothing is missing", "bold green")
