import pytest
from msgspec.structs import replace

from pulsecheck.driver.protocol import Implementation, Initialized, NodeName, TransportUse
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.results.judgement import judge
from pulsecheck.results.known_failures import KnownFailure, KnownFailures
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.seen_elsewhere import seen_elsewhere
from pulsecheck.results.verdict import Conclusion, RequirementStatus, RequirementVerdict, Verdict
from pulsecheck.suite.requirements import Catalogue, Level, Requirement

PASSED, FAILED, ERRORED = Outcome.PASSED, Outcome.FAILED, Outcome.ERRORED
NOT_APPLICABLE, BLOCKED = Outcome.NOT_APPLICABLE, Outcome.BLOCKED
UNSTABLE = Outcome.UNSTABLE
MUST, SHOULD, MAY, SILENT = Level.MUST, Level.SHOULD, Level.MAY, Level.SILENT


def requirement(level: Level, identifier: str = "STO-5") -> Requirement:
    return Requirement(
        id=identifier,
        level=level,
        fact="On Stop waits.",
        page="events/onsocketiostop",
    )


def record(
    outcome: Outcome, *identifiers: str, reason: str = "", observations: tuple[str, ...] = ()
) -> ScenarioRecord:
    return ScenarioRecord(
        selector="on_stop_waits",
        name="On Stop waits",
        feature="stop.feature",
        line=3,
        requirements=identifiers or ("STO-5",),
        transport=None,
        outcome=outcome,
        seconds=0.1,
        reason=reason,
        observations=observations,
    )


def run(
    *records: ScenarioRecord,
    partial: bool = False,
    error: str = "",
    collected: int | None = None,
    started: bool = True,
) -> Run:
    implementation = Implementation(name="small", version="1", language="Python")
    initialized = Initialized(
        protocol_version=1,
        implementation=implementation,
        nodes=(NodeName.START,),
        transports=(TransportUse.WEBSOCKET,),
    )
    return Run(
        initialized=initialized if started else None,
        records=records,
        collected=len(records) if collected is None else collected,
        partial=partial,
        seconds=1.0,
        error=error,
    )


def of_one(level: Level, *outcomes: Outcome, strict: bool = False) -> RequirementVerdict:
    """Return the verdict on one requirement whose scenarios have these outcomes."""
    records = (record(outcome) for outcome in outcomes)
    return judge(Catalogue((requirement(level),)), run(*records), strict=strict).requirements[0]


def beside_a_must(level: Level, outcome: Outcome, *, strict: bool = False) -> Verdict:
    """Return the verdict on a met *must* requirement and on another one with this outcome."""
    catalogue = Catalogue((requirement(MUST, "STO-1"), requirement(level, "STO-5")))
    records = run(record(PASSED, "STO-1"), record(outcome, "STO-5"))
    return judge(catalogue, records, strict=strict)


# --- unstable scenarios -----------------------------------------------------------------------


@pytest.mark.parametrize("level", [MUST, SHOULD, MAY])
def test_an_unstable_scenario_leaves_no_verdict(level: Level) -> None:
    found = beside_a_must(level, UNSTABLE)
    assert (found.conclusion, found.exit_code) == (Conclusion.UNSTABLE, 2)
    assert found.problems == (
        'different outcomes when repeated: "On Stop waits"\n'
        "  The implementation, the driver or this machine is unreliable. Compare the timelines.",
    )


def test_an_unstable_silent_scenario_counts_only_between_rounds() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-1"), requirement(SILENT, "STO-5")))
    once = run(record(PASSED, "STO-1"), record(UNSTABLE, "STO-5"))
    assert judge(catalogue, once).conclusion is Conclusion.CONFORMING
    twice = replace(once, rounds=2)
    assert judge(catalogue, twice).conclusion is Conclusion.UNSTABLE


