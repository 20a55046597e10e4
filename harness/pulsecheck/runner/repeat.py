"""The same check several times over, as one run."""

from collections.abc import Callable

from msgspec.structs import replace

from pulsecheck.results.records import Outcome, Run, ScenarioRecord, unstable

RunOnce = Callable[[int], Run]
"""Runs everything once, for the round of that number; the first is 1."""


def repeat(check: RunOnce, rounds: int) -> Run:
    """RunOnce so many times, and give the first round with all that ended differently in another.

    A round that is not completed is the last one, and ends the run before its time.
    """
    whole = check(1)
    for number in range(2, rounds + 1):
        if whole.incomplete:
            break
        whole = _joined(whole, check(number), number)
    return whole


def _joined(whole: Run, other: Run, number: int) -> Run:
    joined = replace(whole, seconds=whole.seconds + other.seconds, rounds=number)
    if problem := other.incomplete:
        error = other.error or problem
        return replace(joined, error=f"round {number}: {error}", interrupted=other.interrupted)
    found = {record.selector: record for record in other.records}
    records = tuple(
        _compared(record, found.get(record.selector), number) for record in whole.records
    )
    return replace(joined, records=records)


def _compared(first: ScenarioRecord, other: ScenarioRecord | None, number: int) -> ScenarioRecord:
    """The record of a scenario, unstable if it ended otherwise; what blocked it says so itself."""
    outcomes = {first.outcome, other.outcome if other else first.outcome}
    if other is None or len(outcomes) == 1 or outcomes & {Outcome.UNSTABLE, Outcome.BLOCKED}:
        return other if other and other.outcome is Outcome.UNSTABLE else first
    return unstable(first, other, f"in round {number}")
