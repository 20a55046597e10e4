"""How a scenario finds that an implementation does not conform."""

from collections.abc import Callable, Iterable

import msgspec

from pulsecheck.shared.timeline import Entry

Entries = tuple[Entry, ...]


class NotConforming(AssertionError):  # noqa: N818 - a verdict, not an error of ours
    """The implementation under test did not do what was expected of it.

    `evidence` are the numbers of the timeline's entries that prove it. An event that is missing
    has none.
    """

    def __init__(self, expected: str, seen: str, evidence: Iterable[Entry] = ()) -> None:
        super().__init__(expected, seen)
        self.expected = expected
        self.seen = seen
        self.evidence = tuple(entry.number for entry in evidence)

    def __str__(self) -> str:
        return f"expected: {self.expected}\nseen: {self.seen}"


class Violation(msgspec.Struct, frozen=True):
    """Something that must not happen and did: what was seen, and the entries that prove it."""

    seen: str
    evidence: Entries


class Watch(msgspec.Struct, frozen=True):
    """Something that must not happen, from the sentence that says so to the scenario's end.

    `violation` takes all entries so far and returns the violation among them, None if there is
    none.
    """

    expected: str
    violation: Callable[[Entries], Violation | None]

    def check(self, entries: Entries) -> None:
        """Raise NotConforming if it has happened."""
        if found := self.violation(entries):
            raise NotConforming(self.expected, found.seen, found.evidence)
