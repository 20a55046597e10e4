"""Joins facts, scenarios and mutants, and finds where a connection between them is missing."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from pulsecheck.audit.trials import Trial
from pulsecheck.suite.feature_files import ScenarioSource
from pulsecheck.suite.requirements import Catalogue, Level, Requirement

FORMAT = 1


class FindingKind(StrEnum):
    """What is wrong or missing, in the order in which it is told.

    What is wrong about a mutant comes first: that mutants are missing takes many lines where
    somebody has begun with a few.
    """

    SURVIVED = "survived"
    ACCUSED = "accused elsewhere"
    ERRORED = "errored"
    NO_SCENARIO = "no scenario"
    NO_MUTANT = "no mutant"
    KILLS_NOTHING = "kills nothing"


ORDER = tuple(FindingKind)
ABOUT_MUTANTS = (FindingKind.SURVIVED, FindingKind.ACCUSED, FindingKind.ERRORED)


class AuditFinding(msgspec.Struct, frozen=True, kw_only=True):
    """`name` is a requirement's id, a mutant's name or a scenario's title; `why` is for people."""

    kind: FindingKind
    name: str
    why: str


class AuditedScenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario, one for all rows of its examples, and the names of the mutants that it kills."""

    name: str
    feature: str
    requirements: tuple[str, ...]
    kills: tuple[str, ...]


class AuditedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A documented fact, the scenarios that show it, and the mutants that break it."""

    requirement: Requirement
    scenes: tuple[AuditedScenario, ...]
    trials: tuple[Trial, ...]

    @property
    def killed(self) -> int:
        """How many of its mutants its scenarios kill."""
        return sum(bool(trial.killers) for trial in self.trials)


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """`partial` says that mutants were chosen, so that what is missing is not looked for.

    `format` is the version of its JSON.
    """

    facts: tuple[AuditedFact, ...]
    findings: tuple[AuditFinding, ...]
    mutants: int
    partial: bool
    format: int = FORMAT


def audit(
    catalogue: Catalogue,
    scenarios: Sequence[ScenarioSource],
    trials: Sequence[Trial],
    *,
    partial: bool = False,
) -> Audit:
    """Join what there is; a may, which allows each choice, needs no mutant."""
    scenes = tuple(_scenes(scenarios, trials))
    facts = tuple(
        AuditedFact(
            requirement=requirement,
            scenes=tuple(scene for scene in scenes if requirement.id in scene.requirements),
            trials=tuple(trial for trial in trials if trial.mutant.row == requirement.id),
        )
        for requirement in catalogue.requirements
    )
    missing = () if partial else (*_unconnected(facts), *_idle(scenes, catalogue))
    wrong = (finding for trial in trials for finding in _wrong(trial))
    findings = sorted((*wrong, *missing), key=lambda finding: ORDER.index(finding.kind))
    return Audit(facts=facts, findings=tuple(findings), mutants=len(trials), partial=partial)


def _scenes(
    scenarios: Sequence[ScenarioSource], trials: Sequence[Trial]
) -> Iterator[AuditedScenario]:
    rows: dict[tuple[str, str], list[ScenarioSource]] = {}
    for scenario in scenarios:
        rows.setdefault((scenario.feature, scenario.name), []).append(scenario)
    for (feature, name), sources in rows.items():
        selectors = {source.selector for source in sources}
        yield AuditedScenario(
            name=name,
            feature=feature,
            requirements=tuple(
                dict.fromkeys(shown for source in sources for shown in source.requirements)
            ),
            kills=tuple(
                trial.mutant.name for trial in trials if not selectors.isdisjoint(trial.killers)
            ),
        )


def _unconnected(facts: Sequence[AuditedFact]) -> Iterator[AuditFinding]:
    for fact in facts:
        identifier = fact.requirement.id
        if not fact.scenes:
            why = "no scenario shows it: nobody would notice a runtime that breaks it"
            yield AuditFinding(kind=FindingKind.NO_SCENARIO, name=identifier, why=why)
        if not fact.trials and fact.requirement.level is not Level.MAY:
            why = "no mutant breaks it: nothing proves that its scenarios can fail"
            yield AuditFinding(kind=FindingKind.NO_MUTANT, name=identifier, why=why)


def _idle(scenes: Sequence[AuditedScenario], catalogue: Catalogue) -> Iterator[AuditFinding]:
    for scene in scenes:
        binds = any(catalogue[name].level is not Level.MAY for name in scene.requirements)
        if binds and not scene.kills:
            rows = ", ".join(scene.requirements)
            why = f"no mutant of {rows} fails it ({scene.feature}): nothing proves that it can fail"
            yield AuditFinding(kind=FindingKind.KILLS_NOTHING, name=scene.name, why=why)


def _wrong(trial: Trial) -> Iterator[AuditFinding]:
    mutant = trial.mutant
    if trial.problem or trial.errored:
        why = trial.problem or f"the harness or the driver failed in {', '.join(trial.errored)}"
        yield AuditFinding(kind=FindingKind.ERRORED, name=mutant.name, why=why)
    elif not trial.killers:
        why = f"{mutant.mistake}, and no scenario of {mutant.row} fails"
        yield AuditFinding(kind=FindingKind.SURVIVED, name=mutant.name, why=why)
    if trial.accused:
        why = f"it breaks {mutant.row}, and is found wrong on {', '.join(trial.accused)}"
        yield AuditFinding(kind=FindingKind.ACCUSED, name=mutant.name, why=why)
