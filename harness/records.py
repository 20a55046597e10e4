"""Plain data about a run: what the plugin records and what verdicts and reports are made of."""

from datetime import datetime
from enum import StrEnum

import msgspec

from harness.distribution import DISTRIBUTION
from harness.driver.protocol import Initialized
from harness.timeline import Entry


class Outcome(StrEnum):
    """How a scenario ended.

    failed: the implementation is wrong. errored: the harness or the driver is. blocked: what
    the scenario builds on failed, so it was not run. not applicable: it needs a capability that
    was not declared.
    """

    PASSED = "passed"
    FAILED = "failed"
    ERRORED = "errored"
    NOT_APPLICABLE = "not applicable"
    BLOCKED = "blocked"


class StepRecord(msgspec.Struct, frozen=True, kw_only=True):
    """`outcome` is None for a step that was not reached."""

    keyword: str
    text: str
    outcome: Outcome | None = None


class ScenarioRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One scenario that was judged: one row of its examples, if it has any.

    `selector` is the word that `pulsecheck check -k` selects it by. `reason` says why it was not
    passed, in one or more lines; `expected` and `seen` are empty unless it failed. `blocked_by`
    is the id of the requirement that failed and that it builds on, empty unless it was blocked.
    `observations` are what a may requirement's probe saw. `timeline` is brief: entries in the
    middle of a long one are missing, which their numbers show.
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
    blocked_by: str = ""
    observations: tuple[str, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    timeline: tuple[Entry, ...] = ()


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A whole run, complete or not.

    `initialized` is None when no driver came up. `collected` counts the scenarios that were to be
    judged. `partial` says that a selection was made, so that the run proves no conformance.
    `error` is the message of what ended the run before its time, empty if nothing did;
    `interrupted` says that it was a user. `command` is the command, in words, that runs the same
    check; with `-k` and a scenario's selector it runs that one. `began` is when the run did, in
    UTC, None if that is not known.
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
