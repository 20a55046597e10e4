"""Remember which expected events did not come in a run, so that later waits for them are brief."""

from collections import Counter, defaultdict
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

    A kind is a node type, an occurrence that a server records, or a runtime error.
    """

    def __init__(self) -> None:
        self._violated: Counter[str] = Counter()
        self._violated_of_kind: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._failed: Counter[tuple[str, str, bool]] = Counter()
        self._waits = 0
        self._seen: set[str] = set()

    def see(self, entries: Entries) -> None:
        """Note the events that the implementation caused, also late and unexpected events."""
        self._seen.update(kind for kind in map(_kind_of, entries) if kind)

    def miss(self, kind: str, violated: Collection[str]) -> None:
        """Note that an event of a kind did not come within the full timeout.

        `violated`: the requirements that the timeline of the scenario violates.
        """
        self._waits += 1
        self._violated.update(violated)
        self._violated_of_kind[kind].update(violated)

    def fail(self, kind: str, requirement: str, *, in_given: bool) -> None:
        """Note that a scenario of a requirement failed, because an event of a kind did not come.

        `in_given`: whether the event was expected in a Given. Then the scenario was blocked.
        """
        self._failed[kind, requirement, in_given] += 1

    def explanation(self, kind: str, pending: Collection[str]) -> str:
        """Return the requirement that explains why an event is missing, or an empty text.

        `pending`: the requirements that are violated if the event never comes. A requirement is
        known if it explained at least `ENOUGH` missing events before. If the implementation has
        never done anything, each known requirement explains the event. Otherwise, a known
        requirement must be one of `pending`. If nothing is pending, and events of this kind never
        came in this run, a requirement that explained events of this kind explains this event too.
        """
        known = _known(self._violated)
        if pending or self.is_silent:
            return next((each for each in known if self.is_silent or each in pending), "")
        of_kind = [] if kind in self._seen else _known(self._violated_of_kind[kind])
        return of_kind[0] if of_kind else ""

    @property
    def is_silent(self) -> bool:
        """True if the implementation has never done anything, although events were expected."""
        return self._waits >= ENOUGH and not self._seen

    @property
    def has_explanations(self) -> bool:
        """True if `explanation` can return a requirement."""
        return bool(_known(self._violated))

    def fails_alike(self, kind: str, requirement: str, *, in_given: bool) -> bool:
        """Return true if at least `ENOUGH` scenarios of a requirement failed alike."""
        return self._failed[kind, requirement, in_given] >= ENOUGH


def _known(violated: Counter[str]) -> list[str]:
    return [requirement for requirement, count in violated.most_common() if count >= ENOUGH]


def _kind_of(entry: Entry) -> str:
    """The kind of an entry, or empty if the implementation did not cause the entry."""
    if entry.what == DriverOccurrence.PULSED:
        return str(entry.details["type"])
    caused = {DriverOccurrence.RUNTIME_ERROR, *Occurrence} - NOT_FROM_CLIENTS
    return entry.what if entry.what in caused else ""
