"""Shrink a failing sequence: leave out what the failure does not need."""

import time
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, takewhile

from pulsecheck.explore.sequence import Sentence, Sequence

MOST_TRIES = 100
"""The number of sequences that are tried for one failure."""
LONGEST = 20.0
"""After so many seconds, no further sequence is tried."""
Fails = Callable[[Sequence], bool]


def shrink(sequence: Sequence, fails: Fails) -> Sequence:
    """Return a shorter sequence for which `fails` returns true, twice.

    Parts of the actions are left out, at first large parts, at last single actions, the last part
    first. Then single sentences of the project are left out, with everything that uses them. This
    is repeated until nothing more can be left out, or until the limits are reached.
    """
    deadline, tries = time.monotonic() + LONGEST, 0
    shortest = _Shortest(sequence)
    while shortest.begin_round():
        for shorter in shortest.shorter():
            if tries >= MOST_TRIES or time.monotonic() > deadline:
                return _without_last_waits(shortest.sequence)
            tries += 1
            if fails(shorter) and fails(shorter):
                shortest.sequence = shorter
    return _without_last_waits(shortest.sequence)


def _without_last_waits(sequence: Sequence) -> Sequence:
    """Leave out the waits at the end. Each sequence ends with such a wait anyway."""
    waits = list(takewhile(lambda each: each.waits, reversed(sequence.actions)))
    shorter = sequence.without(waits)
    return shorter if shorter.actions else sequence


class _Shortest:
    """The shortest failing sequence so far."""

    def __init__(self, sequence: Sequence) -> None:
        self.sequence = sequence
        self._before: Sequence | None = None

    def begin_round(self) -> bool:
        """Begin another round of attempts. Return false if the last round shortened nothing."""
        has_changed = self.sequence != self._before
        self._before = self.sequence
        return has_changed

    def shorter(self) -> Iterator[Sequence]:
        """Yield shorter forms of the sequence, which may be replaced in the meantime."""
        size = max(len(_units(self.sequence)) // 2, 1)
        while size:
            for end in range(len(_units(self.sequence)), 0, -size):
                parts = _units(self.sequence)[max(end - size, 0) : end]
                yield from self._without(chain.from_iterable(parts))
            size //= 2
        for each in reversed(self.sequence.project):
            yield from self._without([each])

    def _without(self, left_out: Iterable[object]) -> Iterator[Sequence]:
        shorter = self.sequence.without(left_out)
        if shorter.project and shorter.actions and shorter != self.sequence:
            yield shorter


def _units(sequence: Sequence) -> list[list[Sentence]]:
    """Return the actions, each with the wait that follows it.

    Without the wait, the next action would come earlier, and a failure might depend on chance.
    """
    units: list[list[Sentence]] = []
    for each in sequence.actions:
        if units and each.waits:
            units[-1].append(each)
        else:
            units.append([each])
    return units
