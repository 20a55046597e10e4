"""Match facts, scenarios and mutants with each other, and report what is missing or wrong."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from pulsecheck.audit.trials import Trial
from pulsecheck.suite.feature_files import ScenarioSource
from pulsecheck.suite.requirements import Catalogue, Level, Requirement

FORMAT = 1


class FindingKind(StrEnum):
    """The kinds of findings, in the order of the report.

    The findings about existing mutants come first. A suite with only a few mutants gets many
    findings about missing mutants, and these must not hide the others.
    """

    SURVIVED = "survived"
    WRONG_REQUIREMENT = "wrong requirement"
    ERRORED = "errored"
    NO_SCENARIO = "no scenario"
    NO_MUTANT = "no mutant"
    KILLS_NOTHING = "kills nothing"


ORDER = tuple(FindingKind)
ABOUT_MUTANTS = (FindingKind.SURVIVED, FindingKind.WRONG_REQUIREMENT, FindingKind.ERRORED)


class AuditFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding about a requirement, a mutant or a scenario.

    `name`: the requirement's id, the mutant's name or the scenario's title. `why`: the explanation.
    """

    kind: FindingKind
    name: str
    why: str


class AuditedScenario(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario with the mutants that it kills; all rows of an outline count as one scenario."""

    name: str
    feature: str
    requirements: tuple[str, ...]
    kills: tuple[str, ...]


class AuditedFact(msgspec.Struct, frozen=True, kw_only=True):
    """A documented fact, the scenarios that test it, and the mutants that break it."""

    requirement: Requirement
    scenarios: tuple[AuditedScenario, ...]
    trials: tuple[Trial, ...]

    @property
    def killed(self) -> int:
        """The number of the fact's mutants that its scenarios kill."""
        return sum(bool(trial.killers) for trial in self.trials)


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """The result of an audit.

    `mutants` is the number of mutants that ran. `partial`: the user selected mutants. The other
    mutants did not run, so the audit cannot know what is missing, and reports nothing as missing.
    `own_requirement`: each mutant first ran only the scenarios of the requirement that the mutant
    breaks. If the mutant survived, it then ran all its scenarios. Failures of other requirements
    were ignored, so the audit does not show them. `format` is the version of the JSON format.
    """

    facts: tuple[AuditedFact, ...]
    findings: tuple[AuditFinding, ...]
    mutants: int
    partial: bool
    own_requirement: bool = False
    format: int = FORMAT


def audit(
    catalogue: Catalogue,
    sources: Sequence[ScenarioSource],
    trials: Sequence[Trial],
    *,
    partial: bool = False,
    own_requirement: bool = False,
) -> Audit:
    """Match facts, scenarios and mutants with each other.

    If the level of a requirement is *may*, the documentation leaves a choice open. No choice breaks
    the requirement, so the requirement needs no mutant.
    """
    scenarios = tuple(_audited_scenarios(sources, trials))
    facts = tuple(
        AuditedFact(
            requirement=requirement,
            scenarios=tuple(each for each in scenarios if requirement.id in each.requirements),
            trials=tuple(trial for trial in trials if trial.mutant.requirement == requirement.id),
        )
        for requirement in catalogue.requirements
    )
    missing = () if partial else (*_unproven(facts), *_killing_nothing(scenarios, catalogue))
    wrong = (finding for trial in trials for finding in _wrong(trial))
    findings = sorted((*wrong, *missing), key=lambda finding: ORDER.index(finding.kind))
    return Audit(
        facts=facts,
        findings=tuple(findings),
        mutants=len(trials),
        partial=partial,
        own_requirement=own_requirement,
    )


def _audited_scenarios(
    sources: Sequence[ScenarioSource], trials: Sequence[Trial]
) -> Iterator[AuditedScenario]:
    outlines: dict[tuple[str, str], list[ScenarioSource]] = {}
    for source in sources:
        outlines.setdefault((source.feature, source.name), []).append(source)
    for (feature, name), rows in outlines.items():
        selectors = {row.selector for row in rows}
        yield AuditedScenario(
            name=name,
            feature=feature,
            requirements=tuple(dict.fromkeys(each for row in rows for each in row.requirements)),
            kills=tuple(
                trial.mutant.name for trial in trials if not selectors.isdisjoint(trial.killers)
            ),
        )


def _unproven(facts: Sequence[AuditedFact]) -> Iterator[AuditFinding]:
    for fact in facts:
        identifier = fact.requirement.id
        if not fact.scenarios:
            why = "no scenario tests it, so a runtime that breaks it would not be detected"
            yield AuditFinding(kind=FindingKind.NO_SCENARIO, name=identifier, why=why)
        if not fact.trials and fact.requirement.level is not Level.MAY:
            why = "no mutant breaks it, so nothing proves that its scenarios can fail"
            yield AuditFinding(kind=FindingKind.NO_MUTANT, name=identifier, why=why)


def _killing_nothing(
    scenarios: Sequence[AuditedScenario], catalogue: Catalogue
) -> Iterator[AuditFinding]:
    for scenario in scenarios:
        binds = any(catalogue[name].level is not Level.MAY for name in scenario.requirements)
        if binds and not scenario.kills:
            tested = ", ".join(scenario.requirements)
            why = (
                f"no mutant of {tested} makes it fail ({scenario.feature}), so nothing proves that "
                "it can fail"
            )
            yield AuditFinding(kind=FindingKind.KILLS_NOTHING, name=scenario.name, why=why)


def _wrong(trial: Trial) -> Iterator[AuditFinding]:
    mutant = trial.mutant
    if trial.problem or trial.errored:
        why = trial.problem or f"the harness or the driver failed in {', '.join(trial.errored)}"
        yield AuditFinding(kind=FindingKind.ERRORED, name=mutant.name, why=why)
    elif not trial.killers:
        why = f"{mutant.mistake}, but no scenario of {mutant.requirement} fails"
        yield AuditFinding(kind=FindingKind.SURVIVED, name=mutant.name, why=why)
    if trial.unexpected:
        why = f"it should fail only {mutant.requirement}, but fails {', '.join(trial.unexpected)}"
        yield AuditFinding(kind=FindingKind.WRONG_REQUIREMENT, name=mutant.name, why=why)
