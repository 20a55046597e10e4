"""The world of one scenario: its project, its driver, its servers and its timeline."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeVar

from pulsecheck.driver.driver import Driver
from pulsecheck.driver.errors import RefusedError, WrongTransportError
from pulsecheck.driver.profile import (
    OFFERED,
    TRANSPORT_NAMES,
    TRANSPORT_PHRASES,
    declared_nodes,
)
from pulsecheck.driver.protocol import NodeName, TransportUse, Value
from pulsecheck.mock_server import Fault, MockServer
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Timeline
from pulsecheck.world.assertions import Assertions, Judge
from pulsecheck.world.draft import ProjectDraft
from pulsecheck.world.expectations import Entries, NotConforming
from pulsecheck.world.observer import DriverObserver
from pulsecheck.world.resources import RunResources
from pulsecheck.world.servers import Servers
from pulsecheck.world.timeline_queries import (
    established_connections,
    find_other_transport,
    open_connections,
    pulses,
)

T = TypeVar("T")

TRANSPORTS = {name: use for use, name in TRANSPORT_NAMES.items()}
"""The transports, by the name that scenarios use."""
BATCH = 50
"""The number of pulses that are sent before waiting for the answers. With one wait for each pulse,
the latency of a network would add up."""
MAX_LOOKUPS = 4
"""The maximum number of times that a client looks up a host name before it reports an error.

