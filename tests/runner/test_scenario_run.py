from pathlib import Path
from types import SimpleNamespace

import pytest

from pulsecheck.driver.errors import (
    DriverError,
    DriverExitedError,
    MethodMissingError,
    WrongTransportError,
)
from pulsecheck.results.records import Outcome
from pulsecheck.runner.scenario_run import ScenarioRun
from pulsecheck.shared.timeline import Entry
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite.feature_files import ScenarioSource, Step
from pulsecheck.world.expectations import EventMissing, NotConforming
from pulsecheck.world.missed_events import MissedEvents
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


def watching(
    scenario_run: ScenarioRun, timeline: Recorded, wrong_transport: DriverError | None = None
) -> None:
    """Give the run a world with this timeline. The sentences of this world watch nothing."""
    resources = SimpleNamespace(timeouts=Timeouts(), missed_events=MissedEvents())
    entries = SimpleNamespace(entries=lambda: tuple(timeline.entries), now=lambda: 1000.0)
    world = SimpleNamespace(
        verify=lambda: None,
        wrong_transport=lambda: wrong_transport,
        timeline=entries,
        resources=resources,
        observations=(),
        when_number=1,
    )
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


def twice_on_start() -> Recorded:
    """A timeline that contradicts STA-6 and nothing else."""
    return Recorded().into(START).established().pulsed(ON_START).pulsed(ON_START)


def test_a_violation_of_another_requirement_is_kept_with_its_evidence(
    scenario_run: ScenarioRun,
) -> None:
    watching(scenario_run, twice_on_start())
    scenario_run.verify()
    (found,) = scenario_run.record().violations
    assert found.requirement == "STA-6"
    assert scenario_run.has_passed
    assert scenario_run.reasons == {"STA-6"}


def test_a_violation_of_another_requirement_explains_why_a_scenario_did_not_pass(
    scenario_run: ScenarioRun,
) -> None:
    watching(scenario_run, twice_on_start())
    scenario_run.fail(NotConforming("silence", "a pulse"))
    record = scenario_run.record()
    assert (record.outcome, record.blocked_by) == (Outcome.BLOCKED, "STA-6")
    assert record.reason == "STA-6 is violated\nexpected: silence\nseen: a pulse"


def test_a_violation_of_an_own_requirement_is_a_failure_whatever_else_is_violated(
    scenario_run: ScenarioRun,
) -> None:
    both = twice_on_start().into(STOP).leaves().pulsed(ON_STOP).terminated()
    watching(scenario_run, both)
    scenario_run.fail(NotConforming("silence", "a pulse"))
    record = scenario_run.record()
    assert (record.outcome, record.blocked_by) == (Outcome.FAILED, "")
    assert "before the connection was terminated" in record.seen


def test_a_given_that_cannot_be_brought_about_blocks_the_scenario(
    scenario_run: ScenarioRun,
) -> None:
    first = ScenarioRun(scenario_run.source)
    first.begin_step()
    first.fail(NotConforming('"On Start" pulses', "no node has pulsed"))
    record = first.record()
    assert (record.outcome, record.blocked_by) == (Outcome.BLOCKED, "")
    assert record.reason.startswith("a Given is not possible\nexpected: ")
    assert first.reasons == {"given"}


def test_a_second_run_that_passes_makes_a_scenario_unstable(scenario_run: ScenarioRun) -> None:
    scenario_run.fail(NotConforming("silence", "a pulse"))
    record = ScenarioRun(scenario_run.source, scenario_run).record()
    assert record.outcome is Outcome.UNSTABLE


def test_a_violation_that_does_not_come_again_makes_a_scenario_unstable(
    scenario_run: ScenarioRun,
) -> None:
    watching(scenario_run, twice_on_start())
    scenario_run.verify()
    record = ScenarioRun(scenario_run.source, scenario_run).record()
    assert record.outcome is Outcome.UNSTABLE


def test_a_second_run_with_the_same_reason_confirms_the_first(scenario_run: ScenarioRun) -> None:
    scenario_run.fail(NotConforming("silence", "a pulse"))
    again = ScenarioRun(scenario_run.source, scenario_run)
    again.begin_step()
    again.begin_step()
    again.fail(NotConforming("silence", "two pulses"))
    assert (again.record().outcome, again.record().seen) == (Outcome.FAILED, "a pulse")


def test_a_scenario_without_a_world_has_nothing_to_verify(scenario_run: ScenarioRun) -> None:
    scenario_run.verify()


def test_a_missing_method_of_a_declared_ability_is_a_failure(
    scenario_run: ScenarioRun,
) -> None:
    scenario_run.fail(MethodMissingError("studio/toolbox", -32601, "unknown"))
    assert scenario_run.record().outcome is Outcome.FAILED


def test_a_failure_over_another_transport_is_an_error(scenario_run: ScenarioRun) -> None:
    early = Recorded().into(START).established().into(STOP).leaves().pulsed(ON_STOP).terminated()
    watching(scenario_run, early, WrongTransportError("main", "WebSocket", "long-polling"))
    scenario_run.fail(NotConforming("it waits", "it did not"))
    record = scenario_run.record()
    assert (record.outcome, record.violations) == (Outcome.ERRORED, ())
    assert record.reason.startswith(
        "the project asks for WebSocket, but the connection “main” uses long-polling\n"
    )


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
    scenario_run.set_aside("not declared: messages")
    record = scenario_run.record()
    assert (record.outcome, record.reason) == (Outcome.NOT_APPLICABLE, "not declared: messages")


@pytest.mark.parametrize(
    ("because", "outcome", "blocked_by"),
    [("STA-6", Outcome.BLOCKED, "STA-6"), ("STO-5", Outcome.FAILED, ""), ("", Outcome.FAILED, "")],
)
def test_a_known_violation_blocks_the_scenarios_of_other_requirements(
    scenario_run: ScenarioRun, because: str, outcome: Outcome, blocked_by: str
) -> None:
    watching(scenario_run, Recorded())
    scenario_run.fail(EventMissing("a pulse", "no pulse", ON_STOP, because))
    record = scenario_run.record()
    assert (record.outcome, record.blocked_by) == (outcome, blocked_by)
    reason = f"{because} is violated\n" if blocked_by else ""
    assert record.reason == f"{reason}expected: a pulse\nseen: no pulse"


def test_an_event_that_was_missed_for_the_full_timeout_is_remembered(
    scenario_run: ScenarioRun,
) -> None:
    watching(scenario_run, twice_on_start())
    missed = scenario_run.world.resources.missed_events  # type: ignore[union-attr]
    for _ in range(2):
        ScenarioRun.fail(scenario_run, EventMissing("a pulse", "no pulse", ON_STOP))
        scenario_run._outcome = Outcome.PASSED
    assert missed.explanation(ON_STOP, {"STA-6"}) == "STA-6"


def test_a_pulse_that_has_only_just_come_is_judged_once_the_tolerance_has_passed(
    scenario_run: ScenarioRun,
) -> None:
    early = Recorded().into(START).established().into(STOP).leaves().pulsed(ON_STOP)
    watching(scenario_run, early)
    timeline = scenario_run.world.timeline  # type: ignore[union-attr]
    last = early.entries[-1].at
    timeline.now = lambda: last + 0.01  # type: ignore[method-assign]
    timeline.wait_for = lambda *_: early.soon().terminated()  # type: ignore[method-assign]
    scenario_run.verify()
    assert scenario_run.has_passed
