"""The full profile, and the sequences that several modules examine."""

from itertools import islice

import pytest

from pulsecheck.driver.protocol import NODE_TYPES
from pulsecheck.explore.planning import Profile
from pulsecheck.explore.sequence import Sequence
from pulsecheck.explore.stream import sequences


@pytest.fixture(scope="session")
def full() -> Profile:
    """Return the profile of an implementation that declares everything."""
    return Profile(
        nodes=frozenset(NODE_TYPES),
        transports=("WebSocket", "upgraded", "long-polling"),
        has_links=True,
        has_pass_through=True,
    )


@pytest.fixture(scope="session")
def generated(full: Profile) -> tuple[Sequence, ...]:
    """Return 300 sequences of the full profile."""
    return tuple(islice(sequences(7, full), 300))
