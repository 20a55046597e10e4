"""Remember which expected events did not come in a run, so that later waits for them are brief."""

from collections import Counter
from collections.abc import Collection

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.expectations import Entries

ENOUGH = 2
"""After this number of full waits, a missing event of the same cause gets only a brief wait."""
NOT_FROM_CLIENTS = frozenset(
    {
        Occurrence.EVENT_SENT,
        Occurrence.FAULT_BEGINS,
        Occurrence.FAULT_APPLIED,
        Occurrence.FAULT_ENDS,
        Occurrence.PACKET_SENT,
    }
)
"""The records of servers that no implementation causes."""


class MissedEvents:
    """The missing events of a run: the violated requirements that explain them, and their kinds.

    A kind is a node type, an occurrence that a server records, or a runtime error. An event that
    came in time or late is not remembered, because the oracle explains each missing event by the
    timeline of its own scenario.
    """

    def __init__(self) -> None:
        self._violated: Counter[str] = Counter()
        self._failed: Counter[tuple[str, str, bool]] = Counter()
        self._waits = 0
        self._has_seen_anything = False

    def see(self, entries: Entries) -> None:
        """Note whether the implementation caused any of the entries."""
        self._has_seen_anything = self._has_seen_anything or any(map(_is_caused, entries))

    def miss(self, violated: Collection[str]) -> None:
        """Note that an event did not come within the full timeout.

        `violated`: the requirements that the timeline of the scenario violates.
        """
        self._waits += 1
        self._violated.update(violated)

    def fail(self, kind: str, requirement: str, *, in_given: bool) -> None:
        """Note that a scenario of a requirement failed, because an event of a kind did not come.

        `in_given`: whether the event was expected in a Given. Then the scenario was blocked.
        """
        self._failed[kind, requirement, in_given] += 1

    def explanation(self, pending: Collection[str]) -> str:
        """Return the requirement that explains why an event is missing, or an empty text.

        `pending`: the requirements that are violated if the event never comes. One of these
        explains the missing event if it explained at least `ENOUGH` missing events before. If the
        implementation has never done anything, the most frequent violation explains each missing
        event.
        """
        known = [each for each, count in self._violated.most_common() if count >= ENOUGH]
        return next((each for each in known if self.is_silent or each in pending), "")

    @property
    def is_silent(self) -> bool:
        """Whether the implementation has never done anything, although events were expected."""
        return self._waits >= ENOUGH and not self._has_seen_anything

    @property
    def has_explanations(self) -> bool:
        """Whether `explanation` can return a requirement."""
        return any(count >= ENOUGH for count in self._violated.values())

    def fails_alike(self, kind: str, requirement: str, *, in_given: bool) -> bool:
        """Whether at least `ENOUGH` scenarios of a requirement failed because of such events."""
        return self._failed[kind, requirement, in_given] >= ENOUGH


def _is_caused(entry: Entry) -> bool:
    """Whether the implementation caused an entry."""
    caused = {DriverOccurrence.PULSED, DriverOccurrence.RUNTIME_ERROR, *Occurrence}
    return entry.what in caused - NOT_FROM_CLIENTS
