"""A documented fact that a timeline contradicts."""

import msgspec

from pulsecheck.shared.timeline import Entry


class FactViolation(msgspec.Struct, frozen=True, kw_only=True):
    """The implementation broke a requirement.

    `evidence` are the numbers of the timeline's entries that prove it.
    """

    requirement: str
    expected: str
    seen: str
    evidence: tuple[int, ...]


def fact(requirement: str, expected: str, seen: str, *evidence: Entry) -> FactViolation:
    """Return a violation that these entries prove."""
    numbers = tuple(entry.number for entry in evidence)
    return FactViolation(requirement=requirement, expected=expected, seen=seen, evidence=numbers)
