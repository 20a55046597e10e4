"""Remember which kinds of events an implementation never shows, to wait only briefly for them."""

from collections import Counter

ENOUGH = 2
"""The number of times to wait in full for a kind of event that never comes."""


class MissedEvents:
    """The kinds of expected events of a run. A kind is a node type or what a server records."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._missed: Counter[str] = Counter()
        self._explained: dict[str, str] = {}

    def see(self, kind: str) -> None:
        """Note that an event of this kind came in time."""
        self._seen.add(kind)

    def miss(self, kind: str) -> None:
        """Note that an event of this kind did not come within the full timeout."""
        self._missed[kind] += 1

    def explain(self, kind: str, requirement: str) -> None:
        """Note the requirement whose violation explains a missing event; the first one stays."""
        self._explained.setdefault(kind, requirement)

    def explanation(self, kind: str) -> str:
        """The requirement whose violation first explained such an event; empty if none did."""
        return self._explained.get(kind, "")

    def never_comes(self, kind: str) -> bool:
        """Whether it was missed often enough, and never came."""
        return bool(kind) and kind not in self._seen and self._missed[kind] >= ENOUGH
