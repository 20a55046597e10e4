"""The result of an exploration, as plain data."""

import msgspec

from pulsecheck.driver.protocol import Initialized
from pulsecheck.explore.dimensions import Pair
from pulsecheck.explore.sequence import Sequence
from pulsecheck.oracle.violation import FactViolation
from pulsecheck.shared.timeline import Entry


class SequenceResult(msgspec.Struct, frozen=True, kw_only=True):
    """The result of one sequence.

    violations: the first violation of each requirement. stopped: why the sequence ended before its
    last sentence, or "".
    """

    sequence: Sequence
    violations: tuple[FactViolation, ...]
    entries: tuple[Entry, ...]
    stopped: str
    seconds: float

    @property
    def requirements(self) -> frozenset[str]:
        return frozenset(each.requirement for each in self.violations)


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A violated requirement, with the shortest sequence that shows it.

    number: the number of the sequence that showed it first, from 1. violation, result: of a run of
    the shortened sequence. actions: how many actions the sequence had at first. failures: in how
    many of `runs` further runs the sequence failed. also: the other requirements that this sequence
    violates.
    """

    requirement: str
    number: int
    violation: FactViolation
    result: SequenceResult
    actions: int
    failures: int
    runs: int

    @property
    def is_stable(self) -> bool:
        return self.failures == self.runs

    @property
    def also(self) -> tuple[str, ...]:
        others = self.result.requirements - {self.requirement}
        return tuple(sorted(others))


class Exploration(msgspec.Struct, frozen=True, kw_only=True):
    """The result of an exploration.

    initialized: the answer of the implementation to `initialize`. sequences: how many were run.
    actions: how many actions they had. stopped: how many ended early, because a sentence was not
    possible. pairs: the pairs of circumstances that they brought about. error: the error of the
    driver that ended the exploration, or "". interrupted: whether the user ended it.
    """

    initialized: Initialized
    sequences: int
    actions: int
    stopped: int
    seconds: float
    findings: tuple[Finding, ...]
    pairs: frozenset[Pair]
    error: str = ""
    interrupted: bool = False
