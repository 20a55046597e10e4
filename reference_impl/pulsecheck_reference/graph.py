"""The logic of a project: nodes, the links between their sockets, and the rules for links.

The documentation calls a link a connection. A pulse output has at most one link, and a pulse input
has any number of links. A data input has at most one link, and a data output has any number of
links. Both ends of a link have the same data type. Source: modules/logic-editor.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import msgspec

from pulsecheck.driver.protocol import (
    PULSE,
    Link,
    Logic,
    NodeType,
    Socket,
    SocketType,
    Value,
)
from pulsecheck.driver.protocol import Node as PlainNode
from pulsecheck_reference.node_types import CONFIGURATION, KINDS, SCOPES, Kind, describe, fits
from pulsecheck_reference.refusal import RefusedError, listed


class Node(msgspec.Struct, frozen=True, dict=True):
    """A node of a valid project, with all attributes of its type."""

    id: str
    type: str
    attributes: Mapping[str, Value]

    @property
    def kind(self) -> Kind:
        return KINDS[self.type]

    @cached_property
    def description(self) -> NodeType:
        return describe(self.type)

    @property
    def configuration(self) -> str | None:
        """The name of the chosen connection."""
        chosen = self.attributes[CONFIGURATION]
        return chosen if isinstance(chosen, str) else None

    @property
    def is_enabled(self) -> bool:
        return self.attributes["Enabled"] is True

    @property
    def passes_through(self) -> bool:
        return self.attributes.get("Pulse Pass Through") is True


class Graph:
    """The logic of a project. Raises RefusedError for invalid logic."""

    def __init__(self, logic: Mapping[str, Logic]) -> None:
        self._nodes: dict[str, Node] = {}
        self._next: dict[str, str] = {}
        self._feeds: dict[tuple[str, str], tuple[str, str]] = {}
        self._last_outputs: dict[tuple[str, str], str] = {}
        for scope, content in logic.items():
            for plain in content.nodes:
                self._add(scope, plain)
        for content in logic.values():
            for link in content.links:
                self.connect(link)

    # --- nodes ----------------------------------------------------------------------------------

    def _add(self, scope: str, plain: PlainNode) -> None:
        if scope not in SCOPES:
            raise RefusedError(f'there is no scope "{scope}"; there are: {", ".join(SCOPES)}')
        if plain.id in self._nodes:
            raise RefusedError(f'there are two nodes "{plain.id}": give each node its own id')
        description = describe(plain.type)
        if not SCOPES[scope]:
            raise RefusedError(f'node "{plain.id}": {plain.type} is not available in "{scope}"')
        attributes = {each.name: each.default for each in description.attributes}
        types = {each.name: each.type for each in description.attributes}
        for name, value in plain.attributes.items():
            if name not in types:
                raise RefusedError(
                    f'node "{plain.id}" has no attribute "{name}"; it has: {", ".join(types)}'
                )
            if not fits(value, types[name]) and value != attributes[name]:
                raise RefusedError(
                    f'attribute "{name}" of node "{plain.id}" is a {types[name]}, not {value!r}'
                )
        self._nodes[plain.id] = Node(plain.id, plain.type, attributes | plain.attributes)

    def node(self, id_: str) -> Node:
        """Return the node with this id. Raises RefusedError if there is none."""
        if id_ not in self._nodes:
            raise RefusedError(
                f'there is no node "{id_}" in the open project; there are: {listed(self._nodes)}'
            )
        return self._nodes[id_]

    def listeners(self, kind: str, configuration: str) -> Iterator[Node]:
        """Yield the enabled nodes of a type that listen to a connection."""
        for node in self._nodes.values():
            if (node.type, node.configuration) == (kind, configuration) and node.is_enabled:
                yield node

    def namespaces(self, configuration: str) -> set[str]:
        """Return the namespaces in the attributes of a connection's nodes."""
        return {
            namespace_of(node.attributes["Namespace"])
            for node in self._nodes.values()
            if node.configuration == configuration and "Namespace" in node.attributes
        }

    # --- links ----------------------------------------------------------------------------------

    def connect(self, link: Link) -> None:
        """Connect an output to an input. Raises RefusedError for an invalid link."""
        source = self._socket(
            link.source, "output", self.node(link.source.node).description.outputs
        )
        target = self._socket(link.target, "input", self.node(link.target.node).description.inputs)
        if source.type != target.type:
            raise RefusedError(
                f"{_quote(link.source)} is a {source.type} and {_quote(link.target)} a "
                f"{target.type}: only sockets of one data type can be connected"
            )
        if source.type == PULSE:
            self._lead(link)
        else:
            self._feed(link)

    @staticmethod
    def _socket(end: Socket, side: str, sockets: Iterable[SocketType]) -> SocketType:
        for socket in sockets:
            if socket.name == end.socket:
                return socket
        raise RefusedError(
            f'node "{end.node}" has no {side} "{end.socket}"; it has: '
            f"{listed(socket.name for socket in sockets)}"
        )

    def _lead(self, link: Link) -> None:
        if (taken := self._next.get(link.source.node)) is not None:
            raise RefusedError(
                f'{_quote(link.source)} is already connected to "{taken}": a pulse output has at '
                "most one connection; continue the branch there"
            )
        self._next[link.source.node] = link.target.node

    def _feed(self, link: Link) -> None:
        target = (link.target.node, link.target.socket)
        if (taken := self._feeds.get(target)) is not None:
            raise RefusedError(
                f'{_quote(link.target)} is already connected to "{taken[1]}" of "{taken[0]}": a '
                "data input has at most one connection; use another input"
            )
        self._feeds[target] = (link.source.node, link.source.socket)

    def next(self, node: Node) -> Node | None:
        """Return the node at the end of the link from a node's pulse output, or None."""
        following = self._next.get(node.id)
        return None if following is None else self._nodes[following]

    # --- values ---------------------------------------------------------------------------------

    def check_values(self, node: Node, values: Mapping[str, Value]) -> dict[str, str]:
        """Return the values. Raises RefusedError if a value does not fit a data input."""
        for name, value in values.items():
            if name not in node.kind.inputs:
                raise RefusedError(
                    f'node "{node.id}" has no data input "{name}"; it has: '
                    f"{listed(node.kind.inputs)}"
                )
            if not isinstance(value, str):
                raise RefusedError(f'"{name}" of node "{node.id}" is a String, not {value!r}')
        return {name: str(value) for name, value in values.items()}

    def inputs(self, node: Node, values: Mapping[str, str]) -> dict[str, str]:
        """Return the value of each data input of a node: from `values`, a link or an attribute.

        `values` has precedence over a link, and a link over an attribute.
        """
        return {name: values.get(name, self._linked(node, name)) for name in node.kind.inputs}

    def _linked(self, node: Node, name: str) -> str:
        source = self._feeds.get((node.id, name))
        if source is None:
            return str(node.attributes[name])
        return self._last_outputs.get(source, "")

    def put_outputs(self, node: Node, outputs: Mapping[str, str]) -> None:
        """Set the data outputs of a node."""
        for name, value in outputs.items():
            self._last_outputs[node.id, name] = value


def namespace_of(text: Value) -> str:
    """Return the namespace for a user's text: "chat" means "/chat", and "" means "/"."""
    return f"/{str(text).removeprefix('/')}"


def _quote(end: Socket) -> str:
    return f'"{end.socket}" of "{end.node}"'
