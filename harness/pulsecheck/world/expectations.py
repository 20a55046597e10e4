"""Failed assertions, and watches for unexpected events."""

from collections.abc import Callable, Iterable

import msgspec

from pulsecheck.shared.timeline import Entry

Entries = tuple[Entry, ...]


class NotConforming(AssertionError):  # noqa: N818 - a verdict, not an error in the harness
    """The implementation under test did not behave as expected.

    `evidence`: the numbers of the timeline entries that prove the mistake. It is empty if an
    expected event is missing.
    """

    def __init__(self, expected: str, seen: str, evidence: Iterable[Entry] = ()) -> None:
        super().__init__(expected, seen)
        self.expected = expected
        self.seen = seen
        self.evidence = tuple(entry.number for entry in evidence)

    def __str__(self) -> str:
        return f"expected: {self.expected}\nseen: {self.seen}"


class EventMissing(NotConforming):
    """An expected event did not come in time.

    `kind`: the kind of event, as for MissedEvents. `because`: the reason for a brief wait, or None
    if the wait was not brief. The reason is the requirement whose violation explains the missing
    event, or an empty text if scenarios of the same requirement missed such events before.
    """

    def __init__(self, expected: str, seen: str, kind: str, because: str | None = None) -> None:
        super().__init__(expected, seen)
        self.kind = kind
        self.because = because


class Violation(msgspec.Struct, frozen=True):
    """An unexpected event that happened: a description, and the entries that prove the event."""

    seen: str
    evidence: Entries


class Watch(msgspec.Struct, frozen=True):
    """An expectation that must hold until the scenario ends.

    `violation`: a function that gets all entries so far, and returns the first violation or None.
    """

    expected: str
    violation: Callable[[Entries], Violation | None]

    def check(self, entries: Entries) -> None:
        """Raise NotConforming if the entries contain a violation."""
        if found := self.violation(entries):
            raise NotConforming(self.expected, found.seen, found.evidence)
