"""Remember which events never come in a run, so that later waits for such events are brief."""

from collections import Counter
from collections.abc import Iterator

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry
from pulsecheck.world.expectations import Entries

ENOUGH = 2
"""After this number of misses, events of a kind that never came get only brief waits."""
OFTEN = 4
"""After this number of misses for a known reason, a Given waits only briefly."""
ANYTHING = "anything"
NO_CONNECTION_LEFT = "no connection left"
"""The kind for the end of all connections. A wait for this end also succeeds if there was no
connection. Such a success does not show that any event came, so this kind has no wider kind."""
FROM_CLIENTS = frozenset(Occurrence) - {
    Occurrence.EVENT_SENT,
    Occurrence.FAULT_BEGINS,
    Occurrence.FAULT_APPLIED,
    Occurrence.FAULT_ENDS,
    Occurrence.PACKET_SENT,
}


class MissedEvents:
    """The kinds of expected events of a run, and which of these kinds never came.

    A kind is a node type, an occurrence that a server records, or a runtime error. There are three
    wider kinds: all records of servers, all events of event listener nodes, and all events of other
    nodes. The widest kind is `ANYTHING`. Because of the wider kinds, an implementation that does
    nothing at all costs only two full timeouts, instead of two for each kind.

    There are also narrower kinds: the events of one kind that the scenarios of one requirement
    expect. Because of the narrower kinds, a requirement that fails for one reason costs only two
    full timeouts, even if events of this kind come in other scenarios.
    """

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._missed: Counter[str] = Counter()
        self._explained: dict[str, str] = {}
        self._explained_misses: Counter[str] = Counter()

    def see(self, kind: str, requirement: str = "") -> None:
        """Note that an event of a kind came in time in a scenario of a requirement."""
        self._seen |= {_within(kind, requirement), *_with_wider(kind)}

    def see_all(self, entries: Entries) -> None:
        """Note all events that an implementation has shown, also late and unexpected events."""
        for entry in entries:
            self._seen.update(_with_wider(_kind_of(entry)))

    def miss(self, kind: str) -> None:
        """Note that an expected event of a kind did not come within the timeout."""
        self._missed.update(_with_wider(kind))

    def fail(self, kind: str, requirement: str) -> None:
        """Note that a scenario of a requirement failed because an event of a kind was missing."""
        self._missed[_within(kind, requirement)] += 1
        self._explained[_within(kind, requirement)] = requirement

    def explain(self, kind: str, requirement: str) -> None:
        """Note the requirement whose violation explains a missing event of a kind.

        If several violations explain events of one kind, the first requirement is kept.
        """
        self._explained_misses[kind] += 1
        for each in _with_wider(kind):
            self._explained.setdefault(each, requirement)

    def explanation(self, kind: str, requirement: str = "") -> str:
        """The first requirement whose violation explains missing events of a kind, or empty."""
        unseen = self._unseen(kind, requirement)
        return next((self._explained[each] for each in unseen if each in self._explained), "")

    def never_comes(self, kind: str, requirement: str = "") -> bool:
        """Whether events of a kind were missed at least `ENOUGH` times, and never came.

        True also if this holds for the narrower kind or for a wider kind.
        """
        return any(self._missed[each] >= ENOUGH for each in self._unseen(kind, requirement))

    def comes_seldom(self, kind: str) -> bool:
        """Whether events of a kind were often missing for a known reason, even if some came."""
        return self._explained_misses[kind] >= OFTEN

    def _unseen(self, kind: str, requirement: str) -> Iterator[str]:
        """Yield the narrower kind, `kind` and the wider kinds. Leave out each kind that came."""
        for each in (_within(kind, requirement), *_with_wider(kind)):
            if each not in self._seen:
                yield each


def _within(kind: str, requirement: str) -> str:
    return f"{kind} in scenarios of {requirement}"


def _with_wider(kind: str) -> tuple[str, ...]:
    if kind in {"", NO_CONNECTION_LEFT}:
        return (kind,) if kind else ()
    if kind in set(Occurrence):
        return kind, "servers", ANYTHING
    return kind, "event listener nodes" if kind.startswith("On ") else "other nodes", ANYTHING


def _kind_of(entry: Entry) -> str:
    """The kind of an entry, or empty if the implementation did not cause the entry."""
    if entry.what == DriverOccurrence.PULSED:
        return str(entry.details["type"])
    return entry.what if entry.what in {*FROM_CLIENTS, DriverOccurrence.RUNTIME_ERROR} else ""