def test_a_failed_must_outranks_what_is_unstable() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-1"), requirement(MUST, "STO-5")))
    found = run(record(FAILED, "STO-1"), record(UNSTABLE, "STO-5"))
    assert judge(catalogue, found).conclusion is Conclusion.NOT_CONFORMING
    assert judge(catalogue, replace(found, partial=True)).exit_code == 1


def test_unstable_outranks_a_failed_should_and_a_selection() -> None:
    catalogue = Catalogue((requirement(SHOULD, "STO-9"), requirement(MUST, "STO-5")))
    found = run(record(FAILED, "STO-9"), record(UNSTABLE, "STO-5"))
    assert judge(catalogue, found).conclusion is Conclusion.UNSTABLE
    assert judge(catalogue, replace(found, partial=True)).exit_code == 2


@pytest.mark.parametrize("level", [SHOULD, SILENT])
def test_a_selection_in_which_something_fails_has_failed(level: Level) -> None:
    catalogue = Catalogue((requirement(level, "STO-9"),))
    found = judge(catalogue, replace(run(record(FAILED, "STO-9")), partial=True))
    assert (found.conclusion, found.exit_code) == (Conclusion.SELECTION_FAILED, 1)
    assert found.scenario_statuses == {"on_stop_waits": ScenarioStatus.FAILED}


def test_a_whole_run_counts_its_warnings() -> None:
    catalogue = Catalogue((requirement(SHOULD, "STO-9"), requirement(MUST, "STO-5")))
    found = judge(catalogue, run(record(FAILED, "STO-9"), record(PASSED, "STO-5")))
    assert (found.conclusion, found.warnings) == (Conclusion.CONFORMING, ("STO-9",))


@pytest.mark.parametrize(
    ("blocked_by", "status"),
    [("STO-9", RequirementStatus.MET), ("STO-1", "not shown"), ("", "not shown")],
)
def test_only_a_must_or_an_unknown_reason_hides_a_requirement_that_others_show(
    blocked_by: str, status: str
) -> None:
    catalogue = Catalogue(
        (requirement(MUST, "STO-5"), requirement(SHOULD, "STO-9"), requirement(MUST, "STO-1"))
    )
    blocked = replace(record(BLOCKED, "STO-5"), blocked_by=blocked_by)
    found = judge(catalogue, run(record(PASSED, "STO-5"), blocked))
    assert found.requirements[0].status == status


def test_a_violation_that_was_seen_elsewhere_fails_its_requirement() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-5"), requirement(MUST, "STO-1")))
    violated = FactViolation(requirement="STO-5", expected="late", seen="early", evidence=(3,))
    first = replace(record(PASSED, "STO-1"), violations=(violated,))
    other = replace(first, selector="other")
    (seen,) = seen_elsewhere((first, other))
    assert (seen.requirements, seen.seen_in, seen.evidence) == (("STO-5",), first.selector, (3,))
    assert seen.name == f'seen while running "{first.name}" and 1 other'
    found = judge(catalogue, replace(run(first, other), records=(first, other, seen)))
    assert (found.conclusion, found.exit_code) == (Conclusion.NOT_CONFORMING, 1)


def test_a_requirement_that_failed_in_a_scenario_of_its_own_needs_no_other_record() -> None:
    violated = FactViolation(requirement="STO-5", expected="late", seen="early", evidence=())
    first = replace(record(PASSED, "STO-1"), violations=(violated,))
    assert not list(seen_elsewhere((first, record(FAILED, "STO-5"))))


def test_an_error_outranks_unstable_and_both_are_reported() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-1"), requirement(MUST, "STO-5")))
    found = judge(catalogue, run(record(ERRORED, "STO-1"), record(UNSTABLE, "STO-5")))
    assert found.conclusion is Conclusion.ERROR
    assert [problem[:8] for problem in found.problems] == ["the harn", "differen"]


def test_an_unstable_requirement_has_the_reason() -> None:
    catalogue = Catalogue((requirement(MUST),))
    found = judge(catalogue, run(record(UNSTABLE, reason="failed at first, passed later\nmore")))
    assert found.requirements[0].reason == "unstable: failed at first, passed later"


