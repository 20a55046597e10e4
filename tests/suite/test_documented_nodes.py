"""The documented node types in the catalogue match the reference."""

from pulsecheck.driver.protocol import NODE_TYPES
from pulsecheck.suite.feature_files import CATALOGUE, default_features
from pulsecheck.suite.requirements import load
from pulsecheck_reference.node_types import KINDS, describe

NODES = {node.type: node for node in load(default_features() / CATALOGUE).nodes}


def test_they_have_the_sockets_of_the_reference() -> None:
    documented = {name: (node.inputs, node.outputs) for name, node in NODES.items()}
    described = {name: describe(name) for name in KINDS}
    assert documented == {
        name: (
            tuple(socket.name for socket in kind.inputs),
            tuple(socket.name for socket in kind.outputs),
        )
        for name, kind in described.items()
    }


def test_they_are_the_node_types_that_a_driver_can_declare() -> None:
    assert NODES.keys() == set(NODE_TYPES)
