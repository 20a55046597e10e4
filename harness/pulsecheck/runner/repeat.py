"""Repeat a run, and combine the rounds into one."""

from collections.abc import Callable

from msgspec.structs import replace

from pulsecheck.results.records import Outcome, Run, ScenarioRecord, unstable

RunOnce = Callable[[int], Run]
"""Runs all scenarios once. The parameter is the number of the round, from 1."""


def repeat(run_once: RunOnce, rounds: int) -> Run:
    """Run all scenarios `rounds` times, and combine the rounds.

    The result has the records of the first round. A scenario that ended differently in a later
    round is unstable. If a round is incomplete, so is the result, and no further round is run.
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
    found = {record.selector: record for record in latest.records}
    records = tuple(
        _compare(record, found.get(record.selector), number) for record in earlier.records
    )
    return replace(combined, records=records)


def _compare(first: ScenarioRecord, other: ScenarioRecord | None, number: int) -> ScenarioRecord:
    """Return the record of a scenario, unstable if the two outcomes differ.

    A scenario that was blocked in one of the rounds is not unstable: the scenario that blocked
    it is.
    """
    outcomes = {first.outcome, other.outcome if other else first.outcome}
    if other is None or len(outcomes) == 1 or outcomes & {Outcome.UNSTABLE, Outcome.BLOCKED}:
        return other if other and other.outcome is Outcome.UNSTABLE else first
    return unstable(first, other, f"in round {number}")
