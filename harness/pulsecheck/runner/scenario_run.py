"""What is known of one scenario while pytest runs it, and the record that comes of it."""

import json
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pulsecheck.driver.errors import DriverError, MethodMissingError
from pulsecheck.results.records import ALONE, Outcome, ScenarioRecord, StepRecord, unstable
from pulsecheck.shared.timeline import SENTENCE, brief
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import FeatureError, ScenarioSource
from pulsecheck.suite.step_definitions import location
from pulsecheck.world.expectations import NotConforming
from pulsecheck.world.world import World

RECORD = "pulsecheck"
"""The attribute of a teardown report that holds the scenario's record, as JSON in ASCII.

So a report can be sent from a worker whatever an implementation said: halves of characters too.
"""


class ScenarioRun:
    """One scenario's way through a run; the first thing that goes wrong decides its outcome.

    `before` is how it failed when it was run for the first time, if it is run again.
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
        self._claims = 0
        self._seconds = 0.0

    @property
    def outcome(self) -> Outcome:
        return self._outcome

    @property
    def has_passed(self) -> bool:
        return self._outcome is Outcome.PASSED

    def begin_step(self) -> None:
        """Put the next sentence on the timeline; a When is where the action begins."""
        step = self.source.steps[self._reached]
        self._reached += 1
        if self.world is not None:
            self._claims = self.world.claims
            entry = self.world.timeline.append(SENTENCE, step.text, {"kind": step.kind})
            if step.kind == "when":
                self.world.action = entry.number

    def end_step(self, function: Callable[..., object]) -> None:
        """Take note that the last sentence has ended; raises FeatureError for an idle Then."""
        step = self.source.steps[self._reached - 1]
        if step.kind == "then" and self.world is not None and self.world.claims == self._claims:
            raise FeatureError(
                location(function),
                f'the step "{step.text}" asserted nothing, so it passes whatever happens',
                "Have it wait for, watch, require or note something: the world has a method for "
                "each.",
            )

    def set_aside(self, outcome: Outcome, reason: str, blocked_by: str = "") -> None:
        """The scenario is not run."""
        self._outcome, self._reason, self._blocked_by = outcome, reason, blocked_by

    def take(self, report: pytest.TestReport, error: BaseException | None) -> None:
        """Learn how a phase of the scenario went."""
        if report.when == "call":
            self._seconds = report.duration
        if not report.passed and error is not None:
            self.fail(error)
            if isinstance(error, NotConforming | DriverError | SuiteError):
                report.longrepr = self._reason

    def fail(self, error: BaseException) -> None:
        """Something went wrong; an implementation that is wrong shows in NotConforming."""
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
        """The scenario as it stands now: run again, as it failed unless it passed."""
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
            steps=tuple(self._step(place) for place in range(len(source.steps))),
            timeline=brief(world.timeline.entries(), set(evidence)) if world else (),
        )

    def _step(self, place: int) -> StepRecord:
        step = self.source.steps[place]
        is_last = place == self._reached - 1
        outcome = None
        if place < self._reached:
            outcome = self._outcome if is_last else Outcome.PASSED
        return StepRecord(keyword=step.kind.title(), text=step.text, outcome=outcome)


def attach(report: pytest.TestReport, record: ScenarioRecord) -> None:
    """Let a report carry a record."""
    setattr(report, RECORD, json.dumps(msgspec.to_builtins(record)))


def attached(report: pytest.TestReport) -> ScenarioRecord | None:
    """The record that a report carries, None if there is none."""
    text = getattr(report, RECORD, None)
    return None if text is None else msgspec.convert(json.loads(text), ScenarioRecord)


def _in_harness(error: BaseException) -> str:
    """An error that is nobody's but ours, with the place to look at."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"the harness itself went wrong: {type(error).__name__}: {error}{place}"
