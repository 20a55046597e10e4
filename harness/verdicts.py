"""What the outcomes of a run mean, for each requirement and for the implementation as a whole."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from harness.records import Outcome, Run, ScenarioRecord
from harness.requirements import Catalogue, Level, Requirement


class Status(StrEnum):
    """How a requirement stands after a run.

    warning: a should that failed. observed: a may whose choice was seen. not shown: its scenarios
    were not run, or did not get far enough. not applicable: it needs a capability that was not
    declared.
    """

    MET = "met"
    NOT_MET = "not met"
    WARNING = "warning"
    OBSERVED = "observed"
    NOT_SHOWN = "not shown"
    NOT_APPLICABLE = "not applicable"


class Conclusion(StrEnum):
    """What a run says of the implementation.

    partial: nothing that was selected failed, which proves no conformance. error: the harness or
    the driver failed, so that there is no verdict.
    """

    CONFORMING = "conforming"
    NOT_CONFORMING = "not conforming"
    PARTIAL = "partial"
    ERROR = "error"


EXIT_CODES = {
    Conclusion.CONFORMING: 0,
    Conclusion.PARTIAL: 0,
    Conclusion.NOT_CONFORMING: 1,
    Conclusion.ERROR: 2,
}


GRAVITY = (Outcome.ERRORED, Outcome.FAILED, Outcome.BLOCKED, Outcome.NOT_APPLICABLE)


class RequirementVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """`observations` are the choices seen, each once; `reason` is why nothing was shown."""

    requirement: Requirement
    status: Status
    reason: str = ""
    observations: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it is part of the verdict."""
        return self.requirement.level is not Level.SILENT


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`requirements` are in the catalogue's order; `problems` say why there is no verdict."""

    conclusion: Conclusion
    requirements: tuple[RequirementVerdict, ...]
    problems: tuple[str, ...] = ()

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.conclusion]

    def count(self, status: Status) -> int:
        """How many of the requirements that are part of the verdict have that status."""
        return sum(found.counts and found.status is status for found in self.requirements)


def judge(catalogue: Catalogue, run: Run, *, strict: bool = False) -> Verdict:
    """Say what a run means. With `strict`, a should that failed is not met.

    An error wins over a failure: what was found wrong is still reported, but it may be the
    harness that is.
    """
    requirements = tuple(_judge(found, run, strict) for found in catalogue.requirements)
    problems = tuple(_problems(catalogue, run))
    return Verdict(
        conclusion=_conclude(requirements, problems, run.partial),
        requirements=requirements,
        problems=problems,
    )


def _judge(requirement: Requirement, run: Run, strict: bool) -> RequirementVerdict:
    records = [record for record in run.records if requirement.id in record.requirements]
    lacking = _lacking(requirement, run)
    status = Status.NOT_APPLICABLE if lacking else _status(requirement.level, records, strict)
    reason = ""
    if lacking:
        reason = f"not declared: {', '.join(lacking)}"
    elif status is Status.NOT_SHOWN:
        reason = _why_not_shown(records)
    passed = (record for record in records if record.outcome is Outcome.PASSED)
    seen = dict.fromkeys(note for record in passed for note in record.observations)
    return RequirementVerdict(
        requirement=requirement,
        status=status,
        reason=reason,
        observations=tuple(seen) if status is Status.OBSERVED else (),
    )


def _lacking(requirement: Requirement, run: Run) -> list[str]:
    if run.initialized is None:
        return []
    declared = run.initialized.capabilities
    return [needed for needed in requirement.capabilities if needed not in declared]


def _status(level: Level, records: Sequence[ScenarioRecord], strict: bool) -> Status:
    outcomes = {record.outcome for record in records} - {Outcome.NOT_APPLICABLE}
    if level is Level.MAY:
        return Status.OBSERVED if Outcome.PASSED in outcomes else Status.NOT_SHOWN
    if Outcome.FAILED in outcomes:
        is_warning = level is Level.SHOULD and not strict
        return Status.WARNING if is_warning else Status.NOT_MET
    return Status.MET if outcomes == {Outcome.PASSED} else Status.NOT_SHOWN


def _why_not_shown(records: Sequence[ScenarioRecord]) -> str:
    unshown = [record for record in records if record.outcome in GRAVITY]
    if not unshown:
        return "not run"
    gravest = min(unshown, key=lambda record: GRAVITY.index(record.outcome))
    first_line = gravest.reason.partition("\n")[0]
    return f"{gravest.outcome}: {first_line}"


def _problems(catalogue: Catalogue, run: Run) -> Iterator[str]:
    """Why a run gives no verdict."""
    if run.error:
        yield run.error
    elif run.initialized is None:
        yield "no driver came up"
    elif not run.records:
        yield "no scenario was run"
    if run.collected != len(run.records):
        yield f"{len(run.records)} of {run.collected} scenarios were judged"
    errored = [record for record in run.records if _spoils(record, catalogue)]
    if errored:
        names = ", ".join(f'"{record.name}"' for record in errored[:3])
        more = f" and {len(errored) - 3} more" if len(errored) > 3 else ""
        yield f"the harness or the driver failed in {names}{more}"


def _spoils(record: ScenarioRecord, catalogue: Catalogue) -> bool:
    """Whether a scenario that errored leaves the verdict open.

    A crash or a hang is what silent requirements look for; they are no part of the verdict.
    """
    return record.outcome is Outcome.ERRORED and any(
        catalogue[name].level is not Level.SILENT for name in record.requirements
    )


def _conclude(
    requirements: Sequence[RequirementVerdict], problems: Sequence[str], partial: bool
) -> Conclusion:
    if problems:
        return Conclusion.ERROR
    if any(found.counts and found.status is Status.NOT_MET for found in requirements):
        return Conclusion.NOT_CONFORMING
    if partial:
        return Conclusion.PARTIAL
    musts = {found.status for found in requirements if found.requirement.level is Level.MUST}
    is_shown = Status.MET in musts and Status.NOT_SHOWN not in musts
    return Conclusion.CONFORMING if is_shown else Conclusion.NOT_CONFORMING
