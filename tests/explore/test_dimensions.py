"""The pairs of circumstances: those that sequences bring about, and those that can occur."""

from itertools import islice

import msgspec
import pytest

from pulsecheck.driver.protocol import NodeName
from pulsecheck.explore.dimensions import (
    ACTIONS,
    HOLDS,
    LISTENERS,
    LONG_POLLING_ALONE,
    OF_NODES,
    Pair,
    pairs_of,
    possible_pairs,
)
from pulsecheck.explore.planning import Profile
from pulsecheck.explore.sequence import Sequence
from pulsecheck.explore.stream import exercised_pairs, sequences


def possible(profile: Profile) -> frozenset[Pair]:
    return possible_pairs(profile.nodes, profile.transports, has_links=profile.has_links)


def with_value(pairs: frozenset[Pair], dimension: str, value: str) -> list[Pair]:
    return [pair for pair in pairs if (dimension, value) in pair]


def values(pairs: frozenset[Pair], dimension: str) -> set[str]:
    return {value for pair in pairs for name, value in pair if name == dimension}


def test_a_situation_has_each_pair_of_its_values_once() -> None:
    assert list(pairs_of({"b": "2", "a": "1", "c": "3"})) == [
        (("a", "1"), ("b", "2")),
        (("a", "1"), ("c", "3")),
        (("b", "2"), ("c", "3")),
    ]


def test_each_pair_that_a_sequence_brings_about_is_possible(
    full: Profile, generated: tuple[Sequence, ...]
) -> None:
    found = {pair for each in generated for pair in exercised_pairs(each)}
    assert found - possible(full) == set()
    assert len(found) > 1000


@pytest.mark.parametrize(
    "changes",
    [
        {"transports": ("WebSocket",)},
        {"transports": ("long-polling",)},
        {"has_links": False},
        {"has_pass_through": False},
        {"nodes": frozenset({NodeName.START, NodeName.STOP, NodeName.ON_STOP, NodeName.SEND})},
    ],
    ids=["WebSocket", "long-polling", "no links", "no pass-through", "few nodes"],
)
def test_each_pair_of_a_reduced_profile_is_possible(
    full: Profile, changes: dict[str, object]
) -> None:
    profile: Profile = msgspec.structs.replace(full, **changes)
    found = {pair for each in islice(sequences(4, profile), 150) for pair in exercised_pairs(each)}
    assert found
    assert found - possible(profile) == set()


def test_without_links_each_node_is_the_first_on_the_branch(full: Profile) -> None:
    transports = ("WebSocket", "long-polling")
    unlinked = possible_pairs(full.nodes, transports, has_links=False)
    linked = possible_pairs(full.nodes, transports, has_links=True)
    assert values(unlinked, "place") == {"first on the branch"}
    assert values(linked, "place") == {
        "first on the branch",
        "second on the branch",
        "later on the branch",
    }
    assert unlinked < linked


def test_node_types_and_transports_that_are_not_declared_do_not_occur() -> None:
    nodes = frozenset({NodeName.START, NodeName.ON_START})
    found = possible_pairs(nodes, ("upgraded",), has_links=True)
    assert values(found, "node") == set(map(str, nodes))
    assert values(found, "transport") == {"upgraded"}
    assert not values(found, "event name") | values(found, "hold") | values(found, "payload")


def test_each_pair_has_two_dimensions_in_the_order_of_their_names(full: Profile) -> None:
    assert all(one[0] < other[0] for one, other in possible(full))


def test_only_long_polling_has_a_closing_and_a_waiting_request(full: Profile) -> None:
    pairs = possible(full)
    for hold in HOLDS:
        found = {
            value
            for pair in with_value(pairs, "hold", hold)
            for name, value in pair
            if name == "transport"
        }
        only = {"long-polling"} if hold in LONG_POLLING_ALONE else set(full.transports)
        assert found == only


def test_each_node_type_has_the_dimensions_of_its_group() -> None:
    assert set(OF_NODES) == {*ACTIONS, *LISTENERS}
    assert all("place" in OF_NODES[kind] for kind in ACTIONS)
    assert all("listeners" in OF_NODES[kind] for kind in LISTENERS)
    assert set(OF_NODES[NodeName.ON_STOP]) == {"listeners", "end", "hold"}
    assert set(OF_NODES[NodeName.SEND]) == {"place", "event name", "namespace", "message"}


def test_without_long_polling_its_holds_do_not_occur(full: Profile) -> None:
    pairs = possible_pairs(full.nodes, ("WebSocket",), has_links=True)
    assert values(pairs, "hold") & LONG_POLLING_ALONE == set()


def test_a_message_has_no_later_place_on_a_branch(full: Profile) -> None:
    pairs = possible(full)
    places = {pair[1] for pair in pairs if (pair[0][0], pair[1][0]) == ("message", "place")}
    assert places == {("place", "first on the branch")}


def test_only_stop_ends_a_connection_with_a_shared_server(full: Profile) -> None:
    pairs = with_value(possible(full), "connections", "two with one server")
    assert {pair[1] for pair in pairs if pair[1][0] == "end"} == {("end", "Stop")}
