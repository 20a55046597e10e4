"""An audit on the terminal: a table of the facts, and the findings."""

import itertools
from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulsecheck.audit.audit_result import (
    ABOUT_MUTANTS,
    Audit,
    AuditedFact,
    AuditFinding,
    FindingKind,
)
from pulsecheck.audit.commands import Commands
from pulsecheck.audit.trials import Trial
from pulsecheck.report.style import plain
from pulsecheck.suite.requirements import Level

OWN_REQUIREMENT = (
    "Each mutant ran the scenarios of the requirement that it breaks, and all others only if these "
    "did not kill the mutant. This audit does not show whether a mutant fails other requirements. "
    "To see this, run the audit without --own-requirement."
)
MAX_KILLERS = 3
"""The maximum number of scenarios to name that killed the same mutant."""


def show(console: Console, found: Audit, commands: Commands) -> None:
    """Print each fact with its scenarios and mutants, the findings, and a summary line.

    If the user selected mutants, also print which scenarios killed each mutant. After an audit with
    --own-requirement, also print that the audit does not show whether mutants fail other
    requirements.
    """
    table = Table("fact", "level", box=None, header_style="bold", pad_edge=False)
    for heading in ("scenarios", "mutants", "killed"):
        table.add_column(heading, justify="right")
    for fact in found.facts:
        if fact.trials or not found.partial:
            table.add_row(*_cells(fact))
    console.print(table)
    if found.partial:
        for fact in found.facts:
            for trial in fact.trials:
                console.print(plain(f"{trial.mutant.name}: {trial.mutant.mistake}"))
                console.print(plain(f"  {_killers(fact, trial)}", "dim"))
    for (kind, why), findings in itertools.groupby(found.findings, _kind_and_reason):
        names = "; ".join(finding.name for finding in findings)
        console.print(Text("✗ ", "red") + plain(f"{kind}: {names}: {why}"))
    console.print(plain(f"check one: {commands.check_one(_example(found))}", "dim"))
    if found.own_requirement:
        console.print(plain(OWN_REQUIREMENT))
    console.print(_summary(found))


def show_interruption(console: Console, tried: int, total: int) -> None:
    """Print the progress of an interrupted audit; `total` is 0 before the mutants are loaded."""
    progress = f"{tried} of {total} mutants were tried" if total else "no mutant was tried"
    console.print(Text(f"interrupted: {progress}; there is no verdict", "bold red"))


def _killers(fact: AuditedFact, trial: Trial) -> str:
    """Name the scenarios that killed a mutant. Name an outline only once, not once per row."""
    titles = [scenario.name for scenario in fact.scenarios if trial.mutant.name in scenario.kills]
    if not titles:
        return "killed by no scenario"
    more = len(titles) - MAX_KILLERS
    return f"killed by: {', '.join(titles[:MAX_KILLERS])}{f' and {more} more' * (more > 0)}"


def _example(found: Audit) -> str:
    """Return the name of a mutant with a finding. If no mutant has a finding, return any name."""
    suspicious = (one.name for one in found.findings if one.kind in ABOUT_MUTANTS)
    tried = (trial.mutant.name for fact in found.facts for trial in fact.trials)
    return next(itertools.chain(suspicious, tried))


def _cells(fact: AuditedFact) -> tuple[str | Text, ...]:
    is_may = fact.requirement.level is Level.MAY
    is_proven = bool(fact.scenarios) and (is_may or 0 < len(fact.trials) == fact.killed)
    mark = Text("✓ ", "green") if is_proven else Text("✗ ", "red")
    return (
        mark + plain(fact.requirement.id),
        str(fact.requirement.level),
        str(len(fact.scenarios)),
        "" if is_may else str(len(fact.trials)),
        "" if is_may else str(fact.killed),
    )


def _kind_and_reason(finding: AuditFinding) -> tuple[FindingKind, str]:
    """Return the key of a group. Consecutive findings with the same key are printed on one line."""
    return finding.kind, finding.why


def _summary(found: Audit) -> Text:
    facts = [fact for fact in found.facts if fact.trials]
    killed = sum(fact.killed for fact in facts)
    figures = f"{killed} of {found.mutants} mutants killed ({len(facts)} facts)"
    if found.findings:
        counts = Counter(finding.kind for finding in found.findings)
        kinds = ", ".join(f"{kind}: {count}" for kind, count in counts.items())
        return Text(f"{figures}; {kinds}", "bold red")
    if found.partial:
        return Text(f"{figures}; the other mutants were not tried", "bold")
    return Text(f"{figures}; each scenario kills at least one mutant", "bold green")
