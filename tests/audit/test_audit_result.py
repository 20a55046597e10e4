"""The findings of an audit of made-up facts, scenarios and trials."""

from pathlib import Path

from pulsecheck.audit.audit_result import Audit, AuditFinding, FindingKind, audit
from pulsecheck.audit.mutants import Mutant
from pulsecheck.audit.trials import Trial
from pulsecheck.suite.feature_files import ScenarioSource
from pulsecheck.suite.requirements import Catalogue, Level, Requirement


def fact(identifier: str, level: Level = Level.MUST) -> Requirement:
    return Requirement(id=identifier, level=level, fact="A fact.", page="page")


def scenario(selector: str, *requirements: str, name: str = "") -> ScenarioSource:
    return ScenarioSource(
        selector=selector,
        name=name or selector,
        path=Path("stop.feature"),
        line=1,
        tags=requirements,
        example={},
        steps=(),
    )


def trial(
    requirement: str, *killers: str, not_met: tuple[str, ...] | None = None, problem: str = ""
) -> Trial:
    """Make the trial of a mutant.

    `not_met`: the requirements that the mutant does not meet. By default, if the mutant has
    killers, it does not meet `requirement`; otherwise it meets all requirements.
    """
    if not_met is None:
        not_met = (requirement,) if killers else ()
    mutant = Mutant(name=f"breaks_{requirement}", requirement=requirement, mistake="breaks it")
    return Trial(mutant=mutant, killers=killers, not_met=not_met, problem=problem)


CATALOGUE = Catalogue((fact("STO-5"), fact("STO-4", Level.MAY)))
SCENARIOS = (scenario("waits", "STO-5"), scenario("may_wait", "STO-4"))


def findings(found: Audit) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.name) for finding in found.findings]


def test_a_complete_suite_has_no_findings() -> None:
    found = audit(CATALOGUE, SCENARIOS, (trial("STO-5", "waits"),))
    assert found.findings == ()
    assert [(one.requirement.id, len(one.scenarios), one.killed) for one in found.facts] == [
        ("STO-5", 1, 1),
        ("STO-4", 1, 0),
    ]
    assert found.facts[0].scenarios[0].kills == ("breaks_STO-5",)


def test_a_may_without_a_scenario_is_a_finding() -> None:
    found = audit(CATALOGUE, SCENARIOS[:1], (trial("STO-5", "waits"),))
    assert findings(found) == [(FindingKind.NO_SCENARIO, "STO-4")]


def test_a_fact_without_a_mutant_is_a_finding_and_so_is_its_scenario() -> None:
    assert audit(CATALOGUE, SCENARIOS, ()).findings == (
        AuditFinding(
            kind=FindingKind.NO_MUTANT,
            name="STO-5",
            why="no mutant breaks it, so nothing proves that its scenarios can fail",
        ),
        AuditFinding(
            kind=FindingKind.KILLS_NOTHING,
            name="waits",
            why="no mutant of STO-5 makes it fail (stop.feature), so nothing proves that it can "
            "fail",
        ),
    )


def test_a_silent_fact_needs_a_mutant_too() -> None:
    catalogue = Catalogue((fact("STO-13", Level.SILENT),))
    found = audit(catalogue, (scenario("responds", "STO-13"),), ())
    assert findings(found) == [
        (FindingKind.NO_MUTANT, "STO-13"),
        (FindingKind.KILLS_NOTHING, "responds"),
    ]


def test_a_mutant_that_no_scenario_kills_is_a_finding() -> None:
    found = audit(CATALOGUE, SCENARIOS, (trial("STO-5", "waits"), trial("STO-5")))
    assert found.findings == (
        AuditFinding(
            kind=FindingKind.SURVIVED,
            name="breaks_STO-5",
            why="breaks it, but no scenario of STO-5 fails",
        ),
    )


def test_a_mutant_that_fails_other_requirements_is_a_finding() -> None:
    wrong = trial("STO-5", "waits", not_met=("STO-5", "STO-7", "STO-9"))
    assert audit(CATALOGUE, SCENARIOS, (wrong,)).findings == (
        AuditFinding(
            kind=FindingKind.WRONG_REQUIREMENT,
            name="breaks_STO-5",
            why="it should fail only STO-5, but fails STO-7, STO-9",
        ),
    )


def test_a_mutant_may_fail_the_requirements_in_also() -> None:
    mutant = Mutant(name="breaks_both", requirement="STO-5", mistake="breaks both", also=("STO-9",))
    both = Trial(mutant=mutant, killers=("waits",), not_met=("STO-5", "STO-9"))
    assert audit(CATALOGUE, SCENARIOS, (both,)).findings == ()


def test_a_mutant_without_a_verdict_is_errored_even_if_scenarios_killed_it() -> None:
    crashed = trial("STO-5", "waits", problem="its process ended with exit code -9")
    assert audit(CATALOGUE, SCENARIOS, (crashed,)).findings == (
        AuditFinding(
            kind=FindingKind.ERRORED, name="breaks_STO-5", why="its process ended with exit code -9"
        ),
    )


def test_errored_scenarios_are_a_finding() -> None:
    mutant = Mutant(name="breaks_it", requirement="STO-5", mistake="breaks it")
    errored = ("other", "third")
    killed = Trial(mutant=mutant, killers=("waits",), not_met=("STO-5",), errored=errored)
    assert audit(CATALOGUE, SCENARIOS, (killed,)).findings == (
        AuditFinding(
            kind=FindingKind.ERRORED,
            name="breaks_it",
            why="the harness or the driver failed in other, third",
        ),
    )


def test_one_row_of_an_outline_kills_for_all_rows() -> None:
    outline = [scenario(f"waits[{row}]", "STO-5", name="waits") for row in ("polling", "websocket")]
    found = audit(Catalogue((fact("STO-5"),)), outline, (trial("STO-5", "waits[polling]"),))
    assert found.findings == ()
    assert len(found.facts[0].scenarios) == 1


def test_a_partial_audit_reports_nothing_as_missing() -> None:
    found = audit(CATALOGUE, SCENARIOS[:1], (trial("STO-5"),), partial=True)
    assert findings(found) == [(FindingKind.SURVIVED, "breaks_STO-5")]


def test_findings_about_mutants_come_before_missing_ones() -> None:
    """A user with few mutants already knows that most facts have no mutant.

    So the findings about missing mutants come last.
    """
    wrong = trial("STO-5", "waits", not_met=("STO-5", "STO-7"))
    crashed = trial("STO-5", problem="its process ended with exit code 7")
    catalogue = Catalogue((*CATALOGUE.requirements, fact("STO-7"), fact("STO-9")))
    scenarios = (*SCENARIOS, scenario("pulses_once", "STO-7"))
    found = audit(catalogue, scenarios, (crashed, wrong, trial("STO-5")))
    assert findings(found) == [
        (FindingKind.SURVIVED, "breaks_STO-5"),
        (FindingKind.WRONG_REQUIREMENT, "breaks_STO-5"),
        (FindingKind.ERRORED, "breaks_STO-5"),
        (FindingKind.NO_SCENARIO, "STO-9"),
        (FindingKind.NO_MUTANT, "STO-7"),
        (FindingKind.NO_MUTANT, "STO-9"),
        (FindingKind.KILLS_NOTHING, "pulses_once"),
    ]
