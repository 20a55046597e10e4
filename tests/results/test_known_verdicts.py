"""What known failures change in a verdict, and what they never do."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from pulsecheck.driver.protocol import Capability, Implementation, Initialized
from pulsecheck.results.known_failures import KnownFailure, KnownFailures
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import Conclusion, Verdict, judge
from pulsecheck.suite.requirements import Catalogue, Level, Requirement

PASSED, FAILED, ERRORED = Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED
APART, BLOCKED = Outcome.NOT_APPLICABLE, Outcome.BLOCKED
MUST, SHOULD, MAY, SILENT = Level.MUST, Level.SHOULD, Level.MAY, Level.SILENT

STO_5 = KnownFailure(requirement="STO-5", reason="early")
LONG = KnownFailure(scenario="long", reason="early")


def requirement(identifier: str, level: Level = MUST) -> Requirement:
    return Requirement(
        id=identifier, level=level, fact="f", page="p", capabilities=(Capability.RUNTIME,)
    )


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
            protocol_version=1, implementation=implementation, capabilities=(Capability.RUNTIME,)
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
    """The verdict beside a must that is met; STO-5 is of that level, STO-6 and STO-7 are musts."""
    shown = {name for found in records for name in found.requirements}
    others = (requirement(name) for name in ("STO-6", "STO-7") if name in shown)
    catalogue = Catalogue((requirement("STO-1"), requirement("STO-5", level), *others))
    failures = KnownFailures(Path("known.toml"), known)
    return judge(catalogue, run(*records, partial=partial), failures, strict=strict)


def statuses(verdict: Verdict) -> list[str]:
    return [str(found.status) for found in verdict.requirements[1:]]


# --- what a known failure is ------------------------------------------------------------------


@pytest.mark.parametrize("level", [MUST, SHOULD, SILENT])
@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("entry", [STO_5, replace(LONG, scenario="usual")])
def test_a_failure_that_is_known_has_a_status_of_its_own(
    level: Level, strict: bool, entry: KnownFailure
) -> None:
    verdict = judged(record(FAILED), level=level, strict=strict, known=(entry,))
    assert statuses(verdict) == ["known failure"]
    assert verdict.requirements[1].known_failures == (entry,)
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.KNOWN_FAILURE


@pytest.mark.parametrize("level", [MUST, SHOULD])
def test_an_implementation_with_a_known_failure_conforms_but_for_it(level: Level) -> None:
    verdict = judged(record(FAILED), level=level)
    assert verdict.conclusion is Conclusion.KNOWN_FAILURES
    assert str(verdict.conclusion) == "conforming but for known failures"
    assert verdict.exit_code == 0


def test_a_known_failure_beyond_the_documentation_is_no_part_of_the_verdict() -> None:
    assert judged(record(FAILED), level=SILENT).conclusion is Conclusion.CONFORMING


def test_a_selection_with_a_known_failure_proves_no_conformance() -> None:
    verdict = judged(record(FAILED), partial=True)
    assert (verdict.conclusion, statuses(verdict)) == (Conclusion.PARTIAL, ["known failure"])


def test_a_known_failure_beside_what_passed_is_never_met() -> None:
    verdict = judged(record(FAILED, selector="long"), record(PASSED), known=(LONG,))
    assert (statuses(verdict), verdict.conclusion) == (
        ["known failure"],
        Conclusion.KNOWN_FAILURES,
    )


# --- what it does not excuse ------------------------------------------------------------------


def test_another_failure_of_the_same_requirement_is_not_known() -> None:
    verdict = judged(record(FAILED, selector="long"), record(FAILED), known=(LONG,))
    assert (statuses(verdict), verdict.conclusion) == (["not met"], Conclusion.NOT_CONFORMING)
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.FAILED
    assert verdict.scenario_statuses["long"] is ScenarioStatus.KNOWN_FAILURE


def test_a_failed_scenario_is_known_only_for_the_requirements_that_are_named() -> None:
    verdict = judged(record(FAILED, "STO-5", "STO-6"))
    assert statuses(verdict) == ["known failure", "not met"]
    assert verdict.conclusion is Conclusion.NOT_CONFORMING
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.FAILED


def test_an_entry_for_the_scenario_makes_it_known_for_all_its_requirements() -> None:
    known = (replace(LONG, scenario="usual"),)
    verdict = judged(record(FAILED, "STO-5", "STO-6"), known=known)
    assert statuses(verdict) == ["known failure", "known failure"]


def test_a_driver_error_is_never_known() -> None:
    verdict = judged(record(ERRORED))
    assert (statuses(verdict), verdict.exit_code) == (["not shown"], 2)
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.ERRORED


def test_a_driver_error_beside_a_known_failure_leaves_no_verdict() -> None:
    verdict = judged(record(FAILED, selector="long"), record(ERRORED), known=(LONG,))
    assert (statuses(verdict), verdict.exit_code) == (["not shown"], 2)


def test_without_a_must_that_is_met_nothing_conforms() -> None:
    catalogue = Catalogue((requirement("STO-5"),))
    failures = KnownFailures(Path("known.toml"), (STO_5,))
    only = replace(run(record(FAILED)), records=(record(FAILED),), collected=1)
    assert judge(catalogue, only, failures).conclusion is Conclusion.NOT_CONFORMING


# --- what builds on it ------------------------------------------------------------------------


def test_what_a_known_failure_blocks_is_not_shown_and_does_not_count_against_conformance() -> None:
    verdict = judged(record(FAILED), record(BLOCKED, "STO-6", blocked_by="STO-5"))
    assert statuses(verdict) == ["known failure", "not shown"]
    assert verdict.conclusion is Conclusion.KNOWN_FAILURES
    found = verdict.requirements[2]
    assert (found.behind, found.reason) == (
        ("STO-5",),
        "blocked by known failures: STO-5",
    )


def test_what_a_known_failure_blocks_in_part_is_not_met() -> None:
    verdict = judged(
        record(FAILED), record(PASSED, "STO-6"), record(BLOCKED, "STO-6", blocked_by="STO-5")
    )
    assert statuses(verdict) == ["known failure", "not shown"]
    assert verdict.conclusion is Conclusion.KNOWN_FAILURES


@pytest.mark.parametrize("other", [record(BLOCKED, "STO-6", blocked_by="STO-7"), None])
def test_what_is_not_shown_for_another_reason_too_is_not_excused(
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


def test_a_failure_that_is_not_known_still_blocks_what_builds_on_it() -> None:
    verdict = judged(
        record(FAILED, selector="long"),
        record(FAILED),
        record(BLOCKED, "STO-6", blocked_by="STO-5"),
        known=(LONG,),
    )
    assert (verdict.requirements[2].behind, verdict.conclusion) == ((), Conclusion.NOT_CONFORMING)


def test_a_known_failure_that_another_failure_blocks_in_part_is_not_shown() -> None:
    verdict = judged(
        record(FAILED, "STO-7"), record(FAILED), record(BLOCKED, "STO-5", blocked_by="STO-7")
    )
    assert statuses(verdict) == ["not shown", "not met"]


def test_what_errored_is_not_only_behind_a_known_failure() -> None:
    verdict = judged(
        record(FAILED), record(BLOCKED, "STO-6", blocked_by="STO-5"), record(ERRORED, "STO-6")
    )
    assert (verdict.requirements[2].behind, verdict.exit_code) == ((), 2)


def test_a_must_behind_a_known_failure_that_does_not_count_is_told_all_the_same() -> None:
    verdict = judged(record(FAILED), record(BLOCKED, "STO-6", blocked_by="STO-5"), level=SILENT)
    assert verdict.conclusion is Conclusion.KNOWN_FAILURES


def test_a_failure_of_what_builds_on_a_known_failure_counts() -> None:
    verdict = judged(
        record(FAILED),
        record(BLOCKED, "STO-6", blocked_by="STO-5"),
        record(FAILED, "STO-6"),
    )
    assert statuses(verdict) == ["known failure", "not met"]
    assert verdict.conclusion is Conclusion.NOT_CONFORMING


# --- entries that are wrong -------------------------------------------------------------------

STALE = (
    "known.toml: known failure 1 (STO-5): it passes: it is no known failure any more\n"
    "  Take the entry out of the file."
)


def test_a_known_failure_that_passes_is_an_error() -> None:
    verdict = judged(record(PASSED))
    assert (statuses(verdict), verdict.exit_code, verdict.problems) == (["met"], 2, (STALE,))


def test_a_known_failure_that_does_not_apply_is_an_error() -> None:
    verdict = judged(record(APART))
    assert verdict.exit_code == 2
    assert verdict.problems == (
        "known.toml: known failure 1 (STO-5): it matches nothing: none of its scenarios applies "
        "to this implementation\n  Take the entry out of the file.",
    )


def test_a_known_failure_that_passes_beside_one_that_does_not_apply_is_an_error() -> None:
    assert judged(record(PASSED), record(APART)).problems == (STALE,)


@pytest.mark.parametrize("outcome", [BLOCKED, ERRORED])
def test_an_entry_of_which_nothing_is_known_is_not_called_wrong(outcome: Outcome) -> None:
    verdict = judged(record(outcome), record(PASSED))
    assert not any("known.toml" in problem for problem in verdict.problems)


def test_entries_outside_a_selection_are_not_unmatched() -> None:
    verdict = judged(partial=True)
    assert (verdict.problems, verdict.conclusion) == ((), Conclusion.PARTIAL)


def test_a_requirement_of_which_a_selection_shows_a_part_is_not_called_stale() -> None:
    assert judged(record(PASSED), partial=True).problems == ()


def test_a_selected_scenario_that_passes_is_called_stale() -> None:
    verdict = judged(record(PASSED, selector="long"), known=(LONG,), partial=True)
    assert verdict.exit_code == 2
    assert "known failure 1 (long): it passes" in verdict.problems[0]


def test_an_unfinished_run_says_nothing_about_entries() -> None:
    unfinished = replace(run(record(PASSED)), error="interrupted")
    catalogue = Catalogue((requirement("STO-1"), requirement("STO-5")))
    failures = KnownFailures(Path("known.toml"), (STO_5,))
    assert judge(catalogue, unfinished, failures).problems == ("interrupted",)


# --- a may ------------------------------------------------------------------------------------


def test_a_may_whose_probe_failed_is_not_observed() -> None:
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


def test_a_known_failure_of_a_may_and_a_must_concerns_the_must_alone() -> None:
    known = (replace(LONG, scenario="usual"),)
    verdict = judged(record(FAILED, "STO-5", "STO-6"), level=MAY, known=known)
    assert statuses(verdict) == ["not observed", "known failure"]
    assert verdict.scenario_statuses["usual"] is ScenarioStatus.KNOWN_FAILURE
