"""The project of a sequence, with the classes of its texts."""

from collections.abc import Iterator

import msgspec

from pulsecheck.driver.protocol import NodeName
from pulsecheck.explore.dimensions import ACTIONS
from pulsecheck.explore.sequence import Sentence

STANDARD = (NodeName.START, NodeName.STOP, NodeName.ON_START, NodeName.ON_STOP)
"""The nodes that each connection of a scenario has."""


class Word(msgspec.Struct, frozen=True):
    """A text and its class."""

    text: str
    kind: str


class PlannedConnection(msgspec.Struct, frozen=True, kw_only=True):
    """A connection. `shares`: the connection whose server it uses too, or ""."""

    name: Word
    transport: str
    shares: str = ""


class PlannedNode(msgspec.Struct, frozen=True, kw_only=True):
    """A node. `is_standard`: it exists without a sentence."""

    name: str
    kind: NodeName
    connection: str
    scope: str
    is_standard: bool = False
    is_enabled: bool = True
    passes_through: bool = False
    event: Word | None = None
    namespace: Word | None = None

    @property
    def executes(self) -> bool:
        return self.is_enabled and not self.passes_through


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """The connections, the nodes, and the links from the pulse of a node to another node."""

    connections: tuple[PlannedConnection, ...]
    nodes: tuple[PlannedNode, ...]
    links: tuple[tuple[str, str], ...] = ()

    def connection(self, name: str) -> PlannedConnection:
        return next(each for each in self.connections if each.name.text == name)

    def node(self, name: str) -> PlannedNode:
        return next(each for each in self.nodes if each.name == name)

    def after(self, node: str) -> PlannedNode | None:
        """The node to which the pulse of `node` leads."""
        return next((self.node(to) for source, to in self.links if source == node), None)

    def listeners(self, kind: NodeName, connection: str) -> tuple[PlannedNode, ...]:
        return tuple(
            each
            for each in self.nodes
            if (each.kind, each.connection) == (kind, connection) and each.is_enabled
        )

    @property
    def shape(self) -> str:
        """The value of the dimension "connections"."""
        if any(each.shares for each in self.connections):
            return "two with one server"
        return ("one", "two", "three")[len(self.connections) - 1]

    def server(self, connection: str) -> str:
        """The name by which sentences call the server of a connection."""
        return self.connection(connection).shares or connection

    def actions(self) -> tuple[PlannedNode, ...]:
        return tuple(each for each in self.nodes if each.kind in ACTIONS)


def sentences_of(plan: Plan) -> Iterator[Sentence]:
    """Yield the sentences that describe a project."""
    for number, each in enumerate(plan.connections):
        name = each.name.text
        what = "another" if number else "a project with the"
        yield Sentence(
            text=f'{what} connection "{name}" over "{each.transport}"', makes=_connection(name)
        )
        if each.shares:
            yield Sentence(
                text=f'the connection "{name}" has the same server as "{each.shares}"',
                uses=frozenset({_connection(name), _connection(each.shares)}),
            )
    for node in plan.nodes:
        yield from _of_node(node)
    for source, target in plan.links:
        yield Sentence(
            text=f'the pulse of "{source}" leads to "{target}"',
            uses=frozenset({*uses(plan.node(source)), *uses(plan.node(target))}),
        )


def _of_node(node: PlannedNode) -> Iterator[Sentence]:
    if not node.is_standard:
        article = "an" if node.kind.startswith("On") else "a"
        yield Sentence(
            text=f'{article} "{node.kind}" node "{node.name}" for "{node.connection}" in the '
            f'scope "{node.scope}"',
            makes=node.name,
            uses=frozenset({_connection(node.connection)}),
        )
    values = {"Event Name": node.event, "Namespace": node.namespace}
    for attribute, word in values.items():
        if word is not None and (attribute, word.text) != ("Namespace", "/"):
            text = f'"{attribute}" of "{node.name}" is "{word.text}"'
            yield Sentence(text=text, uses=uses(node))
    for switch, value, is_changed in (
        ("Enabled", "off", not node.is_enabled),
        ("Pulse Pass Through", "on", node.passes_through),
    ):
        if is_changed:
            text = f'"{switch}" of "{node.name}" is switched "{value}"'
            yield Sentence(text=text, uses=uses(node))


def uses(node: PlannedNode) -> frozenset[str]:
    """Return the value of `Sentence.uses` for a sentence that names a node."""
    own = {_connection(node.connection)}
    return frozenset(own if node.is_standard else own | {node.name})


def connection_uses(name: str) -> frozenset[str]:
    """Return the value of `Sentence.uses` for a sentence that names a connection."""
    return frozenset({_connection(name)})


def _connection(name: str) -> str:
    """The mark of a connection, different from the names of all nodes."""
    return f"connection {name}"
