"""Verdicts: the status of each requirement, and the conclusion on the implementation."""

from enum import StrEnum

import msgspec

from pulsecheck.results.known_failures import KnownFailure
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.suite.requirements import Level, Requirement


class RequirementStatus(StrEnum):
    """The status of a requirement after a run.

    known failure: every failure is a known failure. warning: a scenario of a *should* requirement
    failed. unstable: a scenario ended differently when it was run again. observed: the level is
    may, and the choice was seen. not observed: the level is may, and the choice was not seen. not
    shown: the requirement's scenarios did not run, or did not get far enough to test it. not
    applicable: each scenario needs something that the implementation does not declare.
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
    """The conclusion of a run about the implementation.

    conforming but for known failures: everything that failed is a known failure, and everything
    that was not shown is blocked by known failures. partial: nothing in the selection failed, but a
    selection cannot prove conformance. error: there is no verdict, because the harness or the
    driver failed, or the file of known failures is wrong. unstable: there is no verdict, because a
    scenario ended differently when it was run again.
    """

    CONFORMING = "conforming"
    KNOWN_FAILURES = "conforming but for known failures"
    NOT_CONFORMING = "not conforming"
    PARTIAL = "partial"
    SELECTION_FAILED = "selection failed"
    ERROR = "error"
    UNSTABLE = "unstable"


EXIT_CODES = {
    Conclusion.CONFORMING: 0,
    Conclusion.KNOWN_FAILURES: 0,
    Conclusion.PARTIAL: 0,
    Conclusion.NOT_CONFORMING: 1,
    Conclusion.SELECTION_FAILED: 1,
    Conclusion.ERROR: 2,
    Conclusion.UNSTABLE: 2,
}


class RequirementVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on one requirement.

    `reason`: why the requirement is not shown, not observed, unstable or not applicable. Otherwise
    empty. `observations`: the choices that were seen, without duplicates. `known_failures`: the
    entries that explain a known failure. `blocked_by`: the requirements that blocked this
    requirement's scenarios, if each of them is a known failure. Otherwise empty.
    """

    requirement: Requirement
    status: RequirementStatus
    reason: str = ""
    observations: tuple[str, ...] = ()
    known_failures: tuple[KnownFailure, ...] = ()
    blocked_by: tuple[str, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether the requirement affects the conclusion."""
        return self.requirement.level is not Level.SILENT


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The verdict on an implementation.

    `requirements` are in the catalogue's order. `scenario_statuses`: the status of each judged
    scenario, by its selector. `problems`: why there is no verdict, or empty if there is a verdict.
    """

    conclusion: Conclusion
    requirements: tuple[RequirementVerdict, ...]
    scenario_statuses: dict[str, ScenarioStatus]
    problems: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The ids of the requirements with a warning."""
        return tuple(
            found.requirement.id
            for found in self.requirements
            if found.status is RequirementStatus.WARNING
        )

    @property
    def exit_code(self) -> int:
        return EXIT_CODES[self.conclusion]

    def count(self, status: RequirementStatus) -> int:
        """Count the requirements with this status that affect the conclusion."""
        return sum(found.counts and found.status is status for found in self.requirements)
