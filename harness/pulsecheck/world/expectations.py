"""How a scenario finds an implementation wrong."""

from collections.abc import Callable

import msgspec

from pulsecheck.shared.timeline import Entry

Entries = tuple[Entry, ...]


class NotConforming(AssertionError):  # noqa: N818 - a verdict, not an error of ours
    """The implementation under test did not do what was expected of it."""

    def __init__(self, expected: str, seen: str) -> None:
        super().__init__(expected, seen)
        self.expected = expected
        self.seen = seen

    def __str__(self) -> str:
        return f"expected: {self.expected}\nseen: {self.seen}"


class Watch(msgspec.Struct, frozen=True):
    """Something that must not happen, from the sentence that says so to the scenario's end.

    `violation` is given all entries so far and says what was seen of it, None if nothing was.
    """

    expected: str
    violation: Callable[[Entries], str | None]

    def check(self, entries: Entries) -> None:
        """Raise NotConforming if it has happened."""
        if seen := self.violation(entries):
            raise NotConforming(self.expected, seen)
