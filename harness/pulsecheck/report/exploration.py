"""Reports of an exploration: for the terminal, as JSON, as features, and as HTML."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
import tomli_w
from rich.console import Console, Group
from rich.padding import Padding
from rich.text import Text

from pulsecheck import DISTRIBUTION, __version__
from pulsecheck.explore.dimensions import Pair
from pulsecheck.explore.exploration import Exploration, Finding
from pulsecheck.explore.scenario_text import feature_text, scenario_text, steps_of
from pulsecheck.report.html import run_page
from pulsecheck.report.style import plain
from pulsecheck.results.judgement import NOTHING_KNOWN, judge
from pulsecheck.results.records import Outcome, Run, ScenarioRecord, StepRecord
from pulsecheck.shared.timeline import shorten_timeline
from pulsecheck.suite.feature_files import CATALOGUE, slug
from pulsecheck.suite.requirements import Catalogue, Level

FORMAT = 1
FEATURE = "found.feature"
MOST_MISSING = 10
"""The number of pairs of dimensions without coverage that the terminal shows."""


class FoundSequence(msgspec.Struct, frozen=True, kw_only=True):
    """A finding in the JSON report. `scenario`: in Gherkin."""

    requirement: str
    level: str
    fact: str
    expected: str
    seen: str
    also: tuple[str, ...]
    sequence: int
    failures: int
    runs: int
    scenario: str


class ExplorationReport(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON report. `format` changes when programs that read the report must change.

    never: the pairs of circumstances that no sequence brought about.
    """

    format: int = FORMAT
    written_by: str
    implementation: str
    seed: int | None
    sequences: int
    actions: int
    seconds: float
    pairs: int
    possible_pairs: int
    never: tuple[str, ...]
    findings: tuple[FoundSequence, ...]
    error: str


def show(
    console: Console,
    found: Exploration,
    catalogue: Catalogue,
    possible: frozenset[Pair],
) -> None:
    """Print each finding with its scenario, then what was exercised."""
    for finding in found.findings:
        console.print(_finding(finding, catalogue))
        console.print()
    console.print(plain(_extent(found)))
    if not found.error:
        for line in _coverage(found, possible):
            console.print(plain(line))
    if found.error:
        console.print(plain(f"the exploration ended early: {found.error}"))
    console.print(Text(_conclusion(found, catalogue), "bold"))


def _finding(finding: Finding, catalogue: Catalogue) -> Group:
    requirement = catalogue[finding.requirement]
    mark = "?" if not finding.is_stable else "✗" if requirement.level is Level.MUST else "!"
    violation = finding.violation
    lines = [
        plain(f"expected: {violation.expected}"),
        plain(f"seen:     {violation.seen}"),
        plain(_history(finding)),
    ]
    if finding.also:
        lines.append(plain(f"also violated: {', '.join(finding.also)}"))
    return Group(
        Text(f"{mark} {requirement.id} ({requirement.level}): {requirement.fact}", "bold"),
        *(Padding(line, (0, 0, 0, 2)) for line in lines),
        plain(""),
        Padding(plain(_scenario(finding, catalogue).rstrip()), (0, 0, 0, 2)),
    )


def _history(finding: Finding) -> str:
    result = finding.result.sequence
    count = len(result.actions)
    shortened = f", shortened from {finding.actions} to {count} actions,"
    return (
        f"sequence {finding.number}{shortened if count < finding.actions else ''} failed in "
        f"{finding.failures} of {finding.runs} further runs"
    )


def _extent(found: Exploration) -> str:
    rate = found.sequences / found.seconds if found.seconds else 0
    stopped = f"; {found.stopped} ended early" if found.stopped else ""
    return (
        f"{found.sequences:,} sequences with {found.actions:,} actions in {found.seconds:.1f} s "
        f"({rate:.0f} per second{stopped})"
    )


def _coverage(found: Exploration, possible: frozenset[Pair]) -> Iterator[str]:
    never = possible - found.pairs
    yield (
        f"pairs of circumstances exercised: {len(possible - never):,} of {len(possible):,}"
        f"{'' if never else ', all of them'}"
    )
    counts = Counter((one[0], other[0]) for one, other in never)
    for (one, other), count in counts.most_common(MOST_MISSING):
        yield f"  never: {count} pair{'' if count == 1 else 's'} of {one} and {other}"


