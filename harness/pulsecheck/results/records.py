"""Plain data about a run: what the plugin records and what verdicts and reports are made of."""

from datetime import datetime
from enum import StrEnum

import msgspec

from pulsecheck import DISTRIBUTION
from pulsecheck.driver.protocol import Initialized
from pulsecheck.shared.timeline import Entry


class Outcome(StrEnum):
    """How a scenario ended.

    failed: the implementation is wrong. errored: the harness or the driver is. blocked: what
    the scenario builds on failed, so it was not run. not applicable: it needs a capability that
    was not declared. unstable: it was run twice under the same conditions, and ended differently.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    UNSTABLE = "unstable"
    NOT_APPLICABLE = "not applicable"
    BLOCKED = "blocked"


class StepRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`outcome` is None for a step that was not reached."""

    keyword: str
    text: str
    outcome: Outcome | None = None


class OtherRun(msgspec.Struct, frozen=True, kw_only=True):
    """One more time that a scenario was run; the fields are those of its record."""

    outcome: Outcome
    seconds: float
    reason: str = ""
    expected: str = ""
    seen: str = ""
    evidence: tuple[int, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    timeline: tuple[Entry, ...] = ()


class ScenarioRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario that was judged: one row of its examples, if it has any.

    `selector` is the word by which `pulsecheck check -k` selects it. `reason` says in one or more
    lines why it did not pass. `expected` and `seen` are empty unless it failed; `evidence` are the
    numbers of the timeline's entries that prove the failure. `blocked_by` is the id of the failed
    requirement that blocked it, empty unless it was blocked. `observations` are the choices that
    the scenario of a may saw. `timeline` may leave out entries in its middle; gaps in the numbers
    show where. If the scenario is unstable, these fields describe its first run and `other` the
    run that ended differently.
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
    timeline: tuple[Entry, ...] = ()
    other: OtherRun | None = None

    @property
    def times(self) -> tuple["ScenarioRecord", ...]:
        """The scenario as it ended first and, if it is unstable, as it ended otherwise."""
        if self.other is None:
            return (self,)
        first = msgspec.structs.replace(self, reason=self.reason.partition("\n")[2])
        return first, msgspec.structs.replace(self, **msgspec.structs.asdict(self.other))


ALONE = "when it was run again, alone"


def unstable(first: ScenarioRecord, other: ScenarioRecord, when: str) -> ScenarioRecord:
    """Make one record of two of a scenario that ended differently, the other one `when`.

    The first line of its reason says so; below is why it did not pass at first, if it did not.
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
    """A whole run, complete or not.

    `initialized` is None when no driver came up. `collected` counts the scenarios that were to be
    judged. `partial` says that a selection was made, so that the run proves no conformance.
    `error` is the message of what ended the run before its time, empty if nothing did;
    `interrupted` says that it was a user. `command` is the command, in words, that runs the same
    check; with `-k` and a scenario's selector it runs that one. `began` is when the run did, in
    UTC, None if that is not known. `rounds` is how often everything was run; the records are of
    the first round, but for scenarios that ended differently in another: these are unstable.
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
    def incomplete(self) -> str:
        """Why it was not completed, so that it says nothing about conformance; empty if it was."""
        if self.error or self.interrupted:
            return f"it ended before its time ({self.error or 'interrupted'})"
        if self.initialized is None:
            return "no driver came up"
        if self.collected != len(self.records):
            return f"it has {len(self.records)} of {self.collected} scenarios"
        return ""
