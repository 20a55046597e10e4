"""Records of a run: plain data that the runner collects and reports read."""

from datetime import datetime
from enum import StrEnum

import msgspec

from pulsecheck import DISTRIBUTION
from pulsecheck.driver.protocol import Initialized
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry


class Outcome(StrEnum):
    """The outcome of a scenario.

    failed: the implementation is wrong. errored: the harness or the driver is wrong. blocked: a
    Given failed, or a violation of another requirement explains why the scenario did not pass. not
    applicable: the scenario needs a node type, transport or ability that the implementation does
    not declare. unstable: the scenario ran twice under the same conditions and ended differently.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    UNSTABLE = "unstable"
    NOT_APPLICABLE = "not applicable"
    BLOCKED = "blocked"


class StepRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a scenario. `outcome` is None if the step was not reached."""

    keyword: str
    text: str
    outcome: Outcome | None = None


class OtherRun(msgspec.Struct, frozen=True, kw_only=True):
    """Another run of a scenario. The fields are as in ScenarioRecord."""

    outcome: Outcome
    seconds: float
    reason: str = ""
    expected: str = ""
    seen: str = ""
    evidence: tuple[int, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    timeline: tuple[Entry, ...] = ()


class ScenarioRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A judged scenario. Each row of an outline's examples is a scenario.

    `selector`: the word with which `pulsecheck check -k` selects the scenario. `reason`: one or
    more lines that say why the scenario did not pass. `expected` and `seen`: empty unless the
    scenario failed or was blocked. `evidence`: the numbers of the timeline entries that prove the
    failure. `blocked_by`: the id of the requirement whose violation blocked the scenario. This id
    is empty if the scenario was not blocked, or if no rule knows the reason. `observations`: the
    choices that the scenario saw where the documentation leaves a choice. `violations`: the facts
    of other requirements that the timeline contradicts. `timeline`: entries in the middle may be
    left out. Then their numbers are missing.

    If the scenario is unstable, these fields describe its first run, and `other` describes the run
    that ended differently. If the record is about a violation that was seen elsewhere, `seen_in` is
    the selector of the scenario that was running. Otherwise, `seen_in` is empty.
    """

    selector: str
    name: str
    feature: str
    line: int
    requirements: tuple[str, ...]
    transport: str | None
    outcome: Outcome
    seconds: float
    reason: str = ""
    expected: str = ""
    seen: str = ""
    evidence: tuple[int, ...] = ()
    blocked_by: str = ""
    observations: tuple[str, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    violations: tuple[FactViolation, ...] = ()
    seen_in: str = ""
    timeline: tuple[Entry, ...] = ()
    other: OtherRun | None = None

    def violates(self, identifier: str) -> bool:
        """Whether the timeline contradicts a requirement that the scenario does not test."""
        return any(found.requirement == identifier for found in self.violations)

    @property
    def runs(self) -> tuple["ScenarioRecord", ...]:
        """The first run and, if the scenario is unstable, the run that ended differently."""
        if self.other is None:
            return (self,)
        first = msgspec.structs.replace(self, reason=self.reason.partition("\n")[2])
        return first, msgspec.structs.replace(self, **msgspec.structs.asdict(self.other))


ALONE = "when run again on its own"


def unstable(first: ScenarioRecord, other: ScenarioRecord, when: str) -> ScenarioRecord:
    """Make the record of an unstable scenario from two runs that ended differently.

    `when`: the circumstances of the other run. The first line of the reason names both outcomes,
    and the reason of the first run follows.
    """
    summary = f"{first.outcome} at first, {other.outcome} {when}"
    return msgspec.structs.replace(
        first,
        outcome=Outcome.UNSTABLE,
        reason=f"{summary}\n{first.reason}".rstrip("\n"),
        other=OtherRun(
            outcome=other.outcome,
            seconds=other.seconds,
            reason=other.reason,
            expected=other.expected,
            seen=other.seen,
            evidence=other.evidence,
            steps=other.steps,
            timeline=other.timeline,
        ),
    )


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run of all selected scenarios, complete or not.

    `initialized`: None if no driver started. `records`: the records of scenarios, followed by the
    records of violations that were seen elsewhere. `collected`: the number of scenarios to judge.
    `partial`: the user selected scenarios, so the run cannot prove conformance. `seconds`: the
    duration. `error`: the error that ended the run early, or empty. `interrupted`: the user ended
    the run early. `command`: the words of the command that repeats the check. Add `-k` and a
    selector to repeat one scenario. `began`: the start in UTC, or None if unknown. `rounds`: how
    often all scenarios ran. The records are from the first round. A scenario that ended differently
    in a later round is unstable.
    """

    initialized: Initialized | None
    records: tuple[ScenarioRecord, ...]
    collected: int
    partial: bool
    seconds: float
    error: str = ""
    interrupted: bool = False
    command: tuple[str, ...] = (DISTRIBUTION, "check")
    began: datetime | None = None
    rounds: int = 1

    @property
    def scenarios(self) -> tuple[ScenarioRecord, ...]:
        """The records of scenarios."""
        return tuple(record for record in self.records if not record.seen_in)

    @property
    def incomplete(self) -> str:
        """The reason why the run is incomplete and proves nothing, or empty if it is complete."""
        if self.error or self.interrupted:
            return f"it ended early ({self.error or 'interrupted'})"
        if self.initialized is None:
            return "no driver started"
        if self.collected != len(self.scenarios):
            return f"it has {len(self.scenarios)} of {self.collected} scenarios"
        return ""
