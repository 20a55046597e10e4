"""The logic of a project: nodes, the connections between their sockets, and their rules.

Source: modules/logic-editor. One pulse output leads to one input at the most, a pulse input takes
several; a data input takes one connection at the most, a data output feeds several; both ends
have the same data type. A connection between nodes is called a link here.
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
    """A node of a valid project; `attributes` are all that its type has."""

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
        """The name of the connection that was chosen."""
        chosen = self.attributes[CONFIGURATION]
        return chosen if isinstance(chosen, str) else None

    @property
    def is_enabled(self) -> bool:
        return self.attributes["Enabled"] is True

    @property
    def passes_through(self) -> bool:
        return self.attributes.get("Pulse Pass Through") is True


class Graph:
    """Raises RefusedError for logic that is against the rules."""

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
            raise RefusedError(f'there are two nodes "{plain.id}": a node\'s id is unique')
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
        """The node of that id. Raises RefusedError if there is none."""
        if id_ not in self._nodes:
            raise RefusedError(
                f'there is no node "{id_}" in the open project; there are: {listed(self._nodes)}'
            )
        return self._nodes[id_]

    def listeners(self, kind: str, configuration: str) -> Iterator[Node]:
        """The enabled nodes of that type that listen to the connection."""
        for node in self._nodes.values():
            if (node.type, node.configuration) == (kind, configuration) and node.is_enabled:
                yield node

    def namespaces(self, configuration: str) -> set[str]:
        """The namespaces that the attributes of a connection's nodes name."""
        return {
            namespace_of(node.attributes["Namespace"])
            for node in self._nodes.values()
            if node.configuration == configuration and "Namespace" in node.attributes
        }

    # --- links ----------------------------------------------------------------------------------

    def connect(self, link: Link) -> None:
        """Connect an output to an input. Raises RefusedError, and then nothing has changed."""
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
                f'{_quote(link.source)} is connected to "{taken}" already: a pulse output has one '
                "connection at the most; pass the pulse on from there"
            )
        self._next[link.source.node] = link.target.node

    def _feed(self, link: Link) -> None:
        target = (link.target.node, link.target.socket)
        if (taken := self._feeds.get(target)) is not None:
            raise RefusedError(
                f'{_quote(link.target)} is connected to "{taken[1]}" of "{taken[0]}" already: a '
                "data input has one connection at the most; use another input"
            )
        self._feeds[target] = (link.source.node, link.source.socket)

    def next(self, node: Node) -> Node | None:
        """The node that the node's pulse output leads to."""
        following = self._next.get(node.id)
        return None if following is None else self._nodes[following]

    # --- values ---------------------------------------------------------------------------------

    def check_values(self, node: Node, values: Mapping[str, Value]) -> dict[str, str]:
        """Values for data inputs of the node. Raises RefusedError for others."""
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
        """What the node's data inputs hold: `values`, else the link's, else the attribute's."""
        return {name: values.get(name, self._linked(node, name)) for name in node.kind.inputs}

    def _linked(self, node: Node, name: str) -> str:
        source = self._feeds.get((node.id, name))
        if source is None:
            return str(node.attributes[name])
        return self._last_outputs.get(source, "")

    def put_outputs(self, node: Node, outputs: Mapping[str, str]) -> None:
        """Set what the node's data outputs hold from now on."""
        for name, value in outputs.items():
            self._last_outputs[node.id, name] = value


def namespace_of(text: Value) -> str:
    """The namespace that a user's text names: "chat" is "/chat", and no text is "/"."""
    return f"/{str(text).removeprefix('/')}"


def _quote(end: Socket) -> str:
    return f'"{end.socket}" of "{end.node}"'
