"""What is printed of an audit, shown with trials that are made up."""

import io
from pathlib import Path

import pytest
from msgspec.structs import replace

from pulsecheck.audit.advice import Advice
from pulsecheck.audit.findings import Audit, AuditedFact, AuditedScenario, AuditFinding, FindingKind
from pulsecheck.audit.mutants import Mutant
from pulsecheck.audit.terminal import show
from pulsecheck.audit.trials import Trial
from pulsecheck.cli.console import make_console
from pulsecheck.driver.protocol import Capability
from pulsecheck.suite.requirements import Level, Requirement

STO_5 = Requirement(
    id="STO-5",
    level=Level.MUST,
    fact="A fact.",
    page="page",
    capabilities=(Capability.RUNTIME,),
)
SURVIVED = AuditFinding(kind=FindingKind.SURVIVED, name="survives", why="is well hidden")


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have lines plain and whole, whoever runs the tests."""
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setenv("COLUMNS", "200")


def trial(name: str, *killers: str) -> Trial:
    return Trial(mutant=Mutant(name=name, row="STO-5", mistake=f"{name} it"), killers=killers)


def scene(name: str, *kills: str) -> AuditedScenario:
    return AuditedScenario(name=name, feature="stop.feature", requirements=("STO-5",), kills=kills)


def shown(
    *scenes: AuditedScenario,
    findings: tuple[AuditFinding, ...] = (),
    partial: bool,
    features: Path | None = None,
) -> list[str]:
    trials = (trial("breaks", "waits"), trial("survives"))
    fact = AuditedFact(requirement=STO_5, scenes=scenes, trials=trials)
    found = Audit(facts=(fact,), findings=findings, mutants=2, partial=partial)
    output = io.StringIO()
    show(make_console(output), found, Advice(module="mine", features=features))
    return output.getvalue().splitlines()


def test_of_a_part_each_mutant_is_shown_with_what_killed_it() -> None:
    scenes = (scene("On Stop waits", "breaks"), scene("On Stop is told"))
    assert shown(*scenes, partial=True)[2:] == [
        "breaks: breaks it",
        "  killed by: On Stop waits",
        "survives: survives it",
        "  killed by no scenario",
        "look at one: pulsecheck check --implementation python:mine:breaks",
        "1 of 2 mutants killed, of 1 facts; the others were not tried",
    ]


def test_of_many_scenarios_that_kill_a_mutant_some_are_named() -> None:
    scenes = [scene(name, "breaks") for name in ("One", "Two", "Three", "Four", "Five")]
    assert "  killed by: One, Two, Three and 2 more" in shown(*scenes, partial=True)
    assert "  killed by: One, Two, Three" in shown(*scenes[:3], partial=True)


def test_of_all_mutants_only_what_is_found_is_shown() -> None:
    assert shown(scene("On Stop waits", "breaks"), partial=False)[2:] == [
        "look at one: pulsecheck check --implementation python:mine:breaks",
        "1 of 2 mutants killed, of 1 facts; each scenario kills one, and nothing is missing",
    ]


def test_a_mutant_with_a_finding_is_to_be_looked_at_with_the_features_that_were_tried() -> None:
    missing = AuditFinding(kind=FindingKind.NO_MUTANT, name="STO-7", why="no mutant breaks it")
    other = replace(missing, name="STO-9")
    findings = (SURVIVED, missing, other)
    assert shown(partial=False, findings=findings, features=Path("my features"))[2:] == [
        "✗ survived: survives: is well hidden",
        "✗ no mutant: STO-7; STO-9: no mutant breaks it",
        "look at one: pulsecheck check --implementation python:mine:survives "
        "--features 'my features'",
        "1 of 2 mutants killed, of 1 facts; survived: 1, no mutant: 2",
    ]
