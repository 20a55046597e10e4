"""The sequences of an exploration, in order. They steer towards pairs that were not exercised."""

from collections.abc import Iterator
from random import Random

from pulsecheck.explore.dimensions import Pair, pairs_of
from pulsecheck.explore.generator import generate
from pulsecheck.explore.planning import Profile
from pulsecheck.explore.sequence import Sequence

CANDIDATES = 3
"""From so many sequences, the one with the most new pairs is chosen."""


def sequences(seed: int, profile: Profile) -> Iterator[Sequence]:
    """Yield sequences without end. The same seed and profile always give the same sequences.

    `random.Random` gives the same numbers in every supported Python. What an implementation does
    has no influence on the sequences.
    """
    random = Random(seed)  # noqa: S311 - no secret depends on it
    exercised: set[Pair] = set()
    while True:
        candidates = [generate(random, profile) for _ in range(CANDIDATES)]
        chosen = max(candidates, key=lambda each: len(exercised_pairs(each) - exercised))
        exercised |= exercised_pairs(chosen)
        yield chosen


def exercised_pairs(sequence: Sequence) -> frozenset[Pair]:
    """Return the pairs of dimensions' values that a sequence brings about."""
    return frozenset(pair for situation in sequence.situations for pair in pairs_of(situation))
