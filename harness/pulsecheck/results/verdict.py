"""What the outcomes of a run mean, for each requirement and for the implementation as a whole."""

from collections.abc import Iterator, Sequence, Set
from enum import StrEnum

import msgspec

from pulsecheck.results.known_failures import KnownFailure, KnownFailures, wrong
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus, scenario_status
from pulsecheck.suite.requirements import Catalogue, Level, Requirement


class RequirementStatus(StrEnum):
    """How a requirement stands after a run.

    known failure: nothing of it failed but what is known to. warning: a should that failed.
    unstable: one of its scenarios ended differently when it was run again. observed, not observed:
    a may whose choice was seen, or whose probe failed. not shown: its
    scenarios were not run, or did not get far enough. not applicable: it needs a capability that
    was not declared.
    """

    MET = "met"
    NOT_MET = "not met"
    KNOWN_FAILURE = "known failure"
    WARNING = "warning"
    UNSTABLE = "unstable"
    OBSERVED = "observed"
    NOT_OBSERVED = "not observed"
    NOT_SHOWN = "not shown"
    NOT_APPLICABLE = "not applicable"


class Conclusion(StrEnum):
    """What a run says of the implementation.

    conforming but for known failures: nothing else failed, and what could not be shown builds on
    them. partial: nothing that was selected failed, which proves no conformance. error: the
    harness or the driver failed, or the list of known failures is wrong: there is no verdict.
    unstable: a scenario ended differently when it was run again, so there is none either.
    """

    CONFORMING = "conforming"
    KNOWN_FAILURES = "conforming but for known failures"
    NOT_CONFORMING = "not conforming"
    PARTIAL = "partial"
    ERROR = "error"
    UNSTABLE = "unstable"


EXIT_CODES = {
    Conclusion.CONFORMING: 0,
    Conclusion.KNOWN_FAILURES: 0,
    Conclusion.PARTIAL: 0,
    Conclusion.NOT_CONFORMING: 1,
    Conclusion.ERROR: 2,
    Conclusion.UNSTABLE: 2,
}


NOTHING_KNOWN = KnownFailures()
GRAVITY = (
    Outcome.ERRORED,
    Outcome.UNSTABLE,
    Outcome.FAILED,
    Outcome.BLOCKED,
    Outcome.NOT_APPLICABLE,
)


class RequirementVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """`observations` are the choices seen, each once; `reason` is why it was not shown to be met.

    `known_failures` explain a known failure. `behind` are the requirements, all of them known
    failures, that alone kept this one from being shown.
    """

    requirement: Requirement
    status: RequirementStatus
    reason: str = ""
    observations: tuple[str, ...] = ()
    known_failures: tuple[KnownFailure, ...] = ()
    behind: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is part of the verdict."""
        return self.requirement.level is not Level.SILENT


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`requirements` are in the catalogue's order; `problems` say why there is no verdict.

    `scenario_statuses` maps the selector of each scenario that was judged to how it stands.
    """

    conclusion: Conclusion
    requirements: tuple[RequirementVerdict, ...]
    scenario_statuses: dict[str, ScenarioStatus]
    problems: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.conclusion]

    def count(self, status: RequirementStatus) -> int:
        """How many of the requirements that are part of the verdict have that status."""
        return sum(found.counts and found.status is status for found in self.requirements)


def judge(
    catalogue: Catalogue,
    run: Run,
    known: KnownFailures = NOTHING_KNOWN,
    *,
    strict: bool = False,
) -> Verdict:
    """Say what a run means. With `strict`, a should that failed is not met.

    An error wins over a failure: what was found wrong is still reported, but it may be the
    harness that is. Entries of `known` are judged only if the run was completed.
    """
    known_ids = frozenset(_known_ids(catalogue, run, known))
    requirements = tuple(
        _judge(found, run, known, known_ids, strict) for found in catalogue.requirements
    )
    errors = tuple(_problems(catalogue, run)) or tuple(wrong(known, run))
    unstable = tuple(_unstable(catalogue, run))
    return Verdict(
        conclusion=_conclude(requirements, errors, unstable, run.partial),
        requirements=requirements,
        scenario_statuses={
            found.selector: scenario_status(found, catalogue, known) for found in run.records
        },
        problems=errors + unstable,
    )


def _known_ids(catalogue: Catalogue, run: Run, known: KnownFailures) -> Iterator[str]:
    """The requirements of which something failed, and nothing but what is known to."""
    for requirement in catalogue.requirements:
        failed = [
            known.explaining(record, requirement.id)
            for record in run.records
            if requirement.id in record.requirements and record.outcome is Outcome.FAILED
        ]
        if failed and all(failed) and requirement.level is not Level.MAY:
            yield requirement.id


def _judge(
    requirement: Requirement, run: Run, known: KnownFailures, known_ids: Set[str], strict: bool
) -> RequirementVerdict:
    records = [record for record in run.records if requirement.id in record.requirements]
    lacking = _lacking(requirement, run)
    if lacking:
        return RequirementVerdict(
            requirement=requirement,
            status=RequirementStatus.NOT_APPLICABLE,
            reason=f"not declared: {', '.join(lacking)}",
        )
    outcomes = {record.outcome for record in records} - {Outcome.NOT_APPLICABLE}
    bases = dict.fromkeys(record.blocked_by for record in records if record.blocked_by)
    is_excused = bases.keys() <= known_ids
    is_known = requirement.id in known_ids
    if is_known and is_excused:
        outcomes.discard(Outcome.BLOCKED)
    status = _status(requirement.level, outcomes, is_known=is_known, strict=strict)
    is_behind = (
        status is RequirementStatus.NOT_SHOWN and is_excused and Outcome.ERRORED not in outcomes
    )
    behind = tuple(bases) if is_behind else ()
    return RequirementVerdict(
        requirement=requirement,
        status=status,
        reason=_reason(status, records, behind),
        observations=_observations(records) if status is RequirementStatus.OBSERVED else (),
        known_failures=_explanations(requirement, records, known) if is_known else (),
        behind=behind,
    )