def test_an_unstable_scenario_is_not_a_known_failure() -> None:
    entry = KnownFailure(reason="late", requirement="STO-5")
    known = KnownFailures(entries=(entry,))
    catalogue = Catalogue((requirement(MUST, "STO-1"), requirement(MUST, "STO-5")))
    found = judge(catalogue, run(record(PASSED, "STO-1"), record(UNSTABLE, "STO-5")), known)
    assert found.conclusion is Conclusion.UNSTABLE
    assert found.requirements[1].status is RequirementStatus.UNSTABLE


# --- one requirement --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("outcomes", "must", "should", "may", "silent"),
    [
        ((), "not shown", "not shown", "not shown", "not shown"),
        ((PASSED,), "met", "met", "observed", "met"),
        ((FAILED,), "not met", "warning", "not observed", "not met"),
        ((ERRORED,), "not shown", "not shown", "not shown", "not shown"),
        ((BLOCKED,), "not shown", "not shown", "not shown", "not shown"),
        ((NOT_APPLICABLE,), *("not applicable",) * 4),
        ((PASSED, PASSED), "met", "met", "observed", "met"),
        ((PASSED, NOT_APPLICABLE), "met", "met", "observed", "met"),
        ((PASSED, FAILED), "not met", "warning", "observed", "not met"),
        ((PASSED, ERRORED), "not shown", "not shown", "observed", "not shown"),
        ((PASSED, BLOCKED), "not shown", "not shown", "observed", "not shown"),
        ((FAILED, ERRORED), "not met", "warning", "not observed", "not met"),
        ((FAILED, BLOCKED), "not met", "warning", "not observed", "not met"),
        ((UNSTABLE,), "unstable", "unstable", "unstable", "unstable"),
        ((PASSED, UNSTABLE), "unstable", "unstable", "observed", "unstable"),
        ((FAILED, UNSTABLE), "not met", "warning", "not observed", "not met"),
        ((ERRORED, UNSTABLE), "unstable", "unstable", "unstable", "unstable"),
        ((BLOCKED, NOT_APPLICABLE), "not shown", "not shown", "not shown", "not shown"),
    ],
)
def test_a_status_follows_from_level_and_outcomes(
    outcomes: tuple[Outcome, ...], must: str, should: str, may: str, silent: str
) -> None:
    found = [of_one(level, *outcomes).status for level in (MUST, SHOULD, MAY, SILENT)]
    assert found == [must, should, may, silent]


def test_strict_turns_a_warning_into_not_met() -> None:
    assert of_one(SHOULD, FAILED, strict=True).status is RequirementStatus.NOT_MET


def test_a_requirement_whose_scenarios_do_not_apply_is_not_applicable() -> None:
    records = (
        record(NOT_APPLICABLE, reason="not declared: Socket.IO Send, linking"),
        record(NOT_APPLICABLE, reason="not declared: linking"),
    )
    found = judge(Catalogue((requirement(MUST),)), run(*records)).requirements[0]
    assert found.status is RequirementStatus.NOT_APPLICABLE
    assert found.reason == "not declared: linking"  # from the scenario that lacks the fewest needs


def test_a_requirement_applies_if_one_of_its_scenarios_does() -> None:
    records = record(NOT_APPLICABLE), record(PASSED)
    found = judge(Catalogue((requirement(MUST),)), run(*records)).requirements[0]
    assert found.status is RequirementStatus.MET


def test_without_a_driver_no_requirement_is_not_applicable() -> None:
    found = judge(Catalogue((requirement(MUST),)), run(started=False)).requirements[0]
    assert (found.status, found.reason) == (RequirementStatus.NOT_SHOWN, "not run")


def test_a_failed_scenario_counts_for_each_of_its_requirements() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-5"), requirement(MUST, "STO-6")))
    verdict = judge(catalogue, run(record(FAILED, "STO-5", "STO-6")))
    assert [found.status for found in verdict.requirements] == [
        RequirementStatus.NOT_MET,
        RequirementStatus.NOT_MET,
    ]


