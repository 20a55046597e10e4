"""Assertions about a scenario's timeline: expected events, unexpected events, observed choices."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry, Timeline
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.world.expectations import (
    Entries,
    EventMissing,
    NotConforming,
    Violation,
    Watch,
)
from pulsecheck.world.missed_events import MissedEvents
from pulsecheck.world.timeline_queries import (
    clock_time,
    established_connections,
    pulse_summary,
    pulses,
    server_entries,
)

T = TypeVar("T")
Judge = Callable[[Entries, float], frozenset[str]]
"""Returns the requirements that are violated only if no further event comes within so many seconds.
"""


class Assertions(ABC):
    """The part of a World that waits, watches and records choices.

    Methods that wait raise NotConforming if the expected event does not happen within the timeout,
    and DriverError if the driver fails meanwhile.
    """

    def __init__(
        self,
        timeline: Timeline,
        timeouts: Timeouts,
        missed_events: MissedEvents,
        judge: Judge,
        *,
        requirement: str,
    ) -> None:
        """Create the assertions of one scenario, with the first requirement of the scenario."""
        self.timeline = timeline
        self.when_number = 0
        """The number of the timeline entry for the scenario's When, or 0 before the When."""
        self.subject = ""
        """The node that the word "it" in a sentence refers to."""
        self.assertion_count = 0
        """The number of assertions so far. A Then that does not increase it asserts nothing."""
        self.extra_timeout = 0.0
        """Seconds to add to the timeout of expected events."""
        self._timeouts = timeouts
        self._missed_events = missed_events
        self._judge = judge
        self._requirement = requirement
        self._watches: list[Watch] = []
        self._observations: list[str] = []
        self._waits_at_end: list[Callable[[], object]] = []
        self._choices_at_end: list[Callable[[Entries], str]] = []
        self._observations_at_end: tuple[str, ...] = ()

    # --- the rest of the world --------------------------------------------------------------

    @abstractmethod
    def name(self, connection: str | None) -> str:
        """Return the name of a connection and its server. None means the first connection."""

    @abstractmethod
    def node_type(self, node: str) -> str:
        """Return the type of a node of the project."""

    @abstractmethod
    def barrier(self) -> None:
        """Wait until all effects of the scenario so far are on the timeline."""

    @abstractmethod
    def is_driver_lost(self) -> bool:
        """Return whether there is a driver that has become unusable."""

    @abstractmethod
    def check_driver(self) -> None:
        """Raise DriverError if there is a driver that cannot answer."""

    # --- expected events --------------------------------------------------------------------

    def wait_for(
        self,
        expected: str,
        find: Callable[[Entries], T | None],
        seen: Callable[[Entries], str] = pulse_summary,
        *,
        kind: str,
    ) -> T:
        """Wait until `find` returns a result for the entries so far, and return the result.

        `seen` summarizes the entries if the timeout expires. `kind`: the kind of event, as for
        MissedEvents. The timeout is short if it is known that the event will not come.
        """
        self.assertion_count += 1

        def found_or_driver_lost(entries: Entries) -> tuple[T | None] | None:
            found = find(entries)
            return (found,) if found is not None or self.is_driver_lost() else None

        outcome, timeout, because = self._wait(found_or_driver_lost, kind)
        if outcome is not None and outcome[0] is not None:
            return outcome[0]
        self.check_driver()
        raise EventMissing(
            expected,
            f"this did not happen within {timeout:.3g} s; {seen(self.timeline.entries())}",
            kind,
            because,
        )

    def _wait(
        self, find: Callable[[Entries], T | None], kind: str
    ) -> tuple[T | None, float, str | None]:
        """Wait for a result of `find`.

        Return the result or None, the timeout, and the reason for a brief wait, as for
        EventMissing.
        """
        timeouts = self._timeouts
        full = timeouts.patience + self.extra_timeout
        brief = timeouts.tolerance if self._missed_events.is_silent else timeouts.repeated_miss
        in_given = not self.when_number
        is_alike = self._missed_events.fails_alike(kind, self._requirement, in_given=in_given)
        if is_alike or self._missed_events.has_explanations:
            found = self.timeline.wait_for(find, brief)
            because = self.explanation(kind) if found is None else ""
            if because or is_alike:
                return found or self.timeline.wait_for(find, 0.0), brief, because
        return self.timeline.wait_for(find, full), full, None

    def explanation(self, kind: str) -> str:
        """Return the known violation that explains a missing event of a kind, or an empty text."""
        if not self._missed_events.has_explanations:
            return ""
        self.barrier()
        entries = self.timeline.entries()
        self._missed_events.see(entries)
        pending = self._judge(entries, self._timeouts.overdue)
        return self._missed_events.explanation(kind, pending)

    def wait_for_all(
        self,
        expected: str,
        find: Callable[[Entries], Entries],
        count: int,
        seen: Callable[[Entries], str] = pulse_summary,
        *,
        kind: str,
    ) -> Entries:
        """Wait until `find` returns `count` entries. The timeout starts again with each entry."""
        found: Entries = ()
        while len(found) < count:
            more = partial(_more_than, len(found), find)
            found = self.wait_for(expected, more, seen, kind=kind)
        return found

    def wait_for_pulse(self, node: str, count: int = 1) -> Entry:
        """Wait until a node has sent `count` output pulses, and return the last of them."""

        def find(entries: Entries) -> Entry | None:
            found = pulses(entries, node)
            return found[count - 1] if len(found) >= count else None

        self.subject = node
        return self.wait_for(f'"{node}" pulses{_times(count)}', find, kind=self.node_type(node))

    def wait_for_server(
        self, connection: str | None, what: Occurrence, count: int = 1, **details: object
    ) -> Entry:
        """Wait until a server has recorded an occurrence `count` times. Return the last entry."""
        name = self.name(connection)

        def find(entries: Entries) -> Entry | None:
            found = server_entries(entries, name, what, **details)
            return found[count - 1] if len(found) >= count else None

        with_details = "".join(f' with {key} "{value}"' for key, value in details.items())
        return self.wait_for(
            f'the server of "{name}" records "{what}"{with_details}{_times(count)}',
            find,
            kind=what,
        )

    def wait_for_established(self, name: str, count: int = 1) -> int:
        """Wait until `count` connections were established. Return the last connection's number."""

        def find(entries: Entries) -> int | None:
            found = established_connections(entries, name)
            return found[count - 1] if len(found) >= count else None

        return self.wait_for(
            f'connection {count} to the server of "{name}" is established',
            find,
            kind=Occurrence.ESTABLISHED,
        )

    def wait_at_end(self, wait: Callable[[], object]) -> None:
        """Call `wait` when the scenario ends, so that the scenario can dwell in the meantime."""
        self.assertion_count += 1
        self._waits_at_end.append(wait)

    def require(
        self, expected: str, holds: bool, seen: object, evidence: Iterable[Entry] = ()
    ) -> None:
        """Raise NotConforming unless `holds`."""
        self.assertion_count += 1
        if not holds:
            raise NotConforming(expected, str(seen), evidence)

    def require_order(self, expected: str, first: Entry, second: Entry) -> None:
        """Raise NotConforming unless `first` happened before `second`."""
        seen = f"the first happened at {clock_time(first)}, the second at {clock_time(second)}"
        self.require(expected, first.number <= second.number, seen, (first, second))

    def require_answer(self) -> None:
        """Require an answer from the implementation. Raises DriverError if there is none."""
        self.assertion_count += 1
        self.barrier()

    # --- unexpected events ------------------------------------------------------------------

    def watch(self, expected: str, violation: Callable[[Entries], Violation | None]) -> None:
        """Watch for a violation until the scenario ends.

        Raises NotConforming if a violation has already happened.
        """
        self.assertion_count += 1
        self.barrier()
        watch = Watch(expected, violation)
        watch.check(self.timeline.entries())
        self._watches.append(watch)

    # --- choices that the documentation leaves open -----------------------------------------

    def note(self, observation: str) -> None:
        """Record a choice of the implementation where the documentation leaves the choice open."""
        self.assertion_count += 1
        self._observations.append(observation)

    def note_at_end(self, choice: Callable[[Entries], str]) -> None:
        """Call `choice` with all entries when the scenario ends, and record its result."""
        self.assertion_count += 1
        self._choices_at_end.append(choice)

    @property
    def observations(self) -> tuple[str, ...]:
        """The choices recorded so far."""
        return (*self._observations, *self._observations_at_end)

    # --- the end ----------------------------------------------------------------------------

    def verify(self) -> None:
        """Call the functions of `wait_at_end`, check all watches, and record the last choices.

        Raises NotConforming if an expected event is missing or a watch finds a violation. Raises
        DriverError if the driver has failed.
        """
        for wait in self._waits_at_end:
            wait()
        if self._watches or self._choices_at_end:
            self.barrier()
        entries = self.timeline.entries()
        for watch in self._watches:
            watch.check(entries)
        self._observations_at_end = tuple(choice(entries) for choice in self._choices_at_end)


def _more_than(count: int, find: Callable[[Entries], Entries], entries: Entries) -> Entries | None:
    found = find(entries)
    return found if len(found) > count else None


def _times(count: int) -> str:
    return "" if count == 1 else f" {count} times"