def _lacking(requirement: Requirement, run: Run) -> list[str]:
    if run.initialized is None:
        return []
    declared = run.initialized.capabilities
    return [needed for needed in requirement.capabilities if needed not in declared]


def _status(
    level: Level, outcomes: Set[Outcome], *, is_known: bool, strict: bool
) -> RequirementStatus:
    has_failed = Outcome.FAILED in outcomes
    if level is Level.MAY:
        if Outcome.PASSED in outcomes:
            return RequirementStatus.OBSERVED
        return RequirementStatus.NOT_OBSERVED if has_failed else _unshown(outcomes)
    if has_failed and not is_known:
        is_warning = level is Level.SHOULD and not strict
        return RequirementStatus.WARNING if is_warning else RequirementStatus.NOT_MET
    if not outcomes or outcomes - {Outcome.PASSED, Outcome.FAILED}:
        return _unshown(outcomes)
    return RequirementStatus.KNOWN_FAILURE if has_failed else RequirementStatus.MET


def _unshown(outcomes: Set[Outcome]) -> RequirementStatus:
    return (
        RequirementStatus.UNSTABLE if Outcome.UNSTABLE in outcomes else RequirementStatus.NOT_SHOWN
    )


def _reason(
    status: RequirementStatus, records: Sequence[ScenarioRecord], behind: Sequence[str]
) -> str:
    if behind:
        return f"blocked by known failures: {', '.join(behind)}"
    if status is RequirementStatus.NOT_OBSERVED:
        failed = (record for record in records if record.outcome is Outcome.FAILED)
        return _first_line(next(failed).reason)
    return (
        _why_not_shown(records)
        if status in {RequirementStatus.NOT_SHOWN, RequirementStatus.UNSTABLE}
        else ""
    )


def _observations(records: Sequence[ScenarioRecord]) -> tuple[str, ...]:
    passed = (record for record in records if record.outcome is Outcome.PASSED)
    return tuple(dict.fromkeys(note for record in passed for note in record.observations))


def _explanations(
    requirement: Requirement, records: Sequence[ScenarioRecord], known: KnownFailures
) -> tuple[KnownFailure, ...]:
    found = (entry for record in records for entry in known.explaining(record, requirement.id))
    return tuple(dict.fromkeys(found))


def _why_not_shown(records: Sequence[ScenarioRecord]) -> str:
    unshown = [record for record in records if record.outcome in GRAVITY]
    if not unshown:
        return "not run"
    gravest = min(unshown, key=lambda record: GRAVITY.index(record.outcome))
    return f"{gravest.outcome}: {_first_line(gravest.reason)}"


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _problems(catalogue: Catalogue, run: Run) -> Iterator[str]:
    """Why a run gives no verdict."""
    if run.error:
        yield run.error
    elif run.initialized is None:
        yield "no driver came up"
    elif not run.records:
        yield "no scenario was run"
    has_begun = run.records or not run.error
    if has_begun and run.collected != len(run.records):
        yield f"{len(run.records)} of {run.collected} scenarios were judged"
    errored = [
        record
        for record in run.records
        if record.outcome is Outcome.ERRORED and _counts(record, catalogue)
    ]
    if errored:
        yield f"the harness or the driver failed in {_names(errored)}"


def _unstable(catalogue: Catalogue, run: Run) -> Iterator[str]:
    """Say what ended differently, and so may end differently again."""
    unstable = [
        record
        for record in run.records
        if record.outcome is Outcome.UNSTABLE and (run.rounds > 1 or _counts(record, catalogue))
    ]
    if unstable:
        yield (
            f"not the same each time: {_names(unstable)}\n"
            "  The implementation, its driver or this machine is unsteady: compare both timelines."
        )


def _names(records: Sequence[ScenarioRecord]) -> str:
    names = ", ".join(f'"{record.name}"' for record in records[:3])
    return names + (f" and {len(records) - 3} more" if len(records) > 3 else "")


def _counts(record: ScenarioRecord, catalogue: Catalogue) -> bool:
    """Whether a scenario's end is part of the verdict.

    A crash or a hang is what silent requirements look for; they are no part of the verdict.
    """
    return any(catalogue[name].level is not Level.SILENT for name in record.requirements)


def _conclude(
    requirements: Sequence[RequirementVerdict],
    errors: Sequence[str],
    unstable: Sequence[str],
    partial: bool,
) -> Conclusion:
    if errors:
        return Conclusion.ERROR
    if unstable:
        return Conclusion.UNSTABLE
    if any(found.counts and found.status is RequirementStatus.NOT_MET for found in requirements):
        return Conclusion.NOT_CONFORMING
    if partial:
        return Conclusion.PARTIAL
    musts = [found for found in requirements if found.requirement.level is Level.MUST]
    is_open = any(
        found.status is RequirementStatus.NOT_SHOWN and not found.behind for found in musts
    )
    if is_open or not any(found.status is RequirementStatus.MET for found in musts):
        return Conclusion.NOT_CONFORMING
    counted = [found for found in requirements if found.counts]
    is_known = any(
        found.status is RequirementStatus.KNOWN_FAILURE or found.behind for found in counted
    )
    return Conclusion.KNOWN_FAILURES if is_known else Conclusion.CONFORMING
