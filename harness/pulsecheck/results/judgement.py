"""Judge a run: derive the status of each requirement from the outcomes of its scenarios."""

from collections.abc import Iterator, Sequence, Set

import msgspec

from pulsecheck.results.known_failures import KnownFailure, KnownFailures, stale_entries
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus, scenario_status
from pulsecheck.results.verdict import (
    Conclusion,
    RequirementStatus,
    RequirementVerdict,
    Verdict,
)
from pulsecheck.suite.requirements import Catalogue, Level, Requirement

NOTHING_KNOWN = KnownFailures()
SEVERITY = (
    Outcome.ERRORED,
    Outcome.UNSTABLE,
    Outcome.FAILED,
    Outcome.BLOCKED,
    Outcome.NOT_APPLICABLE,
)
"""Outcomes other than passed, the worst first."""


class Context(msgspec.Struct, frozen=True, kw_only=True):
    """The data on which the verdict on a requirement depends.

    `known_ids`: the ids of the requirements that failed, but only with known failures.
    `musts`: the ids of all requirements whose level is must. `strict`: whether a failed *should*
    requirement counts as not met.
    """

    run: Run
    known: KnownFailures
    known_ids: Set[str]
    musts: Set[str]
    strict: bool


def judge(
    catalogue: Catalogue,
    run: Run,
    known: KnownFailures = NOTHING_KNOWN,
    *,
    strict: bool = False,
) -> Verdict:
    """Judge a run. With `strict`, a failed *should* requirement counts as not met.

    An error outranks a failure, because the error may have caused the failure. Failures are still
    reported. Stale entries of `known` are reported only if there is no other error.
    """
    context = Context(
        run=run,
        known=known,
        known_ids=frozenset(_known_ids(catalogue, run, known)),
        musts=frozenset(each.id for each in catalogue.requirements if each.level is Level.MUST),
        strict=strict,
    )
    requirements = tuple(_judge(found, context) for found in catalogue.requirements)
    errors = tuple(_problems(catalogue, run)) or tuple(stale_entries(known, run))
    unstable = tuple(_unstable(catalogue, run))
    statuses = {
        found.selector: scenario_status(
            found, catalogue, known, strict=strict, all_count=run.partial or run.rounds > 1
        )
        for found in run.records
    }
    has_failed = ScenarioStatus.FAILED in statuses.values()
    return Verdict(
        conclusion=_conclude(requirements, errors, unstable, run.partial, has_failed),
        requirements=requirements,
        scenario_statuses=statuses,
        problems=errors + unstable,
    )


def _known_ids(catalogue: Catalogue, run: Run, known: KnownFailures) -> Iterator[str]:
    """Yield the ids of the requirements that failed, but only with known failures."""
    for requirement in catalogue.requirements:
        failed = [
            known.explaining(record, requirement.id)
            for record in run.records
            if requirement.id in record.requirements and record.outcome is Outcome.FAILED
        ]
        if failed and all(failed) and requirement.level is not Level.MAY:
            yield requirement.id


def _judge(requirement: Requirement, context: Context) -> RequirementVerdict:
    run, known = context.run, context.known
    records = [record for record in run.records if requirement.id in record.requirements]
    if records and all(record.outcome is Outcome.NOT_APPLICABLE for record in records):
        return RequirementVerdict(
            requirement=requirement,
            status=RequirementStatus.NOT_APPLICABLE,
            reason=min((record.reason for record in records), key=len),
        )
    outcomes = {record.outcome for record in records} - {Outcome.NOT_APPLICABLE}
    if Outcome.PASSED in outcomes and not _is_hidden(records, context.musts):
        outcomes.discard(Outcome.BLOCKED)
    bases = dict.fromkeys(record.blocked_by for record in records if record.blocked_by)
    only_known_bases = bases.keys() <= context.known_ids
    is_known = requirement.id in context.known_ids
    if is_known and only_known_bases:
        outcomes.discard(Outcome.BLOCKED)
    status = _status(requirement.level, outcomes, is_known=is_known, strict=context.strict)
    is_blocked = (
        status is RequirementStatus.NOT_SHOWN
        and only_known_bases
        and Outcome.ERRORED not in outcomes
    )
    blocked_by = tuple(bases) if is_blocked else ()
    return RequirementVerdict(
        requirement=requirement,
        status=status,
        reason=_reason(status, records, blocked_by),
        observations=_observations(records) if status is RequirementStatus.OBSERVED else (),
        known_failures=_explanations(requirement, records, known) if is_known else (),
        blocked_by=blocked_by,
    )


