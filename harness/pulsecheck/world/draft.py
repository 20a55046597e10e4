"""The project that the sentences of a scenario describe, before it is opened."""

import itertools
from collections.abc import Container, Mapping
from typing import Any

from pulsecheck.driver.protocol import (
    NODE_TYPES,
    PULSE_INPUT,
    PULSE_OUTPUT,
    Link,
    Logic,
    Node,
    Project,
    Socket,
    SocketIoConnection,
    Transport,
    Value,
)

SCOPE = "Project"
NODE_ID_FIELDS = frozenset({"id", "node"})
"""The fields of requests that contain the id of a node."""
STANDARD_NODES = (
    "Socket.IO Start",
    "Socket.IO Stop",
    "On Socket.IO Start",
    "On Socket.IO Stop",
)
"""The nodes that every connection of a scenario's project has, if they are declared."""
PROJECT_NUMBERS = itertools.count(1)


class ProjectDraft:
    """Collects connections, nodes and links.

    The name of a standard node of the first connection is its node type, such as "Socket.IO Start".
    For other connections, the connection's name is added: "Socket.IO Start (other)". Each id that
    is sent to an implementation has a suffix that is unique to the project. So a late pulse from a
    closed project is not counted in the next project.
    """

    def __init__(self, declared: Container[str] = NODE_TYPES) -> None:
        """Create an empty project. `declared`: the node types that the project may contain."""
        self._declared = declared
        self._number = next(PROJECT_NUMBERS)
        self._mark = f" #{self._number}"
        self._connections: dict[str, SocketIoConnection] = {}
        self._nodes: dict[str, Node] = {}
        self._scopes: dict[str, str] = {}
        self._links: list[Link] = []
        self._first: str | None = None

    @property
    def first(self) -> str:
        """The name of the first connection. Sentences that name no connection refer to it."""
        if self._first is None:
            raise LookupError(
                "the scenario has no connection. Begin it with a project that has one."
            )
        return self._first

    @property
    def connection_names(self) -> tuple[str, ...]:
        return tuple(self._connections)

    def add_connection(
        self, name: str, url: str, port: int, transports: tuple[Transport, ...]
    ) -> None:
        self._connections[name] = SocketIoConnection(
            name=name, url=url, port=port, transports=transports
        )

    def remove_connection(self, name: str) -> None:
        """Remove a connection, but keep the connection's nodes."""
        del self._connections[name]

    def set_url(self, name: str, url: str) -> None:
        connection = self._connections[name]
        self.add_connection(name, url, connection.port, connection.transports)

    def add_standard_nodes(self, connection: str) -> None:
        self._first = self._first or connection
        for kind in (kind for kind in STANDARD_NODES if kind in self._declared):
            self.add_node(self.node_of(kind, connection), kind, connection)

    def node_of(self, kind: str, connection: str) -> str:
        """Return the name of a connection's standard node. Raises LookupError if there is none."""
        self._require_declared(kind)
        return kind if connection == self.first else f"{kind} ({connection})"

    def has_node(self, name: str) -> bool:
        return name in self._nodes

    def add_numbered_node(self, kind: str, connection: str, attributes: Mapping[str, Value]) -> str:
        """Add a node that has no name in the scenario. Generate a name, and return it."""
        name = f"{kind} {len(self._nodes) + 1}"
        self.add_node(name, kind, connection, attributes)
        return name

    def add_node(
        self,
        name: str,
        kind: str,
        connection: str | None,
        attributes: Mapping[str, Value] | None = None,
    ) -> None:
        """Add a node. Without a connection, nothing is chosen in the node's Configuration.

        Raises LookupError if the node type `kind` is not declared.
        """
        self._require_declared(kind)
        chosen: dict[str, Value] = {} if connection is None else {"Configuration": connection}
        self._nodes[name] = Node(
            id=self.node_id(name), type=kind, attributes=chosen | dict(attributes or {})
        )

    def _require_declared(self, kind: str) -> None:
        if kind in NODE_TYPES and kind not in self._declared:
            raise LookupError(
                f'the sentence uses a node "{kind}", which the driver does not declare. Add '
                "the decorator `needs` of pulsecheck.suite.needs to the sentence's step definition."
            )

    def set_attribute(self, node: str, attribute: str, value: Value) -> None:
        old = self._nodes[node]
        self._nodes[node] = Node(
            id=old.id, type=old.type, attributes=old.attributes | {attribute: value}
        )

    def set_scope(self, node: str, scope: str) -> None:
        """Move a node to a scope of the logic. At first, each node is in the scope Project."""
        self._scopes[self._nodes[node].id] = scope

    def pulse_link(self, source: str, target: str) -> Link:
        """Return a link from a node's pulse output to another node's pulse input."""
        return self.data_link((source, PULSE_OUTPUT), (target, PULSE_INPUT))

    def data_link(self, source: tuple[str, str], target: tuple[str, str]) -> Link:
        """Return a link from `source`, a (node, output), to `target`, a (node, input)."""
        return Link(
            source=Socket(node=self.node_id(source[0]), socket=source[1]),
            target=Socket(node=self.node_id(target[0]), socket=target[1]),
        )

    def add_link(self, link: Link) -> None:
        self._links.append(link)

    def is_from_earlier_project(self, identifier: str) -> bool:
        """Return whether the id of a node has the mark of an earlier project."""
        number = identifier.rpartition(" #")[2]
        return number.isascii() and number.isdigit() and int(number) < self._number

    def node_id(self, name: str) -> str:
        """Return the id of a node: the node's name with the mark of the project."""
        return name + self._mark

    def node_type(self, name: str) -> str:
        return self._nodes[name].type

    def with_names(self, params: Any) -> Any:
        """Replace the ids of nodes in the parameters of a request by the names of the nodes."""
        if isinstance(params, Mapping):
            return {
                key: value.removesuffix(self._mark)
                if key in NODE_ID_FIELDS and isinstance(value, str)
                else self.with_names(value)
                for key, value in params.items()
            }
        if isinstance(params, list | tuple):
            return [self.with_names(one) for one in params]
        return params

    def node_name(self, identifier: str) -> str | None:
        """Return the name of the node with an id, or None if the id is not of this project."""
        name = identifier.removesuffix(self._mark)
        return name if name != identifier and self.has_node(name) else None

    def project(self) -> Project:
        scopes = dict.fromkeys((SCOPE, *self._scopes.values()))
        return Project(
            connections=tuple(self._connections.values()),
            logic={scope: self._logic(scope) for scope in scopes},
        )

    def _logic(self, scope: str) -> Logic:
        def is_here(node: str) -> bool:
            return self._scopes.get(node, SCOPE) == scope

        return Logic(
            nodes=tuple(node for node in self._nodes.values() if is_here(node.id)),
            links=tuple(link for link in self._links if is_here(link.source.node)),
        )
