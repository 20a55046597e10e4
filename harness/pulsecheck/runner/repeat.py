"""Repeat a run, and combine the rounds into one."""

from collections.abc import Callable

from msgspec.structs import replace

from pulsecheck.results.records import Outcome, Run, ScenarioRecord, unstable
from pulsecheck.results.seen_elsewhere import seen_elsewhere

RunOnce = Callable[[int], Run]
"""A function that runs all scenarios once. The parameter is the number of the round, from 1."""


def repeat(run_once: RunOnce, rounds: int) -> Run:
    """Run all scenarios `rounds` times, and combine the rounds.

    The result has the records of the first round. A scenario that ended differently in a later
    round is unstable. If a round is incomplete, no further round is run, and the result is
    incomplete too.
    """
    combined = run_once(1)
    for number in range(2, rounds + 1):
        if combined.incomplete:
            break
        combined = _combine(combined, run_once(number), number)
    return combined


def _combine(earlier: Run, latest: Run, number: int) -> Run:
    combined = replace(earlier, seconds=earlier.seconds + latest.seconds, rounds=number)
    if problem := latest.incomplete:
        error = latest.error or problem
        return replace(combined, error=f"round {number}: {error}", interrupted=latest.interrupted)
    found = {record.selector: record for record in latest.scenarios}
    records = tuple(
        _compare(record, found.get(record.selector), number) for record in earlier.scenarios
    )
    return replace(combined, records=(*records, *seen_elsewhere(records)))


def _compare(first: ScenarioRecord, other: ScenarioRecord | None, number: int) -> ScenarioRecord:
    """Return the record of a scenario. The scenario is unstable if its runs ended differently."""
    if other is None or first.outcome is Outcome.UNSTABLE:
        return first
    if other.outcome is Outcome.UNSTABLE:
        return other
    return first if _end(first) == _end(other) else unstable(first, other, f"in round {number}")


def _end(record: ScenarioRecord) -> tuple[Outcome, frozenset[str]]:
    return record.outcome, frozenset(found.requirement for found in record.violations)
