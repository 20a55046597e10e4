"""Mistakes in the logic: nodes, branches, the connections between sockets, Configuration."""

from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import Link, Project
from pulsecheck.driver.protocol import Node as PlainNode
from pulsecheck_reference.altered import around, both, replaced
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.driver import Outbox
from pulsecheck_reference.graph import Graph, Node
from pulsecheck_reference.lifecycle import State
from pulsecheck_reference.refusal import RefusedError
from pulsecheck_reference.runtime import Runtime, _Branch

from .changes import Outputs
from .mutant import Mutant


def passes_if_disabled(right: Any, self: Runtime, node: Node, values: Outputs) -> Any:
    return right(self, node, values) if node.attributes["Enabled"] is True else nothing()


async def nothing() -> dict[str, str]:
    return {}


def later_with(**attributes: Any) -> Any:
    """Give these attributes to all nodes of a branch except the first node."""

    def following(right: Any, self: Graph, node: Node) -> Node | None:
        found: Node | None = right(self, node)
        named = {name.replace("_", " "): value for name, value in attributes.items()}
        return found and Node(found.id, found.type, {**found.attributes, **named})

    return around(Graph, "next", following)


def enabled_unless_start(node: Node) -> bool:
    return node.attributes["Enabled"] is True or not node.type.endswith("Socket.IO Start")


def enabled_or_passed(node: Node) -> bool:
    return node.attributes["Enabled"] is True or node.attributes.get("Pulse Pass Through") is True


def passed_if_enabled(node: Node) -> bool:
    return all(node.attributes.get(name) is True for name in ("Enabled", "Pulse Pass Through"))


def start_that_passes(node: Node) -> bool:
    return node.type == "Socket.IO Start" and node.attributes["Pulse Pass Through"] is True


def end_at_passing(right: Any, self: Graph, node: Node) -> Node | None:
    return None if node.passes_through else right(self, node)


async def stop_at_passing(right: Any, self: Runtime, branch: _Branch) -> None:
    if not branch.first.passes_through:
        await right(self, branch)


def lead_once(right: Any, self: Graph, link: Link) -> None:
    if link.target.node in self._next.values():
        raise RefusedError(f'"{link.target.node}" is connected already')
    right(self, link)


def lead_first(right: Any, self: Graph, link: Link) -> None:
    if link.target.node not in self._next.values():
        right(self, link)


def lead_to_all(right: Any, self: Graph, link: Link) -> None:
    """A pulse output may have a second connection."""
    taken = self._next.get(link.source.node)
    if taken is None:
        right(self, link)
    else:
        self._next[taken] = link.target.node


def feed_all(right: Any, self: Graph, link: Link) -> None:
    """An input concatenates the values of all its connections."""
    target = (link.target.node, link.target.socket)
    if target in self._feeds:
        further_of(self).setdefault(target, []).append((link.source.node, link.source.socket))
    else:
        right(self, link)


def linked_all(right: Any, self: Graph, node: Node, name: str) -> str:
    further = further_of(self).get((node.id, name), [])
    return str(right(self, node, name)) + "".join(
        self._last_outputs.get(one, "") for one in further
    )


def further_of(graph: Graph) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """Return the further connections of each input, without its first connection."""
    found: dict[tuple[str, str], list[tuple[str, str]]] = vars(graph).setdefault("further", {})
    return found


def feed_once(right: Any, self: Graph, link: Link) -> None:
    """A data output feeds only the input to which it was connected last."""
    source = (link.source.node, link.source.socket)
    for target in [target for target, feeding in self._feeds.items() if feeding == source]:
        del self._feeds[target]
    right(self, link)


def linked_or_nothing(right: Any, self: Graph, node: Node, name: str) -> str:
    """If one input of a node is connected, its other inputs are empty."""
    is_fed = any(target == node.id for target, _ in self._feeds)
    return "" if is_fed and (node.id, name) not in self._feeds else str(right(self, node, name))


def connect_anything(right: Any, self: Graph, link: Link) -> None:
    try:
        right(self, link)
    except RefusedError as refused:
        if "only sockets of one data type" not in str(refused):
            raise


async def execute_fed(right: Any, self: Runtime, node: Node, values: Outputs) -> Outputs:
    """A value that arrives at an input executes the node."""
    outputs: Outputs = await right(self, node, values)
    if node.kind.is_listener:
        for (target, _), (source, _) in self._graph._feeds.items():
            if source == node.id:
                self._initiated.put_nowait(_Branch(self._graph.node(target), {}))
    return outputs


