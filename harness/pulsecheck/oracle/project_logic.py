"""The project that was opened: its connections, nodes and links."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

import msgspec

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.driver.protocol import PULSE_INPUT, PULSE_OUTPUT, SOCKETIO_PLUGIN, Link, Project
from pulsecheck.shared.timeline import Entry


class HistoryNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node of the project. `connection` is its Configuration, or None if nothing is chosen."""

    name: str
    type: str
    connection: str | None
    enabled: bool
    passes_through: bool
    scope: str
    attributes: Mapping[str, object]

    @property
    def executes(self) -> bool:
        """Whether the node executes when a pulse reaches it."""
        return self.enabled and not self.passes_through


class ProjectLogic:
    """The project as the requests on a timeline describe it."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._requests = [entry for entry in entries if entry.what == DriverOccurrence.REQUEST]

    @cached_property
    def project(self) -> Project:
        """The project that was opened. An empty project if no valid project was opened."""
        for entry in self._requests:
            if "project" in entry.details.get("params", ()):
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
        """The names of the connections that share their server with no other connection."""
        return tuple(names[0] for names in self.servers if len(names) == 1)

    @property
    def shared_servers(self) -> tuple[tuple[str, ...], ...]:
        """For each server that several connections have, the names of these connections."""
        return tuple(names for names in self.servers if len(names) > 1)

    @cached_property
    def servers(self) -> tuple[tuple[str, ...], ...]:
        """For each server, the names of its connections.

        Empty if a URL is invalid or names a port other than `Port`. The documentation leaves open
        which of the two ports counts (SET-5), so the server of that connection is not known. This
        server could be the server of any other connection.
        """
        found = self.project.connections
        urls = [_split(each.url) for each in found]
        if any(
            url is None or _port(url) not in {None, each.port}
            for url, each in zip(urls, found, strict=True)
        ):
            return ()
        ports = dict.fromkeys(each.port for each in found)
        return tuple(tuple(each.name for each in found if each.port == port) for port in ports)

    @cached_property
    def reachable(self) -> frozenset[str]:
        """The connections whose servers a runtime certainly reaches.

        A runtime reaches a server if the Socket.IO plugin is not deactivated, and if the URL uses
        `http`, has no path and no query, and needs no name lookup.
        """
        return frozenset(
            each.name
            for each in self.project.connections
            if any(each.name in names for names in self.servers)
            and self.project.plugins.get(SOCKETIO_PLUGIN) is not False
            and _is_plain(each.url)
        )

    @cached_property
    def links(self) -> tuple[Link, ...]:
        """The links of the opened project, and the links that `studio/connect` requested later."""
        made = (
            msgspec.convert(entry.details["params"], Link)
            for entry in self._requests
            if entry.details.get("method") == "studio/connect"
        )
        return (*self._first_links, *made)

    @cached_property
    def _first_links(self) -> tuple[Link, ...]:
        return tuple(link for logic in self.project.logic.values() for link in logic.links)

    def before(self, node: str) -> tuple[HistoryNode, ...]:
        """The nodes whose output pulses may execute a node."""
        return tuple(
            self.nodes[link.source.node]
            for link in self.links
            if (link.target.node, link.target.socket) == (node, PULSE_INPUT)
            and link.source.node in self.nodes
        )

    def certainly_before(self, node: str) -> tuple[HistoryNode, ...]:
        """The nodes whose output pulses certainly execute a node.

        Links that were requested after the project was opened do not count. An output with several
        links does not count either. An output can have only one link, so the implementation refused
        or replaced one of these links, perhaps the link to this node.
        """
        outputs = [link.source for link in self.links]
        return tuple(
            self.nodes[link.source.node]
            for link in self._first_links
            if (link.target.node, link.target.socket) == (node, PULSE_INPUT)
            and link.source.socket == PULSE_OUTPUT
            and link.source.node in self.nodes
            and outputs.count(link.source) == 1
        )

    def is_fed(self, node: str, data_input: str | None = None) -> bool:
        """Whether a data link feeds the input `data_input` of a node, or any data input if None."""
        return any(
            link.target.node == node
            and link.target.socket != PULSE_INPUT
            and data_input in {None, link.target.socket}
            for link in self.links
        )

    def listeners(self, type_: str, connection: str) -> tuple[HistoryNode, ...]:
        """The event listener nodes of a type that are enabled and listen to a connection."""
        return tuple(node for node in self.of(type_, connection) if node.enabled)

    def of(self, type_: str, connection: str) -> tuple[HistoryNode, ...]:
        """The nodes of a type and connection."""
        return self._of_each.get((type_, connection), ())

    @cached_property
    def _of_each(self) -> dict[tuple[str, str | None], tuple[HistoryNode, ...]]:
        found: dict[tuple[str, str | None], tuple[HistoryNode, ...]] = {}
        for node in self.nodes.values():
            key = (node.type, node.connection)
            found[key] = (*found.get(key, ()), node)
        return found


def _is_plain(text: str) -> bool:
    url = _split(text)
    if url is None or url.scheme != "http" or url.path.strip("/") or url.query:
        return False
    try:
        return url.hostname == "localhost" or bool(ip_address(url.hostname or ""))
    except ValueError:
        return False


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None


def _port(url: SplitResult) -> int | None:
    try:
        return url.port
    except ValueError:
        return -1


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
