"""The state of one scenario while pytest runs it, and its record."""

import json
import traceback
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from pulsecheck.driver.errors import DriverError, MethodMissingError
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.results.records import ALONE, Outcome, ScenarioRecord, StepRecord, unstable
from pulsecheck.shared.timeline import SENTENCE, shorten_timeline
from pulsecheck.steps.judging import judge_so_far
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import FeatureError, ScenarioSource
from pulsecheck.suite.step_definitions import location
from pulsecheck.world.expectations import EventMissing, NotConforming
from pulsecheck.world.world import World

RECORD = "pulsecheck"
"""The attribute of a teardown report that contains the scenario's record, as JSON in ASCII.

The JSON is ASCII because texts of an implementation may contain lone surrogates. A worker cannot
send lone surrogates, but it can send their escapes.
"""


class ScenarioRun:
    """One run of a scenario. The first error decides the outcome.

    `before`: the first run, if this is the second run of a scenario.
    """

    def __init__(self, source: ScenarioSource, before: "ScenarioRun | None" = None) -> None:
        self.source = source
        self._before = before
        self.world: World | None = None
        self._outcome = Outcome.PASSED
        self._reason = ""
        self._blocked_by = ""
        self._wrong: NotConforming | None = None
        self._violations: tuple[FactViolation, ...] = ()
        self._violated: frozenset[str] = frozenset()
        self._reached = 0
        self._assertion_count = 0
        self._seconds = 0.0

    @property
    def outcome(self) -> Outcome:
        return self._outcome

    @property
    def has_passed(self) -> bool:
        return self._outcome is Outcome.PASSED

    @property
    def reasons(self) -> frozenset[str]:
        """The reasons why the implementation does not conform, according to this run.

        A reason is the id of a failed or violated requirement. For a blocked scenario, a reason is
        the id of the requirement that blocked it, or else the sentence at which it was blocked. Two
        runs with the same reason confirm each other.
        """
        found = {violation.requirement for violation in self._violations}
        if self._outcome is Outcome.FAILED:
            found |= set(self.source.requirements)
        elif self._outcome is Outcome.BLOCKED:
            found |= {self._blocked_by or self.source.steps[self._reached - 1].text}
        return frozenset(found)

    def verify(self) -> None:
        """Check the watches of the sentences, then the requirements that the scenario tests.

        For the requirements, the oracle judges the whole timeline, even events that no sentence
        asks about. Raises NotConforming for the first violation, and DriverError if the driver
        failed.
        """
        if self.world is None:
            return
        self.world.verify()
        if own := self._judge():
            raise own

    def _judge(self) -> NotConforming | None:
        """Let the oracle judge the timeline so far.

        Return the first violation of a requirement that the scenario tests, or None. Keep the first
        violation of each other requirement.
        """
        if self.world is None:
            return None
        entries, found = judge_so_far(self.world)
        own = self.source.requirements
        others = {each.requirement: each for each in reversed(found) if each.requirement not in own}
        self._violations = tuple(reversed(others.values()))  # the first of each requirement
        self._violated = frozenset(each.requirement for each in found)
        return next(
            (
                NotConforming(each.expected, each.seen, (entries[n] for n in each.evidence))
                for each in found
                if each.requirement in own
            ),
            None,
        )

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
        """End the current sentence. Raises FeatureError if it is a Then that asserted nothing.

        After the last Given, open the project, so that a refusal to open the project counts as an
        error of this Given.
        """
        step = self.source.steps[self._reached - 1]
        following = self.source.steps[self._reached : self._reached + 1]
        if step.kind == "given" and self.world is not None and following[0].kind != "given":
            self.world.open_project()
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

    def set_aside(self, reason: str) -> None:
        """Set the outcome to "not applicable"."""
        self._outcome, self._reason = Outcome.NOT_APPLICABLE, reason

    def take(self, report: pytest.TestReport, error: BaseException | None) -> None:
        """Take the result of one phase (setup, call or teardown) from pytest's report."""
        if report.when == "call":
            self._seconds = report.duration
        if not report.passed and error is not None:
            self.fail(error)
            if isinstance(error, NotConforming | DriverError | SuiteError):
                report.longrepr = self._reason

    def fail(self, error: BaseException) -> None:
        """Set the outcome for an error, unless an earlier error has set the outcome."""
        if not self.has_passed:
            return
        if isinstance(error, NotConforming) and self.world is not None:
            # If a connection uses another transport than the scenario asks for, the error proves
            # nothing.
            error = self.world.wrong_transport() or error
        if isinstance(error, NotConforming):
            self._classify(error)
        elif isinstance(error, MethodMissingError):
            self._outcome, self._reason = Outcome.FAILED, str(error)
        elif isinstance(error, DriverError | SuiteError):
            self._outcome, self._reason = Outcome.ERRORED, str(error)
        else:
            self._outcome, self._reason = Outcome.ERRORED, _in_harness(error)

    def _classify(self, error: NotConforming) -> None:
        """Decide whether the implementation failed the scenario, or something else blocks it.

        A violation of a requirement that the scenario tests is always a failure. Otherwise the
        scenario is blocked if a violation of another requirement explains the error, or if a Given
        failed.
        """
        own = self._judge()
        why, requirement = self._explanation(error)
        if own is not None or not why:
            self._wrong = own if own is not None and why else error
            self._outcome, self._reason = Outcome.FAILED, str(self._wrong)
        else:
            self._wrong, self._blocked_by = error, requirement
            self._outcome, self._reason = Outcome.BLOCKED, f"{why}\n{error}"
        if isinstance(error, EventMissing) and self.world is not None and error.because is None:
            missed = self.world.resources.missed_events
            missed.miss(error.kind, self._violated)
            in_given = not self.world.when_number
            if self._outcome is Outcome.FAILED or in_given:
                missed.fail(error.kind, self.source.requirements[0], in_given=in_given)

    def _explanation(self, error: NotConforming) -> tuple[str, str]:
        """Return the reason why the scenario is blocked, and the id of the violated requirement.

        Both are empty if nothing blocks the scenario. The id is also empty if the violated
        requirement is unknown.
        """
        known = (error.because or "") if isinstance(error, EventMissing) else ""
        if known in self.source.requirements:
            return "", ""  # the scenario's own requirement is violated, so the scenario fails
        because = self._violations[0].requirement if self._violations else known
        if because:
            return f"{because} is violated", because
        is_given = self._reached > 0 and self.source.steps[self._reached - 1].kind == "given"
        return ("a Given is not possible" if is_given else ""), ""

    def record(self) -> ScenarioRecord:
        """Return the record of the scenario.

        After a second run, the scenario is unstable if the second run does not confirm the first
        run. Otherwise return the record of the first run.
        """
        if self._before is None:
            return self._record()
        is_confirmed = not (self.has_passed and self._before.reasons - self.reasons)
        first = self._before._record()  # noqa: SLF001 - of the same class
        return first if is_confirmed else unstable(first, self._record(), ALONE)

    def _record(self) -> ScenarioRecord:
        source, wrong, world = self.source, self._wrong, self.world
        evidence = wrong.evidence if wrong else ()
        proof = {*evidence, *(number for each in self._violations for number in each.evidence)}
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
            violations=self._violations,
            steps=tuple(self._step(index) for index in range(len(source.steps))),
            timeline=shorten_timeline(world.timeline.entries(), proof) if world else (),
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