def attribute_first(right: Any, self: Graph, node: Node, name: str) -> str:
    return str(node.attributes[name] or right(self, node, name))


async def report_backwards(right: Any, self: Runtime, branch: _Branch) -> None:
    """The pulses of a branch are reported only when the branch has ended, in reverse order."""
    reports, kept = self._reports, []

    class Keeping:
        def pulsed(self, node: str, outputs: Outputs) -> None:
            kept.append((node, outputs))

        def error(self, message: str, node: str | None = None) -> None:
            reports.error(message, node)

        async def delivered(self) -> None:
            await reports.delivered()

    self._reports = Keeping()
    try:
        await right(self, branch)
    finally:
        self._reports = reports
        for node, outputs in reversed(kept):
            reports.pulsed(node, outputs)


def execute_at_once(right: Any, self: Runtime, project: Project, *others: Any) -> None:
    """The last Socket.IO Stop executes when the project is opened."""
    right(self, project, *others)
    nodes = [node for logic in project.logic.values() for node in logic.nodes]
    stops = [node.id for node in nodes if node.type == "Socket.IO Stop"]
    if len(stops) > 1:
        self._initiated.put_nowait(_Branch(self._graph.node(stops[-1]), {}))


def connect_in_turn(right: Any, self: Connections, name: str) -> None:
    """Only one connection can be connecting."""
    others = (found for key, found in self._connections.items() if key != name)
    if all(other._state is not State.CONNECTING for other in others):
        right(self, name)


def start_alone(right: Any, self: Connections, name: str) -> None:
    """While one server is unreachable, no other connection is started."""
    others = (found for key, found in self._connections.items() if key != name)
    if not any(vars(other).get("has_failed") for other in others):
        right(self, name)


def note_failure(right: Any, self: Connection, message: str) -> None:
    vars(self)["has_failed"] = True
    right(self, message)


async def close_all(right: Any, self: Attempt) -> None:
    """All connections share one HTTP session. The first connection to end closes the session."""
    POLLING.setdefault(self._loop, set()).add(self)
    await right(self)
    for other in POLLING.pop(self._loop, set()) - {self}:
        if other._client.transport() == "polling":
            other._sockets.cut()


POLLING: dict[Any, set[Attempt]] = {}


def swallow(right: Any, self: Outbox, message: str, node: str | None = None) -> None:
    if "no connection" not in message:
        right(self, message, node)


def add_enabled(right: Any, self: Graph, scope: str, plain: PlainNode) -> None:
    """Enabled has no effect in the scope Scene."""
    enabled = {**plain.attributes, "Enabled": True} if scope == "Scene" else plain.attributes
    right(self, scope, replace(plain, attributes=enabled))


def lead_twice(right: Any, self: Graph, link: Link) -> None:
    if list(self._next.values()).count(link.target.node) > 1:
        raise RefusedError(f'"{link.target.node}" has two connections already')
    right(self, link)


def set_namespace_first(right: Any, self: Graph, node: Node, name: str) -> str:
    is_set = name == "Namespace" and node.attributes[name] != "/"
    return str(node.attributes[name]) if is_set else str(right(self, node, name))


def put_no_error(right: Any, self: Graph, node: Node, outputs: Outputs) -> None:
    if node.type != "On Socket.IO Error":
        right(self, node, outputs)


def end_after_subscribe(right: Any, self: Graph, node: Node) -> Node | None:
    """A Subscribe node that another node leads to ends its branch."""
    is_later = node.id in self._next.values()
    return None if is_later and node.type == "Socket.IO Subscribe" else right(self, node)


def connect_actions(right: Any, self: Runtime, link: Link) -> None:
    """The pulses of event listener nodes are connected only when the project is opened."""
    if not self._graph.node(link.source.node).kind.is_listener:
        right(self, link)


