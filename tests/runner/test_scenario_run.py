from pathlib import Path
from types import SimpleNamespace

import pytest

from pulsecheck.driver.errors import DriverExitedError, MethodMissingError
from pulsecheck.results.records import Outcome
from pulsecheck.runner.scenario_run import ScenarioRun
from pulsecheck.shared.timeline import Entry
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite.feature_files import ScenarioSource, Step
from pulsecheck.world.expectations import NotConforming
from recorded import ON_START, ON_STOP, START, STOP, Recorded


@pytest.fixture
def scenario_run() -> ScenarioRun:
    steps = tuple(Step(kind=kind, text=kind) for kind in ("given", "when", "then"))
    made = ScenarioRun(
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


def test_an_assertion_that_fails_is_a_failure(scenario_run: ScenarioRun) -> None:
    scenario_run.fail(NotConforming("silence", "a pulse"))
    record = scenario_run.record()
    assert (record.outcome, record.expected, record.seen) == (Outcome.FAILED, "silence", "a pulse")


def test_a_failure_keeps_the_numbers_of_the_entries_that_prove_it(
    scenario_run: ScenarioRun,
) -> None:
    proof = Entry(number=17, at=0.5, source="node", what="pulsed", details={})
    scenario_run.fail(NotConforming("silence", "a pulse", (proof,)))
    assert scenario_run.record().evidence == (17,)


def watching(scenario_run: ScenarioRun, timeline: Recorded) -> None:
    """Give the run a world with this timeline, whose sentences watch nothing."""
    resources = SimpleNamespace(timeouts=Timeouts())
    entries = SimpleNamespace(entries=lambda: tuple(timeline.entries))
    world = SimpleNamespace(verify=lambda: None, timeline=entries, resources=resources)
    scenario_run.world = world  # type: ignore[assignment]


def test_the_facts_of_a_scenario_are_judged_over_its_whole_timeline(
    scenario_run: ScenarioRun,
) -> None:
    early = Recorded().into(START).established().into(STOP).leaves().pulsed(ON_STOP).terminated()
    watching(scenario_run, early)
    with pytest.raises(NotConforming, match=r"100\.0 ms before") as error:
        scenario_run.verify()
    assert [early.entries[number].what for number in error.value.evidence] == [
        "pulsed",
        "connection terminated",
    ]


def test_the_facts_of_other_requirements_are_judged_by_their_own_scenarios(
    scenario_run: ScenarioRun,
) -> None:
    twice = Recorded().into(START).established().pulsed(ON_START).pulsed(ON_START)
    watching(scenario_run, twice)
    scenario_run.verify()


def test_a_scenario_without_a_world_has_nothing_to_verify(scenario_run: ScenarioRun) -> None:
    scenario_run.verify()


def test_a_missing_method_of_a_declared_capability_is_a_failure(
    scenario_run: ScenarioRun,
) -> None:
    scenario_run.fail(MethodMissingError("studio/toolbox", -32601, "unknown"))
    assert scenario_run.record().outcome is Outcome.FAILED


def test_a_lost_driver_is_an_error(scenario_run: ScenarioRun) -> None:
    scenario_run.fail(DriverExitedError(7, ""))
    record = scenario_run.record()
    assert record.outcome is Outcome.ERRORED
    assert "exited with code 7" in record.reason


def test_an_error_in_the_harness_names_file_and_line(scenario_run: ScenarioRun) -> None:
    with pytest.raises(ValueError, match="invalid literal") as error:
        int("oh")
    scenario_run.fail(error.value)
    record = scenario_run.record()
    assert record.outcome is Outcome.ERRORED
    assert record.reason.startswith(
        "error in the harness: ValueError: invalid literal for int() "
        "with base 10: 'oh' (test_scenario_run.py:"
    )


def test_the_first_error_decides_the_outcome(scenario_run: ScenarioRun) -> None:
    scenario_run.fail(NotConforming("silence", "a pulse"))
    scenario_run.fail(DriverExitedError(7, ""))
    assert scenario_run.record().outcome is Outcome.FAILED


def test_steps_that_were_not_reached_have_no_outcome(scenario_run: ScenarioRun) -> None:
    scenario_run.fail(NotConforming("silence", "a pulse"))
    outcomes = [step.outcome for step in scenario_run.record().steps]
    assert outcomes == [Outcome.PASSED, Outcome.FAILED, None]


def test_a_scenario_that_is_not_run_has_a_reason(scenario_run: ScenarioRun) -> None:
    scenario_run.set_aside(Outcome.BLOCKED, "builds on STA-2, which failed")
    record = scenario_run.record()
    assert (record.outcome, record.reason) == (Outcome.BLOCKED, "builds on STA-2, which failed")
