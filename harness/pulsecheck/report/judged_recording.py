"""Reports of a judged recording, for the terminal and as JSON."""

from collections.abc import Iterator, Sequence, Set

import msgspec
from rich.console import Console, Group
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from pulsecheck import DISTRIBUTION, __version__
from pulsecheck.oracle.recorded_product import RecordedProduct
from pulsecheck.oracle.reported_pulse import NODE_TYPES
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.report.style import MARKS, one_line, plain
from pulsecheck.report.text import MOST_EVIDENCE, details
from pulsecheck.results.verdict import RequirementStatus
from pulsecheck.shared.timeline import Entry, shorten_timeline
from pulsecheck.suite.requirements import Catalogue, Requirement

FORMAT = 1
CONTEXT = 4
"""The number of entries that an excerpt shows before and after each entry of the evidence."""
PACKETS = ("packet received", "packet sent")
"""Entries that an excerpt shows only as evidence. Other entries describe the packets' effects."""
NO_PROOF = "This does not prove conformance: only what happened on this timeline was judged."


class Violation(msgspec.Struct, frozen=True, kw_only=True):
    """A violation, with its requirement and the entries that prove it."""

    requirement: Requirement
    expected: str
    seen: str
    evidence: tuple[Entry, ...]


class JudgedRecording(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON report. `format` changes when programs that read the report must change."""

    format: int = FORMAT
    written_by: str
    connection: str
    entries: int
    pulses: dict[str, int]
    notes: tuple[str, ...]
    violations: tuple[Violation, ...]


def render(product: RecordedProduct, catalogue: Catalogue) -> bytes:
    """Return the report as JSON, in UTF-8, with a line feed at the end."""
    report = JudgedRecording(
        written_by=f"{DISTRIBUTION} {__version__}",
        connection=product.connection,
        entries=len(product.timeline),
        pulses=product.pulses,
        notes=product.notes,
        violations=tuple(
            Violation(
                requirement=catalogue[found.requirement],
                expected=found.expected,
                seen=found.seen,
                evidence=shorten_timeline([product.timeline[n] for n in found.evidence]),
            )
            for found in product.violations
        ),
    )
    return msgspec.json.format(msgspec.json.encode(report), indent=2) + b"\n"


def show(console: Console, product: RecordedProduct, catalogue: Catalogue) -> None:
    """Print each violation with the entries that prove it, then a summary of the timeline."""
    for found in product.violations:
        console.print(_violation(found, product, catalogue, cut=console.is_terminal))
        console.print()
    console.print(_judged(product))
    for note in product.notes:
        console.print(plain(note))
    console.print(_conclusion(product))


def _violation(
    found: FactViolation, product: RecordedProduct, catalogue: Catalogue, *, cut: bool
) -> Group:
    requirement = catalogue[found.requirement]
    _, style = MARKS[RequirementStatus.NOT_MET]
    findings = Table.grid(padding=(0, 1))
    findings.add_row(Text("expected", "bold"), plain(found.expected))
    findings.add_row(Text("seen", "bold"), plain(found.seen))
    return Group(
        Rule(
            Text(f"{requirement.id} · {requirement.level} · {RequirementStatus.NOT_MET}", style),
            align="left",
            style="dim",
        ),
        requirement.fact,
        Text(requirement.page, "dim"),
        "",
        Padding(findings, (0, 0, 1, 2), expand=False),
        Padding(_proof(product.timeline, found, cut=cut), (0, 0, 0, 2), expand=False),
    )


def _proof(timeline: Sequence[Entry], found: FactViolation, *, cut: bool) -> Table:
    evidence = frozenset(sorted(found.evidence)[:MOST_EVIDENCE])
    table = Table.grid(padding=(0, 1))
    table.add_column(justify="right")
    following = 0
    for entry in excerpt(timeline, evidence):
        if entry.number > following:
            table.add_row(Text("…", "dim"))
        following = entry.number + 1
        is_evidence = entry.number in evidence
        time = Text(f"{'✗ ' if is_evidence else ''}{entry.at:.4f}", "red" if is_evidence else "dim")
        what = one_line(cut=cut).append_text(plain(entry.what))
        if shown := details(entry):
            what.append_text(plain(f" {shown}", "dim"))
        table.add_row(time, plain(entry.source, "dim"), what)
    return table


def excerpt(timeline: Sequence[Entry], evidence: Set[int]) -> Iterator[Entry]:
    """Yield the entries that prove a violation, and the entries near them."""
    shown = [each for each in timeline if each.number in evidence or each.what not in PACKETS]
    proving = [place for place, each in enumerate(shown) if each.number in evidence]
    near = {
        place
        for proof in proving
        for place in range(max(proof - CONTEXT, 0), min(proof + CONTEXT + 1, len(shown)))
    }
    return (shown[place] for place in sorted(near))


def _judged(product: RecordedProduct) -> Text:
    counts = ", ".join(f"{name} {count}" for name, count in sorted(product.pulses.items()))
    missing = [name for name in NODE_TYPES if name not in product.pulses]
    text = f'judged: connection "{product.connection}", {len(product.timeline)} entries'
    text += f"\npulses: {counts}"
    if missing:
        text += f"\nnot reported, and so not judged: {', '.join(missing)}"
    return plain(text)


def _conclusion(product: RecordedProduct) -> Text:
    count = len(product.violations)
    if count == 0:
        return Text(f"no violation. {NO_PROOF}")
    mark, style = MARKS[RequirementStatus.NOT_MET]
    broken = ", ".join(dict.fromkeys(found.requirement for found in product.violations))
    return Text(f"{mark} {count} violation{'s' if count > 1 else ''}: {broken}", style)
