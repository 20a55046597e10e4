"""The dimensions of the situations in which a node acts, and which pairs of values can occur."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from pulsecheck.driver.protocol import NodeName
from pulsecheck.explore.words import (
    CONNECTION_NAMES,
    EVENT_NAMES,
    MESSAGES,
    NAMESPACES,
)
from pulsecheck.world.samples import PAYLOADS

Pair = tuple[tuple[str, str], tuple[str, str]]
"""Two dimensions with a value each, in the order of their names."""

TEXT = "one text"
"""The class of a payload that is exactly one text."""
ENDS = (
    "Stop",
    "the server disconnects",
    "the server closes the transport",
    "the network is closed",
    "the network is reset",
)
HOLDS = (
    "nothing held",
    "disconnects held",
    "end of the network connection delayed",
    "closing request held",
    "waiting request held",
)
ACTIONS = (
    NodeName.START,
    NodeName.STOP,
    NodeName.SEND,
    NodeName.SUBSCRIBE,
    NodeName.UNSUBSCRIBE,
)
"""The node types with a pulse input."""
LISTENERS = (
    NodeName.ON_START,
    NodeName.ON_STOP,
    NodeName.ON_RECEIVE,
    NodeName.ON_ERROR,
    NodeName.ON_SUBSCRIBE,
    NodeName.ON_UNSUBSCRIBE,
)
"""The event listener nodes."""
COUNTS = ("one", "two", "three or more")
PLACES = ("first on the branch", "second on the branch", "later on the branch")
CYCLES = ("first", "second", "third or later")

ALWAYS: Mapping[str, tuple[str, ...]] = {
    "scope": ("Project", "Scene"),
    "transport": ("WebSocket", "upgraded", "long-polling"),
    "connections": ("one", "two", "three", "two with one server"),
    "cycle": CYCLES,
    "connection name": tuple(CONNECTION_NAMES),
}
"""The dimensions of every situation, apart from the node type."""
OF_NODES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    **{kind: {"place": PLACES} for kind in ACTIONS},
    **{kind: {"listeners": COUNTS} for kind in LISTENERS},
}
OF_NODES = {
    **OF_NODES,
    NodeName.ON_STOP: {**OF_NODES[NodeName.ON_STOP], "end": ENDS, "hold": HOLDS},
    NodeName.SEND: {
        **OF_NODES[NodeName.SEND],
        "event name": tuple(EVENT_NAMES),
        "namespace": tuple(NAMESPACES),
        "message": tuple(MESSAGES),
    },
    NodeName.ON_RECEIVE: {
        **OF_NODES[NodeName.ON_RECEIVE],
        "event name": tuple(EVENT_NAMES),
        "namespace": tuple(NAMESPACES),
        "payload": (TEXT, *PAYLOADS),
    },
    **{
        kind: {
            **OF_NODES[kind],
            "event name": tuple(EVENT_NAMES),
            "namespace": tuple(NAMESPACES),
        }
        for kind in (NodeName.SUBSCRIBE, NodeName.UNSUBSCRIBE)
    },
}
"""Further dimensions, by node type."""
LONG_POLLING_ALONE = frozenset({"closing request held", "waiting request held"})


def pairs_of(situation: Mapping[str, str]) -> Iterator[Pair]:
    """Yield each pair of values in a situation."""
    yield from combinations(sorted(situation.items()), 2)


def possible_pairs(
    nodes: frozenset[str], transports: tuple[str, ...], *, has_links: bool
) -> frozenset[Pair]:
    """Return all pairs that can occur with the declared node types and transports.

    `transports`: by the names that scenarios use. `has_links`: whether nodes can be linked.
    """
    found: set[Pair] = set()
    for kind, own in OF_NODES.items():
        if kind not in nodes:
            continue
        values = {**ALWAYS, **own, "node": (kind,), "transport": transports}
        if "place" in values and not has_links:
            values["place"] = PLACES[:1]
        if "hold" in values and "long-polling" not in transports:
            values["hold"] = tuple(each for each in HOLDS if each not in LONG_POLLING_ALONE)
        for one, other in combinations(sorted(values), 2):
            found |= {
                ((one, a), (other, b))
                for a in values[one]
                for b in values[other]
                if _can_occur({one: a, other: b})
            }
    return frozenset(found)


def _can_occur(values: Mapping[str, str]) -> bool:
    """Return true if two values can occur together.

    Only long-polling has a closing request and a waiting request. Only the first node of a branch
    gets a message. It is not known which of two connections with one server is ended.
    """
    is_held = values.get("hold") in LONG_POLLING_ALONE
    has_other_transport = values.get("transport", "long-polling") != "long-polling"
    is_later = "message" in values and values.get("place", PLACES[0]) != PLACES[0]
    is_shared = values.get("connections") == "two with one server"
    return not (
        (is_held and has_other_transport)
        or is_later
        or (is_shared and values.get("end", ENDS[0]) != ENDS[0])
    )