def exit_code(found: Exploration, catalogue: Catalogue) -> int:
    """Return 1 if a must is violated, else 2 if the driver or a sequence was unreliable, else 0."""
    if any(each.is_stable and _is_must(each, catalogue) for each in found.findings):
        return 1
    return 2 if found.error or not all(each.is_stable for each in found.findings) else 0


def _is_must(finding: Finding, catalogue: Catalogue) -> bool:
    return catalogue[finding.requirement].level is Level.MUST


def _conclusion(found: Exploration, catalogue: Catalogue) -> str:
    stable = [_is_must(each, catalogue) for each in found.findings if each.is_stable]
    warnings = len(stable) - sum(stable)
    counts = {
        "violated": sum(stable),
        "warning" if warnings == 1 else "warnings": warnings,
        "unstable": len(found.findings) - len(stable),
    }
    told = [f"{count} {name}" for name, count in counts.items() if count]
    return ", ".join(told) or "no violation found, which does not prove conformance"


def _scenario(finding: Finding, catalogue: Catalogue) -> str:
    requirement = catalogue[finding.requirement]
    return scenario_text(
        finding.result.sequence, requirement.id, requirement.level, _title(finding)
    )


def _title(finding: Finding) -> str:
    return f"Sequence {finding.number} violates {finding.requirement}"


def render(
    found: Exploration, catalogue: Catalogue, possible: frozenset[Pair], seed: int | None
) -> bytes:
    """Return the report as JSON, in UTF-8, with a line feed at the end."""
    about = found.initialized.implementation
    never = sorted(possible - found.pairs)
    report = ExplorationReport(
        written_by=f"{DISTRIBUTION} {__version__}",
        implementation=f"{about.name} {about.version}",
        seed=seed,
        sequences=found.sequences,
        actions=found.actions,
        seconds=round(found.seconds, 3),
        pairs=len(possible & found.pairs),
        possible_pairs=len(possible),
        never=tuple(", ".join(f"{name}: {value}" for name, value in pair) for pair in never),
        findings=tuple(
            FoundSequence(
                requirement=each.requirement,
                level=catalogue[each.requirement].level,
                fact=catalogue[each.requirement].fact,
                expected=each.violation.expected,
                seen=each.violation.seen,
                also=each.also,
                sequence=each.number,
                failures=each.failures,
                runs=each.runs,
                scenario=_scenario(each, catalogue),
            )
            for each in found.findings
        ),
        error=found.error,
    )
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def feature_of(found: Exploration, catalogue: Catalogue) -> str:
    """Return a feature file with a scenario for each finding."""
    scenarios = [_scenario(each, catalogue) for each in found.findings]
    return feature_text("Sequences that an exploration found", scenarios)


def save(folder: Path, found: Exploration, catalogue: Catalogue) -> Path:
    """Write the findings as a suite of their own. Return the feature file. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FEATURE
    path.write_text(feature_of(found, catalogue), encoding="utf-8")
    violated = [catalogue[each.requirement] for each in found.findings]
    content = {
        "areas": {each.area: catalogue.title(each.area) for each in violated},
        "requirement": [msgspec.to_builtins(each) for each in violated],
    }
    (folder / CATALOGUE).write_text(tomli_w.dumps(content), encoding="utf-8")
    return path


def render_page(found: Exploration, catalogue: Catalogue, command: tuple[str, ...]) -> bytes:
    """Return the HTML report, with the diagram of each finding."""
    records = tuple(_record(each) for each in found.findings)
    run = Run(
        initialized=found.initialized,
        records=records,
        collected=len(records),
        partial=True,
        seconds=found.seconds,
        error=found.error,
        interrupted=found.interrupted,
        command=command,
    )
    return run_page.render(judge(catalogue, run, NOTHING_KNOWN), run)


def _record(finding: Finding) -> ScenarioRecord:
    result, violation = finding.result, finding.violation
    return ScenarioRecord(
        selector=slug(_title(finding)),
        name=_title(finding),
        feature=FEATURE,
        line=1,
        requirements=(finding.requirement,),
        transport=None,
        outcome=Outcome.FAILED if finding.is_stable else Outcome.UNSTABLE,
        seconds=result.seconds,
        reason=f"expected: {violation.expected}\nseen: {violation.seen}",
        expected=violation.expected,
        seen=violation.seen,
        evidence=violation.evidence,
        steps=tuple(
            StepRecord(keyword=keyword, text=text, outcome=Outcome.PASSED)
            for keyword, text in steps_of(result.sequence)
        ),
        timeline=shorten_timeline(result.entries, frozenset(violation.evidence)),
    )