A client may look up IPv4 and IPv6 addresses separately, and may try both again.
"""


class World(Assertions):
    """The world of one scenario. Create a world for each scenario, and close it afterwards.

    Call the methods from the scenario's thread.
    """

    def __init__(self, resources: RunResources, judge: Judge, *, requirement: str = "") -> None:
        """Create a world without a project. The parameters are as for Assertions."""
        super().__init__(
            Timeline(),
            resources.timeouts,
            resources.missed_events,
            judge,
            requirement=requirement,
        )
        self.resources = resources
        self.draft = ProjectDraft(self.declared_nodes)
        self.asserted_events: set[int] = set()
        """The numbers of the timeline entries for events that earlier sentences asserted."""
        self.known_violations: frozenset[str] = frozenset()
        """Requirements that the implementation is known to violate."""
        self.answer: Any = None
        """The last answer of the studio."""
        self._servers = Servers(resources.loop, self.timeline, resources.hosts)
        self._preparations: list[Callable[[], None]] = []
        self._transports: dict[str, TransportUse] = {}
        self._shared: dict[str, str] = {}
        self._driver: Driver | None = None
        self._project_is_open = False

    @property
    def declared_nodes(self) -> frozenset[NodeName]:
        """The node types that the implementation declares."""
        return declared_nodes(self.resources.initialized)

    # --- the project ------------------------------------------------------------------------

    def add_connection(self, name: str, transport: str | None = None) -> None:
        """Add a connection with a server of its own and the standard nodes."""
        default = self.resources.default_transport
        self._transports[name] = default if transport is None else TRANSPORTS[transport]
        self._add_to_draft(name, self._servers.start(name))
        self.draft.add_standard_nodes(name)

    def share_server(self, name: str, other: str) -> None:
        """Replace the server of a connection by the server of another connection."""
        self._servers.stop(name)
        self._shared[name] = other
        self._add_to_draft(name, self._servers[other])

    def shorten_heartbeat(self, name: str) -> None:
        """Replace the server of a connection by a server with a short heartbeat interval."""
        self._servers.stop(name)
        self._add_to_draft(name, self._servers.start(name, short_heartbeat=True))

    def _add_to_draft(self, name: str, server: MockServer) -> None:
        transports = OFFERED[self._transports[name]]
        self.draft.add_connection(name, self.url(name), server.port, transports)

    def before_running(self, preparation: Callable[[], None]) -> None:
        """Add a preparation that runs right after the project has been opened."""
        self._preparations.append(preparation)

    def open_project(self) -> None:
        """Open the project as described so far, unless the project has been opened before."""
        if self._driver is None:
            self._driver = self.resources.acquire()
            self._driver.observe = DriverObserver(self.timeline, self.draft)
            project = self.draft.project()
            self._project_is_open = True
            self._request(lambda driver: driver.open_project(project))
            for preparation in self._preparations:
                preparation()

    # --- the implementation -----------------------------------------------------------------

    def ask(self, request: Callable[[Driver], Awaitable[T]]) -> T:
        """Open the project, send a request to the implementation, and return the result.

        Raises NotConforming if the implementation refuses the request.
        """
        self.open_project()
        return self._request(request)

    def refusal(self, request: Callable[[Driver], Awaitable[object]]) -> str | None:
        """Send a request. If the implementation refuses it, return the reason, else None."""
        try:
            self.ask(request)
        except NotConforming as refused:
            return refused.seen
        return None

    def _request(self, request: Callable[[Driver], Awaitable[T]]) -> T:
        driver = self._driver
        if driver is None:
            raise LookupError("the project is not open")

        async def send() -> T:
            return await request(driver)

        try:
            return self.resources.loop.run(send())
        except RefusedError as error:
            raise NotConforming("the request is accepted", f"it was refused: {error}") from error

    def pulse(self, node: str, values: Mapping[str, Value] | None = None) -> None:
        """Send a pulse into a node, which initiates a branch."""
        self.ask(lambda driver: driver.pulse(self.draft.node_id(node), dict(values or {})))

    def pulse_each(self, node: str, values_of_each: Iterable[Mapping[str, Value]]) -> None:
        """Send several pulses into a node, in order, without waiting for each answer."""
        identifier = self.draft.node_id(node)

        async def pulse_all(driver: Driver) -> None:
            rest = iter(values_of_each)
            while batch := tuple(itertools.islice(rest, BATCH)):
                await asyncio.gather(*(driver.pulse(identifier, values) for values in batch))

        self.ask(pulse_all)

    def pulse_until(self, node: str, outcome: str, count: int = 1) -> None:
        """Send further pulses into `node` until `outcome` has pulsed `count` times.

        Use this method for a Start after a connection has ended without a pulse that announces the
        end. The server may notice the end before the implementation does. Until the implementation
        notices the end, it may ignore a Start.
        """

        def find(entries: Entries) -> bool | None:
            return len(pulses(entries, outcome)) >= count or None

        timeouts = self.resources.timeouts
        end = self.timeline.now() + timeouts.patience
        while self.timeline.now() < end and not self.timeline.wait_for(find, timeouts.resend):
            if self.explanation(self.node_type(outcome)):
                break
            self.pulse(node)
        self.wait_for_pulse(outcome, count)

    def barrier(self) -> None:
        """Wait until all effects of the scenario so far are on the timeline.

        First, the implementation reports pending events. Then the harness makes a round trip to an
        echo server. Meanwhile, messages that the implementation has sent reach their server, and
        the answers return. Last, the implementation reports the effects of the answers.
        """
        self.ask(lambda driver: driver.sync())
        self.resources.loop.run(self.resources.round_trip())
        self.ask(lambda driver: driver.sync())

    def is_driver_lost(self) -> bool:
        return self._driver is not None and not self._driver.is_usable

    def check_driver(self) -> None:
        if self._driver is not None:
            self._request(lambda driver: driver.sync())

    def node_type(self, node: str) -> str:
        return self.draft.node_type(node)

    # --- the servers ------------------------------------------------------------------------

    def name(self, connection: str | None) -> str:
        chosen = self.draft.first if connection is None else connection
        return self._shared.get(chosen, chosen)

    def server(self, connection: str | None = None) -> MockServer:
        return self._servers[self.name(connection)]

    def url(self, connection: str | None) -> str:
        """Return the URL by which the implementation reaches a connection's server."""
        return self._servers.url(self.name(connection))

    def add_fault(self, connection: str | None, fault: Fault) -> None:
        """Add a fault for all connections to a server, until the fault is released."""
        self._servers.add_fault(self.name(connection), fault)

    def apply_once(self, connection: str | None, fault: Fault) -> None:
        """Apply a fault to the connections to a server that are open now."""
        self._servers.apply_once(self.name(connection), fault)

    def release_faults(self, connection: str | None) -> None:
        """Wait for a barrier, so that the faults of a server take effect. Then release them."""
        self.barrier()
        self._servers.release_faults(self.name(connection))

    def establish(self, name: str) -> None:
        """Start a connection, and wait until both sides report that it is established."""
        on_start = self.draft.node_of("On Socket.IO Start", name)
        entries = self.timeline.entries()
        connections = len(established_connections(entries, self.name(name))) + 1
        announcements = len(pulses(entries, on_start)) + 1
        self.pulse(self.draft.node_of("Socket.IO Start", name))
        self.wait_for_established(self.name(name), connections)
        self.require_transport(self.name(name), self._transports[name], connections)
        self.wait_for_pulse(on_start, announcements)

    def require_transport(self, name: str, asked: TransportUse, count: int = 1) -> None:
        """Require that the `count` connections to a server so far use the transport `asked`.

        Raises WrongTransportError if a connection uses another transport.
        """
        self.assertion_count += 1
        if asked is TransportUse.UPGRADED:
            self._wait_for_upgrade(name, count)
        if (used := find_other_transport(self.timeline.entries(), name, asked)) is not None:
            raise _wrong_transport(name, asked, used)

    def _wait_for_upgrade(self, name: str, count: int) -> None:
        try:
            self.wait_for_server(name, Occurrence.UPGRADED, count)
        except NotConforming:
            if not open_connections(self.timeline.entries(), name):
                raise  # the connection ended before it could be upgraded
            raise _wrong_transport(name, TransportUse.UPGRADED, TransportUse.POLLING) from None

    def wrong_transport(self) -> WrongTransportError | None:
        """Return an error if a connection uses another transport than the scenario asks for.

        A connection that was added in Project Settings may use any transport.
        """
        entries = self.timeline.entries()
        for name in self.draft.connection_names:
            asked = self._transports[name]
            if (used := find_other_transport(entries, self.name(name), asked)) is not None:
                return _wrong_transport(name, asked, used)
        return None

    def verify(self) -> None:
        """Do the same as Assertions.verify, and check the transports of the connections.

        Raises WrongTransportError as well.
        """
        super().verify()
        if (wrong := self.wrong_transport()) is not None:
            raise wrong

    def emit(
        self,
        connection: str | None,
        event: str,
        *argument_lists: tuple[Any, ...],
        namespace: str = "/",
        ack: bool = False,
    ) -> None:
        """Wait for a client in the namespace, then emit the event once for each argument list.

        `ack`: ask the client for acknowledgements.
        """
        self.open_project()
        self.wait_for_server(connection, Occurrence.ESTABLISHED, namespace=namespace)
        self._servers.emit(self.name(connection), event, argument_lists, namespace, ack=ack)

    def allow_late_errors(self) -> None:
        """Extend the timeout of expected events to the timeout for an unreachable server."""
        timeouts = self.resources.timeouts
        self.extra_timeout = max(self.extra_timeout, timeouts.error - timeouts.patience)

    def unresolvable_name(self) -> str:
        """Return a host name that cannot be resolved, and extend the timeout by the lookup time."""
        began = self.timeline.now()
        name = self.resources.unresolvable_name()
        self.extra_timeout += MAX_LOOKUPS * (self.timeline.now() - began)
        return name

    # --- the end ----------------------------------------------------------------------------

    def close_project(self) -> None:
        """Close the project if it is open. Raises DriverError."""
        if self._project_is_open:
            self._project_is_open = False
            self._request(lambda driver: driver.close_project())

    def close(self) -> None:
        """Release all faults, close the project, release the driver, and stop the servers."""
        self._missed_events.see(self.timeline.entries())
        self._servers.release_all_faults()
        try:
            if self._driver is not None and self._driver.is_idle:
                self.close_project()
        finally:
            if self._driver is not None:
                self.resources.release(self._driver)
            self._servers.stop_all()


def _wrong_transport(name: str, asked: TransportUse, used: TransportUse) -> WrongTransportError:
    return WrongTransportError(name, TRANSPORT_PHRASES[asked], TRANSPORT_PHRASES[used])
