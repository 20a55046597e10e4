"""The state of one scenario while pytest runs it, and its record."""

import json
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pulsecheck.driver.errors import DriverError, MethodMissingError
from pulsecheck.oracle.rules import violations
from pulsecheck.results.records import ALONE, Outcome, ScenarioRecord, StepRecord, unstable
from pulsecheck.shared.timeline import SENTENCE, shorten_timeline
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import FeatureError, ScenarioSource
from pulsecheck.suite.step_definitions import location
from pulsecheck.world.expectations import NotConforming
from pulsecheck.world.world import World

RECORD = "pulsecheck"
"""The attribute of a teardown report that contains the scenario's record, as JSON in ASCII.

ASCII, because a text of an implementation may contain lone surrogates, which a worker cannot send.
"""


class ScenarioRun:
    """One run of a scenario; the first error decides its outcome.

    `before`: the record of the first run, if this is the second run of a failed scenario.
    """

    def __init__(self, source: ScenarioSource, before: ScenarioRecord | None = None) -> None:
        self.source = source
        self._before = before
        self.world: World | None = None
        self._outcome = Outcome.PASSED
        self._reason = ""
        self._blocked_by = ""
        self._wrong: NotConforming | None = None
        self._reached = 0
        self._assertion_count = 0
        self._seconds = 0.0

    @property
    def outcome(self) -> Outcome:
        return self._outcome

    @property
    def has_passed(self) -> bool:
        return self._outcome is Outcome.PASSED

    def verify(self) -> None:
        """Check what the sentences watch, then the facts that the scenario is about.

        The oracle judges the whole timeline: an event that no sentence asked about counts too.
        Raises NotConforming for the first violation, and DriverError if the driver failed.
        """
        if self.world is None:
            return
        self.world.verify()
        entries = self.world.timeline.entries()
        for found in violations(entries, self.world.resources.timeouts.tolerance):
            if found.requirement in self.source.requirements:
                evidence = (entries[number] for number in found.evidence)
                raise NotConforming(found.expected, found.seen, evidence)

    def begin_step(self) -> None:
        """Append the next sentence to the timeline."""
        step = self.source.steps[self._reached]
        self._reached += 1
        if self.world is not None:
            self._assertion_count = self.world.assertion_count
            entry = self.world.timeline.append(SENTENCE, step.text, {"kind": step.kind})
            if step.kind == "when":
                self.world.when_number = entry.number

    def end_step(self, function: Callable[..., object]) -> None:
        """End the current sentence. Raises FeatureError if it is a Then that asserted nothing."""
        step = self.source.steps[self._reached - 1]
        if (
            step.kind == "then"
            and self.world is not None
            and self.world.assertion_count == self._assertion_count
        ):
            raise FeatureError(
                location(function),
                f'the step "{step.text}" asserted nothing, so it always passes',
                "Call a method of the world that waits for, watches, requires or notes something.",
            )

    def set_aside(self, outcome: Outcome, reason: str, blocked_by: str = "") -> None:
        """Set the outcome of a scenario that is not run."""
        self._outcome, self._reason, self._blocked_by = outcome, reason, blocked_by

    def take(self, report: pytest.TestReport, error: BaseException | None) -> None:
        """Take the result of one phase from pytest's report."""
        if report.when == "call":
            self._seconds = report.duration
        if not report.passed and error is not None:
            self.fail(error)
            if isinstance(error, NotConforming | DriverError | SuiteError):
                report.longrepr = self._reason

    def fail(self, error: BaseException) -> None:
        """Set the outcome for an error, unless an earlier one has set it."""
        if not self.has_passed:
            return
        if isinstance(error, NotConforming):
            self._outcome, self._wrong, self._reason = Outcome.FAILED, error, str(error)
        elif isinstance(error, MethodMissingError):
            self._outcome, self._reason = Outcome.FAILED, str(error)
        elif isinstance(error, DriverError | SuiteError):
            self._outcome, self._reason = Outcome.ERRORED, str(error)
        else:
            self._outcome, self._reason = Outcome.ERRORED, _in_harness(error)

    def record(self) -> ScenarioRecord:
        """Return the record of the scenario.

        After a second run, the scenario is unstable if that run passed. Otherwise the record of the
        first run stays.
        """
        now = self._record()
        if self._before is None:
            return now
        return unstable(self._before, now, ALONE) if self.has_passed else self._before

    def _record(self) -> ScenarioRecord:
        source, wrong, world = self.source, self._wrong, self.world
        evidence = wrong.evidence if wrong else ()
        return ScenarioRecord(
            selector=source.selector,
            name=source.name,
            feature=source.feature,
            line=source.line,
            requirements=source.requirements,
            transport=source.transport,
            outcome=self._outcome,
            seconds=self._seconds,
            reason=self._reason,
            expected=wrong.expected if wrong else "",
            seen=wrong.seen if wrong else "",
            evidence=evidence,
            blocked_by=self._blocked_by,
            observations=world.observations if world else (),
            steps=tuple(self._step(index) for index in range(len(source.steps))),
            timeline=shorten_timeline(world.timeline.entries(), set(evidence)) if world else (),
        )

    def _step(self, index: int) -> StepRecord:
        step = self.source.steps[index]
        is_last = index == self._reached - 1
        outcome = None
        if index < self._reached:
            outcome = self._outcome if is_last else Outcome.PASSED
        return StepRecord(keyword=step.kind.title(), text=step.text, outcome=outcome)


def attach(report: pytest.TestReport, record: ScenarioRecord) -> None:
    """Attach a record to a report."""
    setattr(report, RECORD, json.dumps(msgspec.to_builtins(record)))


def attached(report: pytest.TestReport) -> ScenarioRecord | None:
    """Return the record that is attached to a report, or None."""
    text = getattr(report, RECORD, None)
    return None if text is None else msgspec.convert(json.loads(text), ScenarioRecord)


def _in_harness(error: BaseException) -> str:
    """Describe an error in the harness, with its position in the code."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"error in the harness: {type(error).__name__}: {error}{place}"
