"""What an audit finds, shown with facts, scenarios and trials that are made up."""

from pathlib import Path

from pulsecheck.audit.findings import Audit, AuditFinding, FindingKind, audit
from pulsecheck.audit.mutants import Mutant
from pulsecheck.audit.trials import Trial
from pulsecheck.driver.protocol import Capability
from pulsecheck.suite.feature_files import ScenarioSource
from pulsecheck.suite.requirements import Catalogue, Level, Requirement


def fact(identifier: str, level: Level = Level.MUST) -> Requirement:
    return Requirement(
        id=identifier, level=level, fact="A fact.", page="page", capabilities=(Capability.RUNTIME,)
    )


def scenario(selector: str, *rows: str, name: str = "") -> ScenarioSource:
    return ScenarioSource(
        selector=selector,
        name=name or selector,
        path=Path("stop.feature"),
        line=1,
        tags=rows,
        example={},
        steps=(),
    )


def trial(row: str, *killers: str, red: tuple[str, ...] | None = None, problem: str = "") -> Trial:
    """Of the mutant that breaks a row; what is red is the row, unless told."""
    found = (row,) if killers else ()
    mutant = Mutant(name=f"breaks_{row}", row=row, mistake="breaks it")
    return Trial(mutant=mutant, killers=killers, red=found if red is None else red, problem=problem)


CATALOGUE = Catalogue((fact("STO-5"), fact("STO-4", Level.MAY)))
SCENARIOS = (scenario("waits", "STO-5"), scenario("may_wait", "STO-4"))


def findings(found: Audit) -> list[tuple[FindingKind, str]]:
    return [(finding.kind, finding.name) for finding in found.findings]


def test_where_each_fact_is_shown_and_each_scenario_kills_nothing_is_found() -> None:
    found = audit(CATALOGUE, SCENARIOS, (trial("STO-5", "waits"),))
    assert found.findings == ()
    assert [(one.requirement.id, len(one.scenes), one.killed) for one in found.facts] == [
        ("STO-5", 1, 1),
        ("STO-4", 1, 0),
    ]
    assert found.facts[0].scenes[0].kills == ("breaks_STO-5",)


def test_a_fact_without_a_scenario_is_found_of_whatever_level() -> None:
    found = audit(CATALOGUE, SCENARIOS[:1], (trial("STO-5", "waits"),))
    assert findings(found) == [(FindingKind.NO_SCENARIO, "STO-4")]


def test_a_fact_without_a_mutant_is_found_and_so_is_its_scenario() -> None:
    assert audit(CATALOGUE, SCENARIOS, ()).findings == (
        AuditFinding(
            kind=FindingKind.NO_MUTANT,
            name="STO-5",
            why="no mutant breaks it: nothing proves that its scenarios can fail",
        ),
        AuditFinding(
            kind=FindingKind.KILLS_NOTHING,
            name="waits",
            why="no mutant of STO-5 fails it (stop.feature): nothing proves that it can fail",
        ),
    )


def test_a_silent_fact_wants_a_mutant_too() -> None:
    catalogue = Catalogue((fact("STO-13", Level.SILENT),))
    found = audit(catalogue, (scenario("responds", "STO-13"),), ())
    assert findings(found) == [
        (FindingKind.NO_MUTANT, "STO-13"),
        (FindingKind.KILLS_NOTHING, "responds"),
    ]


def test_a_mutant_that_no_scenario_kills_is_found() -> None:
    found = audit(CATALOGUE, SCENARIOS, (trial("STO-5", "waits"), trial("STO-5")))
    assert found.findings == (
        AuditFinding(
            kind=FindingKind.SURVIVED,
            name="breaks_STO-5",
            why="breaks it, and no scenario of STO-5 fails",
        ),
    )


def test_a_mutant_that_is_found_wrong_on_something_else_is_found() -> None:
    accused = trial("STO-5", "waits", red=("STO-5", "STO-7", "STO-9"))
    assert audit(CATALOGUE, SCENARIOS, (accused,)).findings == (
        AuditFinding(
            kind=FindingKind.ACCUSED,
            name="breaks_STO-5",
            why="it breaks STO-5, and is found wrong on STO-7, STO-9",
        ),
    )


def test_a_mutant_may_break_what_its_row_cannot_be_broken_without() -> None:
    mutant = Mutant(name="breaks_both", row="STO-5", mistake="breaks both", also=("STO-9",))
    both = Trial(mutant=mutant, killers=("waits",), red=("STO-5", "STO-9"))
    assert audit(CATALOGUE, SCENARIOS, (both,)).findings == ()


def test_a_mutant_whose_check_has_no_verdict_is_no_survivor_and_not_killed_for_sure() -> None:
    crashed = trial("STO-5", "waits", problem="its process ended with -9")
    assert audit(CATALOGUE, SCENARIOS, (crashed,)).findings == (
        AuditFinding(
            kind=FindingKind.ERRORED, name="breaks_STO-5", why="its process ended with -9"
        ),
    )


def test_scenarios_that_say_nothing_are_found() -> None:
    mutant = Mutant(name="breaks_it", row="STO-5", mistake="breaks it")
    errored = Trial(mutant=mutant, killers=("waits",), red=("STO-5",), errored=("other", "third"))
    assert audit(CATALOGUE, SCENARIOS, (errored,)).findings == (
        AuditFinding(
            kind=FindingKind.ERRORED,
            name="breaks_it",
            why="the harness or the driver failed in other, third",
        ),
    )


def test_an_outline_is_one_scenario_and_one_row_of_it_kills_for_all() -> None:
    outline = [scenario(f"waits[{row}]", "STO-5", name="waits") for row in ("polling", "websocket")]
    found = audit(Catalogue((fact("STO-5"),)), outline, (trial("STO-5", "waits[polling]"),))
    assert found.findings == ()
    assert len(found.facts[0].scenes) == 1


def test_a_part_of_the_mutants_says_nothing_of_what_is_missing() -> None:
    found = audit(CATALOGUE, SCENARIOS[:1], (trial("STO-5"),), partial=True)
    assert findings(found) == [(FindingKind.SURVIVED, "breaks_STO-5")]


def test_what_is_wrong_about_mutants_comes_before_what_is_missing() -> None:
    """Of a user's few mutants, that is; that most facts have none, the user knows."""
    accused = trial("STO-5", "waits", red=("STO-5", "STO-7"))
    crashed = trial("STO-5", problem="its process ended with 7")
    catalogue = Catalogue((*CATALOGUE.requirements, fact("STO-7"), fact("STO-9")))
    scenarios = (*SCENARIOS, scenario("pulses_once", "STO-7"))
    found = audit(catalogue, scenarios, (crashed, accused, trial("STO-5")))
    assert findings(found) == [
        (FindingKind.SURVIVED, "breaks_STO-5"),
        (FindingKind.ACCUSED, "breaks_STO-5"),
        (FindingKind.ERRORED, "breaks_STO-5"),
        (FindingKind.NO_SCENARIO, "STO-9"),
        (FindingKind.NO_MUTANT, "STO-7"),
        (FindingKind.NO_MUTANT, "STO-9"),
        (FindingKind.KILLS_NOTHING, "pulses_once"),
    ]
