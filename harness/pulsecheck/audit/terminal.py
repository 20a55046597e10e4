"""An audit on the terminal: a table of the facts, and what is missing or wrong."""

import itertools
from collections import Counter

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pulsecheck.audit.advice import Advice
from pulsecheck.audit.findings import ABOUT_MUTANTS, Audit, AuditedFact, AuditFinding, FindingKind
from pulsecheck.audit.trials import Trial
from pulsecheck.report.style import plain
from pulsecheck.suite.requirements import Level

MOST_KILLERS = 3
"""How many of the scenarios that killed a mutant are named."""


def show(console: Console, found: Audit, advice: Advice) -> None:
    """Print each fact with its scenarios and mutants, the findings, and a line that says it all.

    Of chosen mutants it is said what killed each.
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
    for (kind, why), findings in itertools.groupby(found.findings, _reason):
        names = "; ".join(finding.name for finding in findings)
        console.print(Text("✗ ", "red") + plain(f"{kind}: {names}: {why}"))
    console.print(plain(f"look at one: {advice.check_one(_example(found))}", "dim"))
    console.print(_sum(found))


def show_interruption(console: Console, tried: int, total: int) -> None:
    """Print how far an audit came that a user has ended; no total is known if it was early."""
    told = f"{tried} of {total} mutants were tried" if total else "no mutant was tried"
    console.print(Text(f"interrupted: {told}, and there is no verdict", "bold red"))


def _killers(fact: AuditedFact, trial: Trial) -> str:
    """Which scenarios killed a mutant; those of an outline have one title."""
    titles = [scene.name for scene in fact.scenes if trial.mutant.name in scene.kills]
    if not titles:
        return "killed by no scenario"
    more = len(titles) - MOST_KILLERS
    return f"killed by: {', '.join(titles[:MOST_KILLERS])}{f' and {more} more' * (more > 0)}"


def _example(found: Audit) -> str:
    """A mutant that is worth a look; there is one, since without mutants nothing is tried."""
    suspicious = (one.name for one in found.findings if one.kind in ABOUT_MUTANTS)
    tried = (trial.mutant.name for fact in found.facts for trial in fact.trials)
    return next(itertools.chain(suspicious, tried))


def _cells(fact: AuditedFact) -> tuple[str | Text, ...]:
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


def _reason(finding: AuditFinding) -> tuple[FindingKind, str]:
    """What is said but once of findings that follow each other."""
    return finding.kind, finding.why


def _sum(found: Audit) -> Text:
    facts = [fact for fact in found.facts if fact.trials]
    killed = sum(fact.killed for fact in facts)
    figures = f"{killed} of {found.mutants} mutants killed, of {len(facts)} facts"
    if found.findings:
        counts = Counter(finding.kind for finding in found.findings)
        told = ", ".join(f"{kind}: {count}" for kind, count in counts.items())
        return Text(f"{figures}; {told}", "bold red")
    if found.partial:
        return Text(f"{figures}; the others were not tried", "bold")
    return Text(f"{figures}; each scenario kills one, and nothing is missing", "bold green")
