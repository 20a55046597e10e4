"""A timeline, read once into what the rules ask for: nodes, pulses, and sessions of connections."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from urllib.parse import urlsplit

import msgspec

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import PULSE_INPUT, Link, Project
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.shared.timeline import Entry

Entries = tuple[Entry, ...]
UNDERMINING = frozenset({"project/close", "studio/restart", "studio/removeConnection"})
"""Requests after which nodes and connections are not those of the project that was opened."""

WITHHOLDING = frozenset({"hold disconnects", "withhold connect answer"})
"""Faults by which a server keeps its own answer back and goes on to read: until such a fault ends,
the server sees what the client does."""


class HistoryNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the project. `connection` is its Configuration, None if nothing is chosen."""

    name: str
    type: str
    connection: str | None
    enabled: bool
    passes_through: bool
    scope: str
    attributes: Mapping[str, object]

    @property
    def executes(self) -> bool:
        """Whether a pulse evaluates it."""
        return self.enabled and not self.passes_through


class SessionHistory(msgspec.Struct, kw_only=True):
    """One connection as its server saw it; each field is the entry that says so.

    `established` is the first namespace that was joined. `ending` is the first sign of the end:
    the client leaves, or the server ends a namespace or the connection.
    """

    opened: Entry
    established: Entry | None = None
    refused: Entry | None = None
    ending: Entry | None = None
    terminated: Entry | None = None
    releases: list[Entry] = []

    def was_established(self, pulse: Entry, tolerance: float) -> bool:
        """As `was_terminated`, for the establishment."""
        return self._happened(self.established, pulse, tolerance)

    def was_terminated(self, pulse: Entry, tolerance: float) -> bool:
        """Whether it had been terminated when a node pulsed, which another process reported.

        `tolerance`, in seconds, is how much earlier than its cause a report may be on the
        timeline. A fault that was still to be released proves that the cause had not happened.
        """
        return self._happened(self.terminated, pulse, tolerance)

    def _happened(self, cause: Entry | None, pulse: Entry, tolerance: float) -> bool:
        if cause is None:
            return False
        if any(pulse.number < each.number < cause.number for each in self.releases):
            return False
        return cause.at <= pulse.at + tolerance

    def is_open(self, at: float) -> bool:
        """Whether it was established and not yet terminated at that moment, in seconds."""
        if self.established is None or self.established.at > at:
            return False
        return self.terminated is None or self.terminated.at > at


