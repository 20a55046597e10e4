from pathlib import Path

import pytest

from harness.driver.errors import DriverExitedError, MethodMissingError
from harness.feature_files import ScenarioSource, Step
from harness.plugin.trail import Trail
from harness.records import Outcome
from harness.world.conformance import NotConforming


@pytest.fixture
def trail() -> Trail:
    steps = tuple(Step(kind=kind, text=kind) for kind in ("given", "when", "then"))
    made = Trail(
        ScenarioSource(
            selector="waits",
            name="Waits",
            path=Path("stop.feature"),
            line=3,
            tags=("must", "STO-5"),
            example={},
            steps=steps,
        )
    )
    made.begin_step()
    made.begin_step()
    return made


def test_what_was_expected_and_seen_is_a_failure(trail: Trail) -> None:
    trail.fail(NotConforming("silence", "a pulse"))
    record = trail.record()
    assert (record.outcome, record.expected, record.seen) == (Outcome.FAILED, "silence", "a pulse")


def test_a_method_that_is_missing_behind_a_declared_capability_is_a_failure(trail: Trail) -> None:
    trail.fail(MethodMissingError("studio/toolbox", -32601, "unknown"))
    assert trail.record().outcome is Outcome.FAILED


def test_a_driver_that_is_lost_is_an_error(trail: Trail) -> None:
    trail.fail(DriverExitedError(7, ""))
    record = trail.record()
    assert record.outcome is Outcome.ERRORED
    assert "exited with code 7" in record.reason


def test_an_error_of_the_harness_names_its_place(trail: Trail) -> None:
    with pytest.raises(ValueError, match="invalid literal") as error:
        int("oh")
    trail.fail(error.value)
    record = trail.record()
    assert record.outcome is Outcome.ERRORED
    assert record.reason.startswith(
        "the harness itself went wrong: ValueError: invalid literal for int() "
        "with base 10: 'oh' (test_trail.py:"
    )


def test_the_first_thing_that_goes_wrong_decides(trail: Trail) -> None:
    trail.fail(NotConforming("silence", "a pulse"))
    trail.fail(DriverExitedError(7, ""))
    assert trail.record().outcome is Outcome.FAILED


def test_steps_that_were_not_reached_have_no_outcome(trail: Trail) -> None:
    trail.fail(NotConforming("silence", "a pulse"))
    outcomes = [step.outcome for step in trail.record().steps]
    assert outcomes == [Outcome.PASSED, Outcome.FAILED, None]


def test_a_scenario_that_is_set_aside_says_why(trail: Trail) -> None:
    trail.set_aside(Outcome.BLOCKED, "builds on STA-2, which failed")
    record = trail.record()
    assert (record.outcome, record.reason) == (Outcome.BLOCKED, "builds on STA-2, which failed")
