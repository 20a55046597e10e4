"""The terminal output for an audit of made-up trials."""

import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from pulsecheck.audit.audit_result import (
    Audit,
    AuditedFact,
    AuditedScenario,
    AuditFinding,
    FindingKind,
)
from pulsecheck.audit.commands import Commands
from pulsecheck.audit.mutants import Mutant
from pulsecheck.audit.terminal import show
from pulsecheck.audit.trials import Trial
from pulsecheck.cli.console import make_console
from pulsecheck.suite.requirements import Level, Requirement

STO_5 = Requirement(
    id="STO-5",
    level=Level.MUST,
    fact="A fact.",
    page="page",
)
SURVIVED = AuditFinding(kind=FindingKind.SURVIVED, name="survives", why="no scenario fails")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print lines without colours or wrapping, even if the environment asks for them."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def trial(name: str, *killers: str) -> Trial:
    mutant = Mutant(name=name, requirement="STO-5", mistake=f"{name} it")
    return Trial(mutant=mutant, killers=killers)


def scenario(name: str, *kills: str) -> AuditedScenario:
    return AuditedScenario(name=name, feature="stop.feature", requirements=("STO-5",), kills=kills)


def shown(
    *scenarios: AuditedScenario,
    findings: tuple[AuditFinding, ...] = (),
    partial: bool,
    own_requirement: bool = False,
    features: Path | None = None,
) -> list[str]:
    trials = (trial("breaks", "waits"), trial("survives"))
    fact = AuditedFact(requirement=STO_5, scenarios=scenarios, trials=trials)
    found = Audit(
        facts=(fact,),
        findings=findings,
        mutants=2,
        partial=partial,
        own_requirement=own_requirement,
    )
    output = io.StringIO()
    show(make_console(output), found, Commands(module="mine", features=features))
    return output.getvalue().splitlines()


def test_a_partial_audit_shows_the_killers_of_each_mutant() -> None:
    scenarios = (scenario("On Stop waits", "breaks"), scenario("On Stop pulses"))
    assert shown(*scenarios, partial=True)[2:] == [
        "breaks: breaks it",
        "  killed by: On Stop waits",
        "survives: survives it",
        "  killed by no scenario",
        "check one: pulsecheck check --implementation python:mine:breaks",
        "1 of 2 mutants killed (1 facts); the other mutants were not tried",
    ]


def test_three_killers_of_a_mutant_are_named() -> None:
    scenarios = [scenario(name, "breaks") for name in ("One", "Two", "Three", "Four", "Five")]
    assert "  killed by: One, Two, Three and 2 more" in shown(*scenarios, partial=True)
    assert "  killed by: One, Two, Three" in shown(*scenarios[:3], partial=True)


def test_a_full_audit_shows_only_findings() -> None:
    assert shown(scenario("On Stop waits", "breaks"), partial=False)[2:] == [
        "check one: pulsecheck check --implementation python:mine:breaks",
        "1 of 2 mutants killed (1 facts); each scenario kills at least one mutant",
    ]


def test_an_audit_of_own_requirements_says_what_it_does_not_show() -> None:
    assert shown(scenario("On Stop waits", "breaks"), partial=False, own_requirement=True)[3:] == [
        "Each mutant ran the scenarios of the requirement that it breaks, and all others only if "
        "these did not kill the mutant. This audit does not show whether a mutant fails other "
        "requirements. To see this,",
        "run the audit without --own-requirement.",
        "1 of 2 mutants killed (1 facts); each scenario kills at least one mutant",
    ]


def test_the_suggested_command_checks_a_mutant_with_a_finding_against_the_same_features() -> None:
    missing = AuditFinding(kind=FindingKind.NO_MUTANT, name="STO-7", why="no mutant breaks it")
    other = replace(missing, name="STO-9")
    findings = (SURVIVED, missing, other)
    assert shown(partial=False, findings=findings, features=Path("my features"))[2:] == [
        "✗ survived: survives: no scenario fails",
        "✗ no mutant: STO-7; STO-9: no mutant breaks it",
        "check one: pulsecheck check --implementation python:mine:survives "
        "--features 'my features'",
        "1 of 2 mutants killed (1 facts); survived: 1, no mutant: 2",
    ]
