from collections.abc import Callable

import pytest
from msgspec.structs import replace

from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.runner.repeat import repeat
from sample_run import sample_run, scenario


def ended(*outcomes: Outcome) -> Run:
    records = tuple(
        scenario("STO-5", f"Scenario {number}", outcome, "" if outcome == "passed" else "why")
        for number, outcome in enumerate(outcomes)
    )
    return replace(sample_run(), records=records, collected=len(records))


def rounds(*runs: Run) -> Callable[[int], Run]:
    return lambda number: runs[number - 1]


def only(run: Run) -> ScenarioRecord:
    (record,) = run.records
    return record


def test_equal_rounds_give_the_records_of_the_first() -> None:
    run = ended(Outcome.PASSED, Outcome.FAILED)
    joined = repeat(rounds(run, run, run), 3)
    assert joined == replace(run, rounds=3, seconds=pytest.approx(3 * run.seconds))


def test_a_single_round_is_returned_unchanged() -> None:
    run = ended(Outcome.PASSED)
    assert repeat(rounds(run), 1) == run


@pytest.mark.parametrize(
    ("first", "other"),
    [
        (Outcome.PASSED, Outcome.FAILED),
        (Outcome.FAILED, Outcome.PASSED),
        (Outcome.PASSED, Outcome.ERRORED),
        (Outcome.NOT_APPLICABLE, Outcome.PASSED),
    ],
)
def test_a_scenario_that_ends_differently_in_a_round_is_unstable(
    first: Outcome, other: Outcome
) -> None:
    record = only(repeat(rounds(ended(first), ended(first), ended(other)), 3))
    assert record.outcome is Outcome.UNSTABLE
    assert record.reason.startswith(f"{first} at first, {other} in round 3")
    assert record.other is not None
    assert record.other.outcome is other
    assert [run.reason for run in record.runs] == [
        "" if outcome is Outcome.PASSED else "why" for outcome in (first, other)
    ]


def test_a_scenario_that_is_blocked_in_only_one_round_is_unstable() -> None:
    joined = repeat(rounds(ended(Outcome.PASSED), ended(Outcome.BLOCKED)), 2)
    assert only(joined).outcome is Outcome.UNSTABLE


def test_a_scenario_that_was_unstable_within_a_round_stays_unstable() -> None:
    for outcomes in ((Outcome.UNSTABLE, Outcome.PASSED), (Outcome.PASSED, Outcome.UNSTABLE)):
        joined = repeat(rounds(*(ended(outcome) for outcome in outcomes)), 2)
        assert only(joined).outcome is Outcome.UNSTABLE


def test_an_incomplete_round_is_the_last() -> None:
    run = ended(Outcome.PASSED)
    broken = replace(run, records=(), error="interrupted", interrupted=True)
    joined = repeat(rounds(run, broken), 3)
    assert (joined.error, joined.interrupted) == ("round 2: interrupted", True)
    assert joined.records == run.records
    assert repeat(rounds(broken), 3) == broken