def test_verdicts_are_in_the_order_of_the_catalogue() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-6"), requirement(MUST, "STO-5")))
    verdict = judge(catalogue, run(record(PASSED, "STO-5"), record(PASSED, "STO-6")))
    assert [found.requirement.id for found in verdict.requirements] == ["STO-6", "STO-5"]


def test_each_observed_choice_is_listed_once() -> None:
    records = [record(PASSED, observations=(note,)) for note in ("at once", "later", "at once")]
    found = judge(Catalogue((requirement(MAY),)), run(*records)).requirements[0]
    assert found.observations == ("at once", "later")


def test_observations_of_a_failed_scenario_are_left_out() -> None:
    records = record(PASSED, observations=("at once",)), record(FAILED, observations=("later",))
    found = judge(Catalogue((requirement(MAY),)), run(*records)).requirements[0]
    assert found.observations == ("at once",)


def test_a_must_has_no_observations() -> None:
    records = run(record(PASSED, observations=("at once",)))
    assert judge(Catalogue((requirement(MUST),)), records).requirements[0].observations == ()


@pytest.mark.parametrize(
    ("records", "reason"),
    [
        ((), "not run"),
        (
            (record(BLOCKED, reason="builds on STO-2, which failed"),),
            "blocked: builds on STO-2, which failed",
        ),
        ((record(ERRORED, reason="the driver exited\nwith 3"),), "errored: the driver exited"),
        ((record(BLOCKED, reason="b"), record(ERRORED, reason="e")), "errored: e"),
        ((record(NOT_APPLICABLE, reason="n"), record(BLOCKED, reason="b")), "blocked: b"),
        ((record(PASSED), record(BLOCKED, reason="b")), "blocked: b"),
    ],
)
def test_a_requirement_that_is_not_shown_has_the_most_severe_reason(
    records: tuple[ScenarioRecord, ...], reason: str
) -> None:
    assert judge(Catalogue((requirement(MUST),)), run(*records)).requirements[0].reason == reason


# --- the implementation -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "outcome", "conclusion", "code"),
    [
        (MUST, PASSED, Conclusion.CONFORMING, 0),
        (MUST, FAILED, Conclusion.NOT_CONFORMING, 1),
        (MUST, BLOCKED, Conclusion.NOT_CONFORMING, 1),
        (MUST, NOT_APPLICABLE, Conclusion.CONFORMING, 0),
        (MUST, ERRORED, Conclusion.ERROR, 2),
        (SHOULD, FAILED, Conclusion.CONFORMING, 0),
        (SHOULD, BLOCKED, Conclusion.CONFORMING, 0),
        (SHOULD, ERRORED, Conclusion.ERROR, 2),
        (MAY, FAILED, Conclusion.CONFORMING, 0),
        (MAY, ERRORED, Conclusion.ERROR, 2),
        (SILENT, FAILED, Conclusion.CONFORMING, 0),
        (SILENT, BLOCKED, Conclusion.CONFORMING, 0),
        (SILENT, ERRORED, Conclusion.CONFORMING, 0),
    ],
)
def test_the_conclusion_follows_from_the_level_and_the_outcome(
    level: Level, outcome: Outcome, conclusion: Conclusion, code: int
) -> None:
    verdict = beside_a_must(level, outcome)
    assert (verdict.conclusion, verdict.exit_code) == (conclusion, code)


@pytest.mark.parametrize(
    ("level", "conclusion"),
    [
        (SHOULD, Conclusion.NOT_CONFORMING),
        (MAY, Conclusion.CONFORMING),
        (SILENT, Conclusion.CONFORMING),
    ],
)
def test_strict_affects_only_a_failed_should(level: Level, conclusion: Conclusion) -> None:
    assert beside_a_must(level, FAILED, strict=True).conclusion is conclusion


