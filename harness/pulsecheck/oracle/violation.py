"""A documented fact that a timeline contradicts."""

from collections.abc import Collection

import msgspec

from pulsecheck.shared.timeline import Entry


class FactViolation(msgspec.Struct, frozen=True, kw_only=True):
    """The implementation broke a requirement.

    `evidence`: the numbers of the timeline entries that prove the violation.
    """

    requirement: str
    expected: str
    seen: str
    evidence: tuple[int, ...]


def fact(requirement: str, expected: str, seen: str, *evidence: Entry) -> FactViolation:
    """Return a violation that these entries prove."""
    numbers = tuple(entry.number for entry in evidence)
    return FactViolation(requirement=requirement, expected=expected, seen=seen, evidence=numbers)


def row_beside(other_faults: Collection[str], row: str) -> str:
    """Return the requirement that a missing event breaks: `row`, unless other servers had faults.

    If the servers of other connections had faults, the missing event shows that connections depend
    on each other (SET-4). If one of those faults held a disconnect, the missing event shows that
    other connections do not work meanwhile (STO-13).
    """
    if "hold disconnects" in other_faults:
        return "STO-13"
    return "SET-4" if other_faults else row
