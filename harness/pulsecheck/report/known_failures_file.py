"""Write the failures of a run to a known-failures file. Users fill in the reasons."""

from typing import Any

import msgspec
import tomli_w

from pulsecheck.report.text import title
from pulsecheck.results.known_failures import PLACEHOLDER, KnownFailure, KnownFailures
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import Verdict
from pulsecheck.shared.escaping import escape_unprintable

HEADER = """\
# Known failures, for `pulsecheck check --known-failures`.
# Each entry needs a reason. Optional: issue = "a link", expires = 2027-01-31 (its last day).
# To accept all failures of a requirement, write requirement = "STO-5" instead of scenario.
"""


def render(verdict: Verdict, run: Run, known: KnownFailures) -> bytes:
    """Return the content of the file.

    The file keeps the entries of `known` whose scenarios still fail. New entries have a placeholder
    as their reason.
    """
    kept = [entry for entry in known.entries if _still_fails(entry, run, known)]
    new = [
        record
        for record in run.records
        if verdict.scenario_statuses[record.selector] is ScenarioStatus.FAILED
    ]
    parts = [HEADER, *(_entry(entry) for entry in kept)]
    parts += [_comment(record, verdict) + _entry(_unexplained(record)) for record in new]
    return "\n".join(parts).encode()


def _still_fails(entry: KnownFailure, run: Run, known: KnownFailures) -> bool:
    return any(
        entry in known.explaining(record, identifier)
        for record in run.records
        for identifier in record.requirements
    )


def _unexplained(record: ScenarioRecord) -> KnownFailure:
    if record.seen_in:
        return KnownFailure(requirement=record.requirements[0], reason=PLACEHOLDER)
    return KnownFailure(scenario=record.selector, reason=PLACEHOLDER)


def _comment(record: ScenarioRecord, verdict: Verdict) -> str:
    facts = [
        f"{found.requirement.id} {found.requirement.level}: {found.requirement.fact}"
        for found in verdict.requirements
        if found.requirement.id in record.requirements
    ]
    lines = (" ".join(escape_unprintable(line).split()) for line in (title(record), *facts))
    return "".join(f"# {line}\n" for line in lines)


def _entry(entry: KnownFailure) -> str:
    fields: dict[str, Any] = {
        name: value for name, value in msgspec.structs.asdict(entry).items() if value
    }
    return f"[[known_failure]]\n{tomli_w.dumps(fields)}"
