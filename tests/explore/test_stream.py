"""The sequences of a seed: always the same, within the profile, and of many kinds."""

import hashlib
import os
import re
import subprocess
import sys
from itertools import islice

import msgspec
import pytest

from pulsecheck.driver.protocol import NODE_TYPES, NodeName
from pulsecheck.explore.dimensions import possible_pairs
from pulsecheck.explore.planning import Profile
from pulsecheck.explore.sequence import Sequence
from pulsecheck.explore.stream import exercised_pairs, sequences

HASH_OF_SEED_1 = "da7768012194e84d15cdd839d04e952a53c1389b3bf94a972ccce64976880565"
"""It changes with the generator and its words. It must not change with Python."""
CONNECTION_NODES = frozenset(
    {NodeName.START, NodeName.STOP, NodeName.ON_START, NodeName.ON_STOP},
)
NAMED = re.compile(r'"((?:On )?Socket\.IO \w+)(?: \d+| \([^"]*\))?"')
"""A node type, or the name of a node, which begins with its type."""
IN_ANOTHER_PROCESS = """
from itertools import islice
from pulsecheck.driver.protocol import NODE_TYPES
from pulsecheck.explore.planning import Profile
from pulsecheck.explore.stream import sequences

transports = ("WebSocket", "upgraded", "long-polling")
profile = Profile(
    nodes=frozenset(NODE_TYPES), transports=transports, has_links=True, has_pass_through=True
)
for sequence in islice(sequences(1, profile), 20):
    print(*(each.text for each in sequence.sentences), sep="\\n")
"""


def first(count: int, seed: int, profile: Profile) -> list[Sequence]:
    return list(islice(sequences(seed, profile), count))


def texts(found: list[Sequence]) -> list[str]:
    return [sentence.text for sequence in found for sentence in sequence.sentences]


def digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def reduced(full: Profile, **changes: object) -> list[str]:
    profile: Profile = msgspec.structs.replace(full, **changes)
    return texts(first(100, 3, profile))


def test_a_seed_gives_the_same_sequences_each_time(full: Profile) -> None:
    assert first(50, 5, full) == first(50, 5, full)


def test_two_seeds_give_different_sequences(full: Profile) -> None:
    one, other = first(20, 5, full), first(20, 6, full)
    assert all(a != b for a, b in zip(one, other, strict=True))


def test_the_sequences_of_a_stream_differ(full: Profile) -> None:
    assert len({tuple(texts([each])) for each in first(100, 5, full)}) == 100


def test_every_python_gives_the_same_sequences(full: Profile) -> None:
    assert digest(texts(first(20, 1, full))) == HASH_OF_SEED_1


@pytest.mark.parametrize("hash_seed", ["1", "2"])
def test_the_order_of_sets_has_no_influence(hash_seed: str) -> None:
    path = os.pathsep.join(each for each in sys.path if each)
    done = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS],
        env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        check=True,
    )
    assert digest(done.stdout.decode().rstrip("\n").split("\n")) == HASH_OF_SEED_1


@pytest.mark.parametrize(
    "nodes",
    [
        frozenset({NodeName.START}),
        CONNECTION_NODES,
        CONNECTION_NODES - {NodeName.STOP},
        CONNECTION_NODES | {NodeName.SEND, NodeName.ON_ERROR},
        frozenset(NODE_TYPES) - {NodeName.ON_SUBSCRIBE, NodeName.ON_UNSUBSCRIBE},
    ],
    ids=["Start alone", "connections", "no Stop", "sending", "no On Subscribe"],
)
def test_sequences_use_the_declared_node_types_alone(
    full: Profile, nodes: frozenset[NodeName]
) -> None:
    used = {name for text in reduced(full, nodes=nodes) for name in NAMED.findall(text)}
    assert used == set(map(str, nodes))


def test_sequences_use_all_node_types_of_a_full_profile(full: Profile) -> None:
    used = {name for text in texts(first(100, 3, full)) for name in NAMED.findall(text)}
    assert used == set(map(str, NODE_TYPES))


@pytest.mark.parametrize(
    "transports",
    [("WebSocket",), ("upgraded",), ("long-polling",), ("WebSocket", "long-polling")],
)
def test_sequences_use_the_declared_transports_alone(
    full: Profile, transports: tuple[str, ...]
) -> None:
    lines = reduced(full, transports=transports)
    over = re.compile(r'connection "[^"]*" over "([^"]*)"')
    assert {name for text in lines for name in over.findall(text)} == set(transports)
    is_of_long_polling = any("request of long-polling" in text for text in lines)
    assert is_of_long_polling == ("long-polling" in transports)


def test_links_and_the_switch_enabled_need_the_ability_to_link(full: Profile) -> None:
    link, switch = 'the pulse of "', '"Enabled" of "'
    for has_links in (True, False):
        lines = reduced(full, has_links=has_links)
        assert any(text.startswith(link) for text in lines) == has_links
        assert any(text.startswith(switch) for text in lines) == has_links


def test_pass_through_needs_its_ability(full: Profile) -> None:
    for has_pass_through in (True, False):
        lines = reduced(full, has_pass_through=has_pass_through)
        switched = [text for text in lines if text.startswith('"Pulse Pass Through"')]
        assert bool(switched) == has_pass_through
        assert not [text for text in switched if text.startswith('"Pulse Pass Through" of "On ')]


def test_200_sequences_cover_more_than_half_of_all_pairs(full: Profile) -> None:
    possible = possible_pairs(full.nodes, full.transports, has_links=True)
    found = {pair for each in first(200, 1, full) for pair in exercised_pairs(each)}
    assert len(found & possible) > len(possible) / 2


def test_the_stream_steers_towards_pairs_that_were_not_exercised(
    full: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    def covered() -> int:
        found = (exercised_pairs(each) for seed in range(5) for each in first(15, seed, full))
        return len(frozenset().union(*found))

    steered = covered()
    monkeypatch.setattr("pulsecheck.explore.stream.CANDIDATES", 1)
    assert steered > covered()