MUTANTS = (
    Mutant("NOD-2", "executes disabled nodes", replaced(Node, "is_enabled", True)),
    Mutant(
        "NOD-2",
        "continues after disabled nodes",
        both(
            replaced(Node, "is_enabled", True), around(Runtime, "_execute_node", passes_if_disabled)
        ),
    ),
    Mutant(
        "NOD-2",
        "executes disabled nodes after the first of a branch",
        later_with(Enabled=True),
    ),
    Mutant(
        "NOD-2",
        "executes disabled nodes other than Start",
        replaced(Node, "is_enabled", property(enabled_unless_start)),
    ),
    Mutant(
        "NOD-2",
        "executes disabled nodes that pulses pass through",
        both(
            replaced(Node, "is_enabled", property(enabled_or_passed)),
            replaced(Node, "passes_through", property(passed_if_enabled)),
        ),
    ),
    Mutant(
        "NOD-3",
        "executes later nodes that pulses should pass through",
        later_with(Pulse_Pass_Through=False),
    ),
    Mutant(
        "NOD-3",
        "executes other nodes than Start that pulses should pass through",
        replaced(Node, "passes_through", property(start_that_passes)),
    ),
    Mutant(
        "NOD-3",
        "ends a branch at any node that pulses should pass through",
        around(Graph, "next", end_at_passing),
    ),
    Mutant(
        "NOD-3",
        "executes a node that pulses should pass through",
        replaced(Node, "passes_through", False),
    ),
    Mutant(
        "NOD-3",
        "ends a branch at a node that pulses should pass through",
        around(Runtime, "_execute", stop_at_passing),
    ),
    Mutant(
        "NOD-4", "has room for one connection at a pulse input", around(Graph, "_lead", lead_once)
    ),
    Mutant(
        "NOD-4",
        "forgets the second connection of a pulse input",
        around(Graph, "_lead", lead_first),
    ),
    Mutant("NOD-2", "executes disabled nodes of Scene", around(Graph, "_add", add_enabled)),
    Mutant(
        "NOD-4", "has room for two connections at a pulse input", around(Graph, "_lead", lead_twice)
    ),
    Mutant(
        "NOD-7",
        "prefers a namespace that was set to a connection",
        around(Graph, "_linked", set_namespace_first),
    ),
    Mutant("NOD-7", "gives no values of On Error", around(Graph, "put_outputs", put_no_error)),
    Mutant(
        "NOD-8",
        "ends a branch after a later Subscribe",
        around(Graph, "next", end_after_subscribe),
        also=("NOD-3",),
    ),
    Mutant(
        "NOD-8",
        "connects no listener while the project runs",
        around(Runtime, "connect", connect_actions),
        also=("NOD-4", "NOD-5"),
    ),
    Mutant("NOD-4", "leads one pulse to two nodes", around(Graph, "_lead", lead_to_all)),
    Mutant(
        "NOD-5",
        "joins the values of two connections",
        both(around(Graph, "_feed", feed_all), around(Graph, "_linked", linked_all)),
    ),
    Mutant("NOD-5", "feeds one node from an output", around(Graph, "_feed", feed_once)),
    Mutant("NOD-5", "connects sockets of two types", around(Graph, "connect", connect_anything)),
    Mutant(
        "NOD-6",
        "executes a node when a value arrives",
        around(Runtime, "_execute_node", execute_fed),
    ),
    Mutant(
        "NOD-7",
        "forgets attributes when another input is connected",
        around(Graph, "_linked", linked_or_nothing),
    ),
    Mutant("NOD-7", "prefers attributes to connections", around(Graph, "_linked", attribute_first)),
    Mutant(
        "NOD-8",
        "pulses when the branch is over",
        around(Runtime, "_execute", report_backwards),
        also=("NOD-6",),
    ),
    Mutant(
        "NOD-9",
        "executes a node when the project is opened",
        around(Runtime, "__init__", execute_at_once),
        also=("NOD-8", "STA-3"),  # the node may execute when a branch to it has begun
    ),
    Mutant(
        "CFG-4",
        "reports no error when no connection is chosen",
        around(Outbox, "error", swallow),
        elsewhere=True,
    ),
    Mutant(
        "SET-4",
        "starts nothing while a server is unreachable",
        both(around(Connections, "start", start_alone), around(Connection, "failed", note_failure)),
    ),
    Mutant(
        "CFG-3",
        "closes the HTTP session of all connections",
        around(Attempt, "_run", close_all),
        elsewhere=True,
    ),
    Mutant(
        "SET-4",
        "connects one after the other",
        around(Connections, "start", connect_in_turn),
        also=("STA-2",),
    ),
)
