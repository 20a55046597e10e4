"""The effect of known failures on a verdict."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from pulsecheck.driver.protocol import Implementation, Initialized, NodeName, TransportUse
from pulsecheck.results.judgement import judge
from pulsecheck.results.known_failures import KnownFailure, KnownFailures
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import Conclusion, Verdict
from pulsecheck.suite.requirements import Catalogue, Level, Requirement

PASSED, FAILED, ERRORED = Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED
NOT_APPLICABLE, BLOCKED = Outcome.NOT_APPLICABLE, Outcome.BLOCKED
MUST, SHOULD, MAY, SILENT = Level.MUST, Level.SHOULD, Level.MAY, Level.SILENT

STO_5 = KnownFailure(requirement="STO-5", reason="early")
LONG = KnownFailure(scenario="long", reason="early")


def requirement(identifier: str, level: Level = MUST) -> Requirement:
    return Requirement(id=identifier, level=level, fact="f", page="p")


def record(
    outcome: Outcome, *identifiers: str, selector: str = "usual", blocked_by: str = ""
) -> ScenarioRecord:
    return ScenarioRecord(
        selector=selector,
        name=selector,
        feature="stop.feature",
        line=3,
        requirements=identifiers or ("STO-5",),
        transport=None,
        outcome=outcome,
        seconds=0.1,
        reason=f"builds on {blocked_by}, which failed" if blocked_by else "",
        blocked_by=blocked_by,
    )


def run(*records: ScenarioRecord, partial: bool = False) -> Run:
    implementation = Implementation(name="small", version="1", language="Python")
    return Run(
        initialized=Initialized(
            protocol_version=1,
            implementation=implementation,
            nodes=(NodeName.START,),
            transports=(TransportUse.WEBSOCKET,),
        ),
        records=(record(PASSED, "STO-1", selector="base"), *records),
        collected=len(records) + 1,
        partial=partial,
        seconds=1.0,
    )


def judged(
    *records: ScenarioRecord,
    known: tuple[KnownFailure, ...] = (STO_5,),
    level: Level = MUST,
    strict: bool = False,
    partial: bool = False,
) -> Verdict:
    """Judge the records, together with a *must* requirement that is met.

    `level` is the level of STO-5. All other requirements have the level *must*.
    """
    tested = {name for found in records for name in found.requirements}
    others = (requirement(name) for name in ("STO-6", "STO-7") if name in tested)
    catalogue = Catalogue((requirement("STO-1"), requirement("STO-5", level), *others))
    failures = KnownFailures(Path("known.toml"), known)
    return judge(catalogue, run(*records, partial=partial), failures, strict=strict)


def statuses(verdict: Verdict) -> list[str]:
    return [str(found.status) for found in verdict.requirements[1:]]


# --- statuses and conclusions -----------------------------------------------------------------


@pytest.mark.parametrize("level", [MUST, SHOULD, SILENT])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("entry", [STO_5, replace(LONG, scenario="usual")])
def test_a_known_failure_has_its_own_status(
    level: Level, strict: bool, entry: KnownFailure
) -> None:
    verdict = judged(record(FAILED), level=level, strict=strict, known=(entry,))
    assert statuses(verdict) == ["known failure"]
    assert verdict.requirements[1].known_failures == (entry,)
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.KNOWN_FAILURE


@pytest.mark.parametrize("level", [MUST, SHOULD])
def test_an_implementation_with_a_known_failure_conforms_except_for_it(level: Level) -> None:
    verdict = judged(record(FAILED), level=level)
    assert verdict.conclusion is Conclusion.KNOWN_FAILURES
    assert str(verdict.conclusion) == "conforming but for known failures"
    assert verdict.exit_code == 0


def test_a_known_failure_of_a_silent_requirement_does_not_affect_the_conclusion() -> None:
    assert judged(record(FAILED), level=SILENT).conclusion is Conclusion.CONFORMING


def test_a_selection_with_a_known_failure_is_partial() -> None:
    verdict = judged(record(FAILED), partial=True)
    assert (verdict.conclusion, statuses(verdict)) == (Conclusion.PARTIAL, ["known failure"])


def test_a_requirement_that_passed_and_failed_is_a_known_failure() -> None:
    verdict = judged(record(FAILED, selector="long"), record(PASSED), known=(LONG,))
    assert (statuses(verdict), verdict.conclusion) == (
        ["known failure"],
        Conclusion.KNOWN_FAILURES,
    )


# --- failures that are not covered by an entry ------------------------------------------------


def test_another_failure_of_the_same_requirement_is_not_known() -> None:
    verdict = judged(record(FAILED, selector="long"), record(FAILED), known=(LONG,))
    assert (statuses(verdict), verdict.conclusion) == (["not met"], Conclusion.NOT_CONFORMING)
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.FAILED
    assert verdict.scenario_statuses["long"] is ScenarioStatus.KNOWN_FAILURE


def test_an_entry_for_a_requirement_does_not_cover_others_of_the_scenario() -> None:
    verdict = judged(record(FAILED, "STO-5", "STO-6"))
    assert statuses(verdict) == ["known failure", "not met"]
    assert verdict.conclusion is Conclusion.NOT_CONFORMING
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.FAILED


def test_an_entry_for_a_scenario_covers_all_its_requirements() -> None:
    known = (replace(LONG, scenario="usual"),)
    verdict = judged(record(FAILED, "STO-5", "STO-6"), known=known)
    assert statuses(verdict) == ["known failure", "known failure"]


def test_a_driver_error_is_never_known() -> None:
    verdict = judged(record(ERRORED))
    assert (statuses(verdict), verdict.exit_code) == (["not shown"], 2)
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.ERRORED


def test_a_driver_error_besides_a_known_failure_leaves_no_verdict() -> None:
    verdict = judged(record(FAILED, selector="long"), record(ERRORED), known=(LONG,))
    assert (statuses(verdict), verdict.exit_code) == (["not shown"], 2)


def test_an_implementation_that_meets_no_must_is_not_conforming() -> None:
    catalogue = Catalogue((requirement("STO-5"),))
    failures = KnownFailures(Path("known.toml"), (STO_5,))
    only = replace(run(record(FAILED)), records=(record(FAILED),), collected=1)
    assert judge(catalogue, only, failures).conclusion is Conclusion.NOT_CONFORMING


# --- requirements that build on a known failure -----------------------------------------------


def test_a_requirement_that_a_known_failure_blocks_does_not_prevent_conformance() -> None:
    verdict = judged(record(FAILED), record(BLOCKED, "STO-6", blocked_by="STO-5"))
    assert statuses(verdict) == ["known failure", "not shown"]
    assert verdict.conclusion is Conclusion.KNOWN_FAILURES
    found = verdict.requirements[2]
    assert (found.blocked_by, found.reason) == (
        ("STO-5",),
        "blocked by known failures: STO-5",
    )


def test_a_requirement_that_a_known_failure_partly_blocks_is_not_shown() -> None:
    verdict = judged(
        record(FAILED), record(PASSED, "STO-6"), record(BLOCKED, "STO-6", blocked_by="STO-5")
    )
    assert statuses(verdict) == ["known failure", "not shown"]
    assert verdict.conclusion is Conclusion.KNOWN_FAILURES


@pytest.mark.parametrize("other", [record(BLOCKED, "STO-6", blocked_by="STO-7"), None])
def test_a_requirement_that_is_not_shown_for_another_reason_prevents_conformance(
    other: ScenarioRecord | None,
) -> None:
    blocked = (record(BLOCKED, "STO-6", blocked_by="STO-5"), other) if other else ()
    beside = record(PASSED, "STO-7")
    verdict = judged(record(FAILED), beside, *(found for found in blocked if found))
    catalogue = Catalogue(tuple(requirement(f"STO-{number}") for number in (1, 5, 6, 7)))
    if not blocked:
        verdict = judge(
            catalogue, run(record(FAILED), beside), KnownFailures(Path("known.toml"), (STO_5,))
        )
    assert verdict.conclusion is Conclusion.NOT_CONFORMING


def test_a_requirement_with_an_unknown_failure_prevents_conformance_by_blocking() -> None:
    verdict = judged(
        record(FAILED, selector="long"),
        record(FAILED),
        record(BLOCKED, "STO-6", blocked_by="STO-5"),
        known=(LONG,),
    )
    assert (verdict.requirements[2].blocked_by, verdict.conclusion) == (
        (),
        Conclusion.NOT_CONFORMING,
    )


def test_a_known_failure_that_an_unknown_failure_partly_blocks_is_not_shown() -> None:
    verdict = judged(
        record(FAILED, "STO-7"), record(FAILED), record(BLOCKED, "STO-5", blocked_by="STO-7")
    )
    assert statuses(verdict) == ["not shown", "not met"]


def test_an_errored_requirement_is_not_blocked_by_known_failures_only() -> None:
    verdict = judged(
        record(FAILED), record(BLOCKED, "STO-6", blocked_by="STO-5"), record(ERRORED, "STO-6")
    )
    assert (verdict.requirements[2].blocked_by, verdict.exit_code) == ((), 2)


def test_a_must_that_a_silent_known_failure_blocks_affects_the_conclusion() -> None:
    verdict = judged(record(FAILED), record(BLOCKED, "STO-6", blocked_by="STO-5"), level=SILENT)
    assert verdict.conclusion is Conclusion.KNOWN_FAILURES


def test_a_failure_of_a_requirement_that_builds_on_a_known_failure_counts() -> None:
    verdict = judged(
        record(FAILED),
        record(BLOCKED, "STO-6", blocked_by="STO-5"),
        record(FAILED, "STO-6"),
    )
    assert statuses(verdict) == ["known failure", "not met"]
    assert verdict.conclusion is Conclusion.NOT_CONFORMING


# --- stale entries ----------------------------------------------------------------------------

STALE = (
    "known.toml: known failure 1 (STO-5): it no longer fails, so it is no longer a known failure\n"
    "  Remove the entry."
)


def test_a_known_failure_that_passes_is_an_error() -> None:
    verdict = judged(record(PASSED))
    assert (statuses(verdict), verdict.exit_code, verdict.problems) == (["met"], 2, (STALE,))


def test_a_known_failure_that_does_not_apply_is_an_error() -> None:
    verdict = judged(record(NOT_APPLICABLE))
    assert verdict.exit_code == 2
    assert verdict.problems == (
        "known.toml: known failure 1 (STO-5): none of its scenarios applies "
        "to this implementation\n  Remove the entry.",
    )


def test_a_known_failure_that_passes_or_does_not_apply_is_an_error() -> None:
    assert judged(record(PASSED), record(NOT_APPLICABLE)).problems == (STALE,)


@pytest.mark.parametrize("outcome", [BLOCKED, ERRORED])
def test_an_entry_whose_scenarios_were_blocked_or_errored_is_not_stale(outcome: Outcome) -> None:
    verdict = judged(record(outcome), record(PASSED))
    assert not any("known.toml" in problem for problem in verdict.problems)


def test_an_entry_outside_of_the_selection_is_not_stale() -> None:
    verdict = judged(partial=True)
    assert (verdict.problems, verdict.conclusion) == ((), Conclusion.PARTIAL)


def test_an_entry_for_a_partly_selected_requirement_is_not_stale() -> None:
    assert judged(record(PASSED), partial=True).problems == ()


def test_an_entry_for_a_selected_scenario_that_passes_is_stale() -> None:
    verdict = judged(record(PASSED, selector="long"), known=(LONG,), partial=True)
    assert verdict.exit_code == 2
    assert "known failure 1 (long): it no longer fails" in verdict.problems[0]


def test_an_incomplete_run_makes_no_entry_stale() -> None:
    unfinished = replace(run(record(PASSED)), error="interrupted")
    catalogue = Catalogue((requirement("STO-1"), requirement("STO-5")))
    failures = KnownFailures(Path("known.toml"), (STO_5,))
    assert judge(catalogue, unfinished, failures).problems == ("interrupted",)


# --- may requirements -------------------------------------------------------------------------


def test_a_failed_may_is_not_observed() -> None:
    verdict = judged(record(FAILED), level=MAY, known=())
    assert (statuses(verdict), verdict.scenario_statuses["usual"]) == (
        ["not observed"],
        ScenarioStatus.NOT_OBSERVED,
    )
    assert verdict.conclusion is Conclusion.CONFORMING


def test_a_scenario_of_a_may_and_a_must_fails() -> None:
    verdict = judged(record(FAILED, "STO-5", "STO-6"), level=MAY, known=())
    assert statuses(verdict) == ["not observed", "not met"]
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.FAILED


def test_an_entry_for_a_scenario_of_a_may_and_a_must_covers_only_the_must() -> None:
    known = (replace(LONG, scenario="usual"),)
    verdict = judged(record(FAILED, "STO-5", "STO-6"), level=MAY, known=known)
    assert statuses(verdict) == ["not observed", "known failure"]
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.KNOWN_FAILURE
