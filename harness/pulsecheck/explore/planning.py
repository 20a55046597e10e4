"""Generate the project of a sequence."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from random import Random

import msgspec

from pulsecheck.driver.protocol import NodeName
from pulsecheck.explore.dimensions import ACTIONS
from pulsecheck.explore.plan import STANDARD, Plan, PlannedConnection, PlannedNode, Word
from pulsecheck.explore.words import CONNECTION_NAMES, EVENT_NAMES, NAMESPACES, Words

SCOPES = ("Project", "Scene")
CAUSES: dict[NodeName, tuple[NodeName, ...]] = {
    NodeName.START: (NodeName.ON_START, NodeName.ON_STOP, NodeName.ON_ERROR),
    NodeName.STOP: (NodeName.ON_STOP,),
    NodeName.SEND: (NodeName.ON_ERROR,),
    NodeName.SUBSCRIBE: (NodeName.ON_SUBSCRIBE, NodeName.ON_ERROR),
    NodeName.UNSUBSCRIBE: (NodeName.ON_UNSUBSCRIBE,),
}
"""The event listener nodes that may execute because a node executes."""
HAS_EVENT = frozenset(
    {NodeName.SEND, NodeName.SUBSCRIBE, NodeName.UNSUBSCRIBE},
)


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """The node types, transports and abilities that sequences may use.

    transports: by the names that scenarios use.
    """

    nodes: frozenset[str]
    transports: tuple[str, ...]
    has_links: bool
    has_pass_through: bool


def choose_word(random: Random, words: Words) -> Word:
    kind = random.choice(tuple(words))
    return Word(random.choice(words[kind]), kind)


def generate_plan(random: Random, profile: Profile) -> Plan:
    """Return a project that a user could build. A `random` in the same state gives the same plan.

    Links never make a branch execute itself again, whatever happens.
    """
    connections = tuple(_connections(random, profile))
    words = _shared_words(random)
    nodes = [
        node
        for number, each in enumerate(connections)
        for node in _standard_nodes(each, number, profile)
    ]
    for each in connections:
        nodes += _further_nodes(random, profile, each.name.text, words, len(nodes))
    plan = Plan(connections=connections, nodes=tuple(nodes))
    plan = msgspec.structs.replace(plan, nodes=tuple(_switched(random, profile, plan)))
    return _linked(random, plan) if profile.has_links else plan


def _connections(random: Random, profile: Profile) -> Iterator[PlannedConnection]:
    names: list[Word] = []
    for _ in range(random.choice((1, 1, 1, 2, 2, 3))):
        names.append(_unused(random, names))
    shares = len(names) == 2 and random.random() < 0.25
    transport = random.choice(profile.transports)
    for number, name in enumerate(names):
        if number and not shares:
            transport = random.choice(profile.transports)
        owner = names[0].text if shares and number else ""
        yield PlannedConnection(name=name, transport=transport, shares=owner)


def _unused(random: Random, names: list[Word]) -> Word:
    while (found := choose_word(random, CONNECTION_NAMES)) in names:
        pass
    return found


def _standard_nodes(
    connection: PlannedConnection, number: int, profile: Profile
) -> Iterator[PlannedNode]:
    name = connection.name.text
    for kind in STANDARD:
        if kind in profile.nodes:
            yield PlannedNode(
                name=f"{kind} ({name})" if number else kind,
                kind=kind,
                connection=name,
                scope="Project",
                is_standard=True,
            )


def _shared_words(random: Random) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Return the events and namespaces of a project: few, so that nodes have some in common."""
    events = tuple(choose_word(random, EVENT_NAMES) for _ in range(2))
    default = Word("/", "default")
    return events, (default, default, choose_word(random, NAMESPACES))


THEMES: tuple[tuple[NodeName, ...], ...] = (
    (NodeName.SEND,),
    (NodeName.SEND, NodeName.SEND),
    (NodeName.SUBSCRIBE, NodeName.ON_RECEIVE),
    (NodeName.SUBSCRIBE, NodeName.ON_RECEIVE, NodeName.ON_RECEIVE),
    (NodeName.SUBSCRIBE, NodeName.UNSUBSCRIBE, NodeName.ON_RECEIVE),
    (NodeName.SUBSCRIBE, NodeName.SUBSCRIBE, NodeName.UNSUBSCRIBE, NodeName.ON_RECEIVE),
    (NodeName.SUBSCRIBE, NodeName.ON_SUBSCRIBE, NodeName.UNSUBSCRIBE, NodeName.ON_UNSUBSCRIBE),
    (NodeName.START,),
    (NodeName.STOP,),
    (NodeName.ON_START,),
    (NodeName.ON_STOP, NodeName.ON_STOP),
    (NodeName.ON_ERROR,),
)
"""Nodes that make sense together. A project has some of these groups for each connection."""


def _further_nodes(
    random: Random,
    profile: Profile,
    connection: str,
    words: tuple[tuple[Word, ...], tuple[Word, ...]],
    taken: int,
) -> Iterator[PlannedNode]:
    events, namespaces = words
    themes = (random.choice(THEMES) for _ in range(random.randrange(1, 4)))
    kinds = [kind for theme in themes for kind in theme if kind in profile.nodes]
    for number, kind in enumerate(kinds):
        has_event = kind in HAS_EVENT
        yield PlannedNode(
            name=f"{kind} {taken + number + 1}",
            kind=kind,
            connection=connection,
            scope=random.choice(SCOPES),
            event=random.choice(events) if has_event else None,
            namespace=random.choice(namespaces) if has_event else None,
        )


def _switched(random: Random, profile: Profile, plan: Plan) -> Iterator[PlannedNode]:
    for node in plan.nodes:
        chance = random.random()
        if profile.has_links and chance < 0.06:
            yield msgspec.structs.replace(node, is_enabled=False)
        elif profile.has_pass_through and chance < 0.1 and node.kind in ACTIONS:
            yield msgspec.structs.replace(node, passes_through=True)
        else:
            yield node


def _linked(random: Random, plan: Plan) -> Plan:
    """Add links within a scope, as long as nothing can make a branch execute itself again."""
    targets = plan.actions()
    for _ in range(random.choice((0, 1, 2, 3, 4, 5, 6))):
        source, target = random.choice(plan.nodes), random.choice(targets)
        if source.scope != target.scope or any(from_ == source.name for from_, _ in plan.links):
            continue
        links = (*plan.links, (source.name, target.name))
        grown = msgspec.structs.replace(plan, links=links)
        if not can_repeat(grown, may_be_refused=False):
            plan = grown
    return plan


def can_repeat(plan: Plan, *, may_be_refused: bool) -> bool:
    """Return true if links and events may make a node execute again.

    may_be_refused: whether servers may refuse connections. Then a Start may make On Stop pulse.
    """
    graph = {
        node.name: {to for source, to in plan.links if source == node.name} for node in plan.nodes
    }
    for node in plan.nodes:
        for kind in CAUSES.get(node.kind, ()):
            if may_be_refused or (node.kind, kind) != (NodeName.START, NodeName.ON_STOP):
                graph[node.name] |= {each.name for each in plan.nodes if each.kind == kind}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError:
        return True
    return False