class ProjectHistory:
    """What a timeline tells of one project; `entries` end where the project does."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries: Entries = tuple(_until_the_end(entries))
        self.pulses: dict[str, list[Entry]] = defaultdict(list)
        self.requests: dict[str, list[Entry]] = defaultdict(list)
        self.sessions: dict[str, dict[object, SessionHistory]] = defaultdict(dict)
        self.barrier = (-1, -1)
        """The numbers of the last `runtime/sync` that was answered, and of its answer."""
        self._syncs: dict[object, int] = {}
        self._held: dict[tuple[object, ...], list[SessionHistory]] = defaultdict(list)
        for entry in self.entries:
            self._read(entry)

    @cached_property
    def project(self) -> Project:
        """The project that was opened; an empty one if there was none, or none that is whole."""
        for entry in self.entries:
            if entry.what == DriverOccurrence.REQUEST and "project" in entry.details.get(
                "params", ()
            ):
                try:
                    return msgspec.convert(entry.details["params"]["project"], Project)
                except msgspec.ValidationError:
                    return Project()
        return Project()

    @cached_property
    def nodes(self) -> dict[str, HistoryNode]:
        return {
            node.id: HistoryNode(
                name=node.id,
                type=node.type,
                connection=_text(node.attributes.get("Configuration")),
                enabled=node.attributes.get("Enabled") is not False,
                passes_through=node.attributes.get("Pulse Pass Through") is True,
                scope=scope,
                attributes=node.attributes,
            )
            for scope, logic in self.project.logic.items()
            for node in logic.nodes
        }

    @cached_property
    def connections(self) -> tuple[str, ...]:
        """The names of the connections of which each has the server of its name alone.

        The documentation leaves open which port counts if the URL names one that is not `Port`
        (SET-5), and so which server is reached.
        """
        found = self.project.connections
        if any(_port(each.url) not in {None, each.port} for each in found):
            return ()
        return tuple(each.name for each in found)

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """All links: those of the project, and those that were made while it was open."""
        made = (
            msgspec.convert(entry.details["params"], Link)
            for entry in self.entries
            if entry.what == DriverOccurrence.REQUEST
            and entry.details.get("method") == "studio/connect"
        )
        return (*(link for logic in self.project.logic.values() for link in logic.links), *made)

    def is_linked(self, node: str) -> bool:
        """Whether another node may execute it."""
        return any(
            link.target.node == node and link.target.socket == PULSE_INPUT for link in self.links
        )

    def is_fed(self, node: str, data_input: str) -> bool:
        """Whether a data connection brings the value of an input."""
        return any(
            link.target.node == node and link.target.socket == data_input for link in self.links
        )

    def listeners(self, type_: str, connection: str) -> tuple[HistoryNode, ...]:
        """The event listener nodes of a type that are enabled and listen to a connection."""
        return tuple(
            node
            for node in self.nodes.values()
            if node.type == type_ and node.connection == connection and node.enabled
        )

    def sessions_of(self, connection: str) -> tuple[SessionHistory, ...]:
        return tuple(self.sessions[connection].values())

    def happened_elsewhere(self, connection: str, pulse: Entry, cause: str) -> Entry | None:
        """What another connection had last, if this one had nothing since: no Start, Stop or end.

        `cause` is "established" or "terminated". A pulse that follows it belongs to the other one.
        """
        others = (
            getattr(session, cause)
            for name in self.connections
            if name != connection
            for session in self.sessions_of(name)
        )
        last = max(
            (each.number for each in others if each and each.number < pulse.number), default=-1
        )
        own = (
            entry.number
            for entry in (
                *self.executions("Socket.IO Start", connection),
                *self.executions("Socket.IO Stop", connection),
                *(each.opened for each in self.sessions_of(connection)),
                *(each.ending for each in self.sessions_of(connection) if each.ending),
            )
            if entry.number < pulse.number
        )
        return self.entries[last] if last > max(own, default=-1) else None

    def executions(self, type_: str, connection: str) -> Entries:
        """The moments at which nodes of that type and connection were told to execute.

        A pulse that is sent into a node executes it, and so does the pulse that a link brings: the
        output pulse of the node before it.
        """
        names = {
            node.name
            for node in self.nodes.values()
            if node.type == type_ and node.connection == connection
        }
        before = {
            link.source.node
            for link in self.links
            if link.target.node in names and link.target.socket == PULSE_INPUT
        }
        found = [
            *(entry for name in names for entry in self.requests[name]),
            *(entry for name in before for entry in self.pulses[name]),
        ]
        return tuple(sorted(found, key=lambda entry: entry.number))

    def _read(self, entry: Entry) -> None:
        if entry.what == DriverOccurrence.PULSED:
            self.pulses[entry.details["node"]].append(entry)
        elif entry.what == DriverOccurrence.REQUEST and "node" in entry.details:
            self.requests[entry.details["node"]].append(entry)
        elif entry.details.get("method") == "runtime/sync":
            self._read_barrier(entry)
        elif entry.what == Occurrence.FAULT_ENDS:
            for session in self._held.pop(_fault(entry), ()):
                session.releases.append(entry)
        elif "server" in entry.details and entry.details.get("connection") is not None:
            self._read_session(entry)

    def _read_barrier(self, entry: Entry) -> None:
        if entry.what == DriverOccurrence.REQUEST:
            self._syncs[entry.details["id"]] = entry.number
        elif entry.details.get("ok") and entry.details["id"] in self._syncs:
            self.barrier = (self._syncs[entry.details["id"]], entry.number)

    def _read_session(self, entry: Entry) -> None:
        sessions = self.sessions[entry.details["server"]]
        number = entry.details["connection"]
        if entry.what == Occurrence.OPENED:
            sessions[number] = SessionHistory(opened=entry)
            return
        session = sessions.get(number)
        if session is None:
            return
        match entry.what:
            case Occurrence.ESTABLISHED:
                session.established = session.established or entry
            case Occurrence.REFUSED:
                session.refused = session.refused or entry
            case Occurrence.CLIENT_LEAVES | Occurrence.CLOSED | Occurrence.NAMESPACE_LEFT:
                session.ending = session.ending or entry
            case Occurrence.TERMINATED:
                session.terminated = session.terminated or entry
                session.ending = session.ending or entry
            case Occurrence.FAULT_APPLIED if entry.details["fault"] in WITHHOLDING:
                self._held[_fault(entry)].append(session)
            case _:
                pass


def _until_the_end(entries: Sequence[Entry]) -> Sequence[Entry]:
    for place, entry in enumerate(entries):
        if entry.what == DriverOccurrence.REQUEST and entry.details.get("method") in UNDERMINING:
            return entries[:place]
    return entries


def _fault(entry: Entry) -> tuple[object, ...]:
    return tuple(entry.details.get(name) for name in ("server", "fault", "scope"))


def _port(url: str) -> int | None:
    try:
        return urlsplit(url).port
    except ValueError:
        return -1


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
