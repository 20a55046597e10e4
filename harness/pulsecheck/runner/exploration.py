"""Explore an implementation: run generated sequences, and shrink those that fail."""

import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial

import msgspec

from pulsecheck.driver.errors import DriverError
from pulsecheck.explore.dimensions import Pair
from pulsecheck.explore.exploration import Exploration, Finding, SequenceResult
from pulsecheck.explore.sequence import Sequence
from pulsecheck.explore.shrinking import shrink
from pulsecheck.explore.stream import exercised_pairs
from pulsecheck.oracle.rules import violations
from pulsecheck.runner.sequence_run import run_sequence
from pulsecheck.shared.timeouts import HASTE, SHRINKING, Timeouts
from pulsecheck.world.resources import RunResources

OnProgress = Callable[[int, int], None]
"""Called with the number of sequences so far, and the number of findings."""


class Explorer:
    """Runs sequences one after the other."""

    def __init__(self, resources: RunResources) -> None:
        """`resources`: with the full timeouts."""
        self._resources = resources
        self._full = resources.timeouts
        self._findings: list[Finding] = []
        self._told: set[str] = set()
        self._pairs: set[Pair] = set()
        self._sequences = self._actions = self._stopped = 0
        self._error = ""

    def explore(
        self, stream: Iterable[Sequence], *, until: Callable[[int], bool], progress: OnProgress
    ) -> Exploration:
        """Run sequences of a stream until `until` is true for the number of sequences so far."""
        began, interrupted = time.monotonic(), False
        numbered: Iterator[tuple[int, Sequence]] = enumerate(stream, start=1)
        try:
            while not until(self._sequences):
                found = next(numbered, None)
                if found is None or not self._try(*found):
                    break
                progress(self._sequences, len(self._findings))
        except KeyboardInterrupt:
            interrupted = True
        return Exploration(
            initialized=self._resources.initialized,
            sequences=self._sequences,
            actions=self._actions,
            stopped=self._stopped,
            seconds=time.monotonic() - began,
            findings=tuple(self._findings),
            pairs=frozenset(self._pairs),
            error=self._error,
            interrupted=interrupted,
        )

    def _try(self, number: int, sequence: Sequence) -> bool:
        """Run a sequence. Return false if the driver failed."""
        try:
            result = self._run(sequence, self._at_most(HASTE))
            self._sequences += 1
            self._actions += len(sequence.actions)
            self._stopped += bool(result.stopped)
            self._pairs |= exercised_pairs(sequence)
            if result.requirements - self._told:
                self._examine(number, result)
        except DriverError as error:
            self._error = str(error)
        return not self._error

    def _at_most(self, patience: float) -> Timeouts:
        return msgspec.structs.replace(self._full, patience=min(self._full.patience, patience))

    def _run(self, sequence: Sequence, timeouts: Timeouts) -> SequenceResult:
        self._resources.timeouts = timeouts
        return run_sequence(sequence, self._resources, known=self._told)

    def _examine(self, number: int, result: SequenceResult) -> None:
        """Shrink and confirm a failure, and keep it as a finding.

        A failure that only the brief patience of the first run explains is no failure.
        """
        first = next(each for each in result.violations if each.requirement not in self._told)
        requirement = first.requirement
        small = shrink(result.sequence, partial(self._still_fails, requirement))
        for sequence in (small, result.sequence):
            runs = [self._run(sequence, self._full), self._run(sequence, self._at_most(HASTE))]
            if failed := [each for each in runs if requirement in each.requirements]:
                self._keep(number, requirement, result, failed[0], (len(failed), len(runs)))
                return
        definite = violations(result.entries, self._full.tolerance, self._full.overdue)
        if any(each.requirement == requirement for each in definite):
            self._keep(number, requirement, result, result, (1, 1 + len(runs)))

    def _still_fails(self, requirement: str, sequence: Sequence) -> bool:
        return requirement in self._run(sequence, self._at_most(SHRINKING)).requirements

    def _keep(
        self,
        number: int,
        requirement: str,
        first: SequenceResult,
        shown: SequenceResult,
        failures: tuple[int, int],
    ) -> None:
        """Keep a finding. `failures`: how many runs failed, and how many there were."""
        self._findings.append(
            Finding(
                requirement=requirement,
                number=number,
                violation=next(e for e in shown.violations if e.requirement == requirement),
                result=shown,
                actions=len(first.sequence.actions),
                failures=failures[0],
                runs=failures[1],
            )
        )
        self._told |= shown.requirements