def test_a_must_that_does_not_apply_does_not_prevent_conformance() -> None:
    catalogue = Catalogue((requirement(MUST), requirement(MUST, "NOD-2")))
    verdict = judge(catalogue, run(record(PASSED), record(NOT_APPLICABLE, "NOD-2")))
    assert verdict.conclusion is Conclusion.CONFORMING


def test_an_implementation_that_meets_no_must_is_not_conforming() -> None:
    catalogue = Catalogue((requirement(MUST, "NOD-2"), requirement(MAY)))
    verdict = judge(catalogue, run(record(NOT_APPLICABLE, "NOD-2"), record(PASSED)))
    assert verdict.conclusion is Conclusion.NOT_CONFORMING


def test_a_must_whose_scenarios_did_not_run_is_not_conforming() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-1"), requirement(MUST)))
    assert judge(catalogue, run(record(PASSED))).conclusion is Conclusion.NOT_CONFORMING


def test_a_selection_without_failures_is_partial() -> None:
    verdict = judge(Catalogue((requirement(MUST),)), run(record(PASSED), partial=True))
    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.PARTIAL, 0)


def test_a_selection_with_a_failed_must_is_not_conforming() -> None:
    verdict = judge(Catalogue((requirement(MUST),)), run(record(FAILED), partial=True))
    assert (verdict.conclusion, verdict.exit_code) == (Conclusion.NOT_CONFORMING, 1)


def test_an_error_outranks_a_failure_which_is_still_reported() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-1"), requirement(MUST)))
    verdict = judge(catalogue, run(record(FAILED, "STO-1"), record(ERRORED)))
    assert verdict.exit_code == 2
    assert [found.status for found in verdict.requirements] == [
        RequirementStatus.NOT_MET,
        RequirementStatus.NOT_SHOWN,
    ]


def test_an_error_outranks_a_selection() -> None:
    verdict = judge(Catalogue((requirement(MUST),)), run(record(ERRORED), partial=True))
    assert verdict.conclusion is Conclusion.ERROR


@pytest.mark.parametrize(
    ("broken", "problems"),
    [
        (run(record(PASSED), error="interrupted"), ("interrupted",)),
        (run(record(PASSED), collected=3), ("1 of 3 scenarios were judged",)),
        (run(record(PASSED), record(PASSED), collected=1), ("2 of 1 scenarios were judged",)),
        (run(record(PASSED), started=False), ("no driver started",)),
        (run(), ("no scenario ran",)),
        (
            run(record(PASSED), error="interrupted", collected=3),
            ("interrupted", "1 of 3 scenarios were judged"),
        ),
    ],
)
def test_an_incomplete_run_gives_no_verdict(broken: Run, problems: tuple[str, ...]) -> None:
    verdict = judge(Catalogue((requirement(MUST),)), broken)
    assert (verdict.conclusion, verdict.problems) == (Conclusion.ERROR, problems)


def test_the_first_errored_scenarios_are_named() -> None:
    records = run(*(record(ERRORED) for _ in range(5)))
    assert judge(Catalogue((requirement(MUST),)), records).problems == (
        'the harness or the driver failed in "On Stop waits", "On Stop waits", "On Stop waits" '
        "and 2 more",
    )


def test_an_errored_scenario_of_a_silent_and_a_must_requirement_gives_no_verdict() -> None:
    catalogue = Catalogue((requirement(MUST, "STO-1"), requirement(SILENT)))
    verdict = judge(catalogue, run(record(PASSED, "STO-1"), record(ERRORED, "STO-1", "STO-5")))
    assert verdict.conclusion is Conclusion.ERROR


# --- counting ---------------------------------------------------------------------------------


def test_silent_requirements_are_not_counted() -> None:
    assert beside_a_must(SILENT, PASSED).count(RequirementStatus.MET) == 1


def test_count_counts_the_requirements_of_one_status() -> None:
    verdict = beside_a_must(SHOULD, FAILED)
    assert [
        verdict.count(status) for status in (RequirementStatus.MET, RequirementStatus.WARNING)
    ] == [1, 1]
