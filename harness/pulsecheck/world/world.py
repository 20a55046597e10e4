"""One scenario's world: its project, the driver that runs it, its servers, its timeline."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from pulsecheck.driver.driver import Driver
from pulsecheck.driver.errors import RefusedError, UnknownNodeError
from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import Transport, Value
from pulsecheck.mock_server import Fault, MockServer
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry, Timeline
from pulsecheck.world.draft import ProjectDraft
from pulsecheck.world.expectations import Entries, NotConforming, Violation, Watch
from pulsecheck.world.resources import RunResources
from pulsecheck.world.servers import Servers
from pulsecheck.world.timeline_queries import established, pulses, served, summary

T = TypeVar("T")

TRANSPORTS: dict[str, tuple[Transport, ...]] = {
    "WebSocket": (Transport.WEBSOCKET,),
    "long-polling": (Transport.POLLING,),
    "upgraded": (Transport.POLLING, Transport.WEBSOCKET),
}
"""What the examples call a transport, and what a client is to offer for it."""
STRAY = "of a closed project"
PULSE = "runtime/pulse"
UNDER_WAY = 50
"""Pulses of a series that are sent before the first of them is answered: where each answer takes a
while, as over a network, a thousand of them do not add up."""
LOOKUPS = 4
"""How often a client may look a name up before it gives an error: address families, a retry."""


class World:
    """Made for a scenario, closed after it.

    Its methods are called from the scenario's thread. Each that waits raises NotConforming when
    what must happen has not within the patience, and DriverError when the driver fails meanwhile.
    """

    def __init__(self, resources: RunResources) -> None:
        self.resources = resources
        self.timeline = Timeline()
        self.draft = ProjectDraft()
        self._observations: list[str] = []
        self._seen_at_end: tuple[str, ...] = ()
        self.action = 0
        """The number of the timeline's entry at which the scenario's When began."""
        self.subject = ""
        """The node that "it" means."""
        self.accounted: set[int] = set()
        """The numbers of the timeline's entries for events that sentences have spoken of."""
        self.answer: Any = None
        """What the studio answered last."""
        self.claims = 0
        """How often a sentence has said what must happen, or must not, or which choice was seen."""
        self._allowance = 0.0
        self._watches: list[Watch] = []
        self._notes: list[Callable[[Entries], str]] = []
        self._servers = Servers(resources.loop, self.timeline, resources.hosts)
        self._preparations: list[Callable[[], None]] = []
        self._transports: dict[str, str] = {}
        self._driver: Driver | None = None
        self._project_is_open = False

    # --- the project ------------------------------------------------------------------------

    def add_connection(self, name: str, transport: str | None = None) -> None:
        """Add a connection with a server of its own, and its standard nodes."""
        self._transports[name] = transport or self.resources.default_transport
        self._describe(name, self._servers.start(name))
        self.draft.add_standard_nodes(name)

    def quicken(self, name: str) -> None:
        """Replace a connection's server by one with a quick heartbeat."""
        self._servers.stop(name)
        self._describe(name, self._servers.start(name, quick=True))

    def _describe(self, name: str, server: MockServer) -> None:
        transports = TRANSPORTS[self._transports[name]]
        self.draft.add_connection(name, self._servers.url(name), server.port, transports)

    def before_running(self, preparation: Callable[[], None]) -> None:
        """Have something done once the project is open, before anything else happens in it."""
        self._preparations.append(preparation)

    def open_project(self) -> None:
        """Open the project as it was described, unless it is open."""
        if self._driver is None:
            self._driver = self.resources.acquire()
            self._driver.observe = self._observe
            project = self.draft.project()
            self._project_is_open = True
            self._request(lambda driver: driver.open_project(project))
            for preparation in self._preparations:
                preparation()

    def _observe(self, source: str, what: str, details: Mapping[str, Any]) -> Entry:
        """Put an occurrence on the timeline, with its node's name in the scenario and its type.

        Marks what comes from a project that was closed, so that it counts for nothing. Raises
        UnknownNodeError for a node that no project has: that is an error of the driver.
        """
        if what == DriverOccurrence.REQUEST:
            return self.timeline.append(source, what, self._request_details(details))
        node = details.get("node")
        if not isinstance(node, str):
            return self.timeline.append(source, what, details)
        name = self.draft.node_name(node)
        if name is None:
            if not self.draft.is_of_another(node):
                raise UnknownNodeError(node)
            return self.timeline.append(source, f"{what} {STRAY}", details)
        named = {**self._node_details(name), **details, "node": name}
        return self.timeline.append(source, what, named)

    def _request_details(self, details: Mapping[str, Any]) -> dict[str, Any]:
        """Name the nodes of a request; spread a pulse's parameters, which readers look for."""
        params = self.draft.with_names(details["params"])
        if details["method"] != PULSE:
            return {**details, "params": params}
        others = {name: value for name, value in details.items() if name != "params"}
        return {**others, **self._node_details(params["node"]), "values": params["values"]}

    def _node_details(self, name: str) -> dict[str, str]:
        return {"node": name, "type": self.draft.node_type(name)}

    # --- the implementation -----------------------------------------------------------------

    def ask(self, question: Callable[[Driver], Awaitable[T]]) -> T:
        """Ask the implementation something, in the open project.

        Raises NotConforming if it refuses.
        """
        self.open_project()
        return self._request(question)

    def refusal(self, question: Callable[[Driver], Awaitable[object]]) -> str | None:
        """Why the implementation refuses something; None if it does not."""
        try:
            self.ask(question)
        except NotConforming as refused:
            return refused.seen
        return None

    def _request(self, question: Callable[[Driver], Awaitable[T]]) -> T:
        driver = self._driver
        if driver is None:
            raise LookupError("the project is not open")

        async def request() -> T:
            return await question(driver)

        try:
            return self.resources.loop.run(request())
        except RefusedError as error:
            raise NotConforming("the request is accepted", f"it was refused: {error}") from error

    def pulse(self, node: str, values: Mapping[str, Value] | None = None) -> None:
        """Be the event that initiates a branch: send a pulse into a node."""
        self.ask(lambda driver: driver.pulse(self.draft.node_id(node), dict(values or {})))

    def pulse_each(self, node: str, series: Iterable[Mapping[str, Value]]) -> None:
        """Send pulses into a node, one after the other, some before the first is answered."""
        identifier = self.draft.node_id(node)

        async def pulse_all(driver: Driver) -> None:
            rest = iter(series)
            while batch := tuple(itertools.islice(rest, UNDER_WAY)):
                await asyncio.gather(*(driver.pulse(identifier, values) for values in batch))

        self.ask(pulse_all)

    def barrier(self) -> None:
        """Let all that was caused so far become visible.

        What the implementation owes is reported, then a message could have gone to a server and
        back, then what that caused is reported too.
        """
        self.ask(lambda driver: driver.sync())
        self.resources.loop.run(self.resources.round_trip())
        self.ask(lambda driver: driver.sync())

    # --- the servers ------------------------------------------------------------------------

    def name(self, connection: str | None) -> str:
        """The name of a connection and of its server; the first one's where none is given."""
        return self.draft.first if connection is None else connection

    def server(self, connection: str | None = None) -> MockServer:
        return self._servers[self.name(connection)]

    def url(self, connection: str | None) -> str:
        """How the implementation reaches a connection's server."""
        return self._servers.url(self.name(connection))

    def add_fault(self, connection: str | None, fault: Fault) -> None:
        """Put a fault in place, for all connections to that server, until released."""
        self._servers.add_fault(self.name(connection), fault)

    def strike(self, connection: str | None, fault: Fault) -> None:
        """Have a momentary fault befall the connections that are open to that server now."""
        self._servers.strike(self.name(connection), fault)

    def release_faults(self, connection: str | None) -> None:
        """End the faults of a server; the barrier makes sure that they were felt before."""
        self.barrier()
        self._servers.release_faults(self.name(connection))

    def establish(self, name: str) -> None:
        """Start a connection and wait until both ends know that it is established."""
        started = self.draft.node_of("On Socket.IO Start", name)
        entries = self.timeline.entries()
        count = len(established(entries, name)) + 1
        said = len(pulses(entries, started)) + 1
        self.pulse(self.draft.node_of("Socket.IO Start", name))
        self.wait_for_established(name, count)
        if self._transports[name] == "upgraded":
            self.wait_for_server(name, Occurrence.UPGRADED, count)
        self.wait_for_pulse(started, said)

    def wait_for_established(self, name: str, count: int = 1) -> int:
        """The number of the nth connection that was established with a server."""

        def look(entries: Entries) -> int | None:
            found = established(entries, name)
            return found[count - 1] if len(found) >= count else None

        return self.wait_for(f'connection {count} to the server of "{name}" is established', look)

    def emit(
        self, connection: str | None, event: str, *series: tuple[Any, ...], namespace: str = "/"
    ) -> None:
        """Have a server emit an event for each of these arguments, once somebody can receive it."""
        self.open_project()
        self.wait_for_server(connection, Occurrence.ESTABLISHED, namespace=namespace)
        self._servers.emit(self.name(connection), event, series, namespace)

    def unresolvable_name(self) -> str:
        """The name of a host that there is none of; how long this takes to say is allowed for."""
        began = self.timeline.now()
        name = self.resources.unresolvable_name()
        self._allowance += LOOKUPS * (self.timeline.now() - began)
        return name

    # --- waiting and watching ---------------------------------------------------------------

    def wait_for(
        self,
        expected: str,
        look: Callable[[Entries], T | None],
        seen: Callable[[Entries], str] = summary,
    ) -> T:
        """Wait until `look` finds what must happen among the entries.

        `seen` says in a few words what happened instead.
        """
        self.claims += 1
        driver = self._driver

        def found_or_driver_lost(entries: Entries) -> tuple[T | None] | None:
            found = look(entries)
            lost = driver is not None and not driver.is_usable
            return (found,) if found is not None or lost else None

        patience = self.resources.timeouts.patience + self._allowance
        outcome = self.timeline.wait_for(found_or_driver_lost, patience)
        if outcome is not None and outcome[0] is not None:
            return outcome[0]
        if driver is not None:
            self._request(lambda driver: driver.sync())
        entries = self.timeline.entries()
        raise NotConforming(
            expected, f"nothing of the kind within {patience:.3g} s; {seen(entries)}"
        )

    def wait_for_all(
        self,
        expected: str,
        find: Callable[[Entries], Entries],
        count: int,
        seen: Callable[[Entries], str] = summary,
    ) -> Entries:
        """Wait until `find` finds so many entries; the patience is for the next one each time."""
        found: Entries = ()
        while len(found) < count:
            found = self.wait_for(expected, partial(_more, find, len(found)), seen)
        return found

    def wait_for_pulse(self, node: str, count: int = 1) -> Entry:
        """The nth output pulse of a node."""

        def look(entries: Entries) -> Entry | None:
            seen = pulses(entries, node)
            return seen[count - 1] if len(seen) >= count else None

        times = "" if count == 1 else f" {count} times"
        self.subject = node
        return self.wait_for(f'"{node}" pulses{times}', look)

    def insist(self, node: str, outcome: str, count: int = 1) -> None:
        """Send further pulses into a node until another has pulsed so often.

        For a Start after an end that no node announces: the server may know of the end before the
        implementation does, which may take no Start until then.
        """

        def look(entries: Entries) -> bool | None:
            return len(pulses(entries, outcome)) >= count or None

        timeouts = self.resources.timeouts
        end = self.timeline.now() + timeouts.patience
        while not self.timeline.wait_for(look, timeouts.lull) and self.timeline.now() < end:
            self.pulse(node)
        self.wait_for_pulse(outcome, count)

    def wait_for_server(
        self, connection: str | None, what: Occurrence, count: int = 1, **details: object
    ) -> Entry:
        """The nth time that a server records something."""
        name = self.name(connection)

        def look(entries: Entries) -> Entry | None:
            seen = served(entries, name, what, **details)
            return seen[count - 1] if len(seen) >= count else None

        times = "" if count == 1 else f", for the time number {count}"
        return self.wait_for(f'the server of "{name}" sees: {what}{times}', look)

    def require_order(self, expected: str, first: Entry, second: Entry) -> None:
        """Raise NotConforming unless `first` came before `second`."""
        seen = f"it came at {first.at:.3f} s, the other at {second.at:.3f} s"
        self.require(expected, first.number <= second.number, seen, (first, second))

    def require(
        self, expected: str, holds: bool, seen: object, evidence: Iterable[Entry] = ()
    ) -> None:
        """Raise NotConforming unless what is expected holds."""
        self.claims += 1
        if not holds:
            raise NotConforming(expected, str(seen), evidence)

    def require_answer(self) -> None:
        """The implementation must respond; that it does not is a DriverError."""
        self.claims += 1
        self.barrier()

    def watch(self, expected: str, violation: Callable[[Entries], Violation | None]) -> None:
        """From now to the scenario's end, something must not happen; nor has it so far."""
        self.claims += 1
        self.barrier()
        watch = Watch(expected, violation)
        watch.check(self.timeline.entries())
        self._watches.append(watch)

    def note(self, observation: str) -> None:
        """Record which choice the implementation takes where the documentation leaves one."""
        self.claims += 1
        self._observations.append(observation)

    @property
    def observations(self) -> tuple[str, ...]:
        """The choices seen so far."""
        return (*self._observations, *self._seen_at_end)

    def note_at_end(self, choice: Callable[[Entries], str]) -> None:
        """Record a choice when the scenario ends, which `choice` reads from all entries by then."""
        self.claims += 1
        self._notes.append(choice)

    # --- the end ----------------------------------------------------------------------------

    def verify(self) -> None:
        """Check once more all that must not have happened, and note what was left to the end.

        Raises NotConforming if it has, DriverError if the driver failed meanwhile.
        """
        if self._watches or self._notes:
            self.barrier()
        entries = self.timeline.entries()
        for watch in self._watches:
            watch.check(entries)
        self._seen_at_end = tuple(choice(entries) for choice in self._notes)

    def close_project(self) -> None:
        """Close the project; it must be answered within the patience."""
        if self._project_is_open:
            self._project_is_open = False
            self._request(lambda driver: driver.close_project())

    def close(self) -> None:
        """Give everything back. Nothing of the scenario is left after it."""
        self._servers.release_all_faults()
        try:
            if self._driver is not None and self._driver.is_idle:
                self.close_project()
        finally:
            if self._driver is not None:
                self.resources.release(self._driver)
            self._servers.stop_all()


def _more(find: Callable[[Entries], Entries], than: int, entries: Entries) -> Entries | None:
    found = find(entries)
    return found if len(found) > than else None
