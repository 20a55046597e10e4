"""Failures that the oracle found while scenarios of other requirements ran.

Reports treat these failures like failed scenarios: each failure is a record of its own, about the
requirement that was violated.
"""

from collections.abc import Iterator, Sequence

import msgspec

from pulsecheck.results.records import Outcome, ScenarioRecord


def seen_elsewhere(records: Sequence[ScenarioRecord]) -> Iterator[ScenarioRecord]:
    """Yield a failed record for each violated requirement whose own scenarios did not fail.

    The record describes the first scenario in which the violation was seen, and says in how many
    other scenarios it was seen.
    """
    failed = {
        identifier
        for record in records
        if record.outcome is Outcome.FAILED
        for identifier in record.requirements
    }
    violated = dict.fromkeys(found.requirement for record in records for found in record.violations)
    for identifier in (each for each in violated if each not in failed):
        yield _record(identifier, [each for each in records if each.violates(identifier)])


def _record(identifier: str, records: Sequence[ScenarioRecord]) -> ScenarioRecord:
    first = records[0]
    found = next(each for each in first.violations if each.requirement == identifier)
    others = len(records) - 1
    more = f" and {others} other{'' if others == 1 else 's'}" if others else ""
    return msgspec.structs.replace(
        first,
        selector=f"{identifier.lower().replace('-', '_')}@{first.selector}",
        name=f'seen while running "{first.name}"{more}',
        requirements=(identifier,),
        outcome=Outcome.FAILED,
        reason=f"expected: {found.expected}\nseen: {found.seen}",
        expected=found.expected,
        seen=found.seen,
        evidence=found.evidence,
        blocked_by="",
        observations=(),
        violations=(),
        seen_in=first.selector,
        other=None,
    )