def _is_hidden(records: Sequence[ScenarioRecord], musts: Set[str]) -> bool:
    """Whether blocked scenarios keep a requirement from being shown, although others passed.

    True if a scenario was blocked for an unknown reason or by a *must* requirement. If only
    requirements of other levels blocked scenarios, the scenarios that passed are enough.
    """
    blocked = [record for record in records if record.outcome is Outcome.BLOCKED]
    return any(not record.blocked_by or record.blocked_by in musts for record in blocked)


def _status(
    level: Level, outcomes: Set[Outcome], *, is_known: bool, strict: bool
) -> RequirementStatus:
    has_failed = Outcome.FAILED in outcomes
    if level is Level.MAY:
        if Outcome.PASSED in outcomes:
            return RequirementStatus.OBSERVED
        return RequirementStatus.NOT_OBSERVED if has_failed else _not_shown(outcomes)
    if has_failed and not is_known:
        is_warning = level is Level.SHOULD and not strict
        return RequirementStatus.WARNING if is_warning else RequirementStatus.NOT_MET
    if not outcomes or outcomes - {Outcome.PASSED, Outcome.FAILED}:
        return _not_shown(outcomes)
    return RequirementStatus.KNOWN_FAILURE if has_failed else RequirementStatus.MET


def _not_shown(outcomes: Set[Outcome]) -> RequirementStatus:
    return (
        RequirementStatus.UNSTABLE if Outcome.UNSTABLE in outcomes else RequirementStatus.NOT_SHOWN
    )


def _reason(
    status: RequirementStatus, records: Sequence[ScenarioRecord], blocked_by: Sequence[str]
) -> str:
    if blocked_by:
        return f"blocked by known failures: {', '.join(blocked_by)}"
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
    not_passed = [record for record in records if record.outcome in SEVERITY]
    if not not_passed:
        return "not run"
    worst = min(not_passed, key=lambda record: SEVERITY.index(record.outcome))
    return f"{worst.outcome}: {_first_line(worst.reason)}"


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _problems(catalogue: Catalogue, run: Run) -> Iterator[str]:
    """Yield the reasons why a run gives no verdict."""
    if run.error:
        yield run.error
    elif run.initialized is None:
        yield "no driver started"
    elif not run.records:
        yield "no scenario ran"
    has_begun = run.records or not run.error
    if has_begun and run.collected != len(run.scenarios):
        yield f"{len(run.scenarios)} of {run.collected} scenarios were judged"
    errored = [
        record
        for record in run.records
        if record.outcome is Outcome.ERRORED and _counts(record, catalogue)
    ]
    if errored:
        yield f"the harness or the driver failed in {_names(errored)}"


def _unstable(catalogue: Catalogue, run: Run) -> Iterator[str]:
    """Yield one problem that names all unstable scenarios, or nothing if there are none."""
    unstable = [
        record
        for record in run.records
        if record.outcome is Outcome.UNSTABLE and (run.rounds > 1 or _counts(record, catalogue))
    ]
    if unstable:
        yield (
            f"different outcomes when repeated: {_names(unstable)}\n"
            "  The implementation, the driver or this machine is unreliable. Compare the timelines."
        )


def _names(records: Sequence[ScenarioRecord]) -> str:
    names = ", ".join(f'"{record.name}"' for record in records[:3])
    return names + (f" and {len(records) - 3} more" if len(records) > 3 else "")


def _counts(record: ScenarioRecord, catalogue: Catalogue) -> bool:
    """Return whether a scenario affects the conclusion.

    A scenario that tests only *silent* requirements does not affect the conclusion. No page of the
    documentation describes them, so an implementation cannot contradict the documentation.
    """
    return any(catalogue[name].level is not Level.SILENT for name in record.requirements)


def _conclude(
    requirements: Sequence[RequirementVerdict],
    errors: Sequence[str],
    unstable: Sequence[str],
    partial: bool,
    has_failed: bool,
) -> Conclusion:
    """Return the conclusion.

    A failed scenario outranks an unstable scenario. If a failed scenario was run again, it failed
    in both runs, so the failure is certain.
    """
    if errors:
        return Conclusion.ERROR
    if any(found.counts and found.status is RequirementStatus.NOT_MET for found in requirements):
        return Conclusion.NOT_CONFORMING
    if unstable:
        return Conclusion.UNSTABLE
    if partial:
        return Conclusion.SELECTION_FAILED if has_failed else Conclusion.PARTIAL
    musts = [found for found in requirements if found.requirement.level is Level.MUST]
    is_undecided = any(
        found.status is RequirementStatus.NOT_SHOWN and not found.blocked_by for found in musts
    )
    if is_undecided or not any(found.status is RequirementStatus.MET for found in musts):
        return Conclusion.NOT_CONFORMING
    counted = [found for found in requirements if found.counts]
    is_known = any(
        found.status is RequirementStatus.KNOWN_FAILURE or found.blocked_by for found in counted
    )
    return Conclusion.KNOWN_FAILURES if is_known else Conclusion.CONFORMING
