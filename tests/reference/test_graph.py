"""The rules of nodes and of the links between their sockets."""

import re
from typing import Any

import pytest

from pulsecheck.driver.protocol import PULSE_INPUT, PULSE_OUTPUT, Link, Logic, Node, Socket, Value
from pulsecheck_reference.graph import Graph, namespace_of
from pulsecheck_reference.refusal import RefusedError

NODES = (
    Node(id="receiver", type="On Socket.IO Receive"),
    Node(id="failures", type="On Socket.IO Error"),
    Node(id="first", type="Socket.IO Send", attributes={"Message": "from attribute"}),
    Node(id="second", type="Socket.IO Send"),
)


def link(source: tuple[str, str], target: tuple[str, str]) -> Link:
    return Link(
        source=Socket(node=source[0], socket=source[1]),
        target=Socket(node=target[0], socket=target[1]),
    )


def pulse(source: str, target: str) -> Link:
    return link((source, PULSE_OUTPUT), (target, PULSE_INPUT))


def graph(*links: Link) -> Graph:
    return Graph({"Project": Logic(nodes=NODES, links=links)})


def refused(message: str) -> Any:
    return pytest.raises(RefusedError, match=f"^{re.escape(message)}$")


# --- links ----------------------------------------------------------------------------------


def test_a_pulse_output_leads_to_the_linked_node() -> None:
    made = graph(pulse("first", "second"))
    assert made.next(made.node("first")) is made.node("second")
    assert made.next(made.node("second")) is None


def test_a_pulse_input_takes_several_connections() -> None:
    made = graph(pulse("receiver", "second"), pulse("first", "second"))
    assert made.next(made.node("receiver")) is made.next(made.node("first"))


def test_a_pulse_output_has_one_connection() -> None:
    made = graph(pulse("receiver", "first"))
    with refused(
        '"Pulse Output" of "receiver" is already connected to "first": a pulse output has at most '
        "one connection; continue the branch there"
    ):
        made.connect(pulse("receiver", "second"))
    assert made.next(made.node("receiver")) is made.node("first")


def test_a_data_output_feeds_several_inputs() -> None:
    message = ("receiver", "Message")
    made = graph(link(message, ("first", "Message")), link(message, ("second", "Message")))
    made.put_outputs(made.node("receiver"), {"Message": "for both"})
    assert made.inputs(made.node("first"), {})["Message"] == "for both"
    assert made.inputs(made.node("second"), {})["Message"] == "for both"


def test_a_data_input_takes_one_connection() -> None:
    made = graph(link(("receiver", "Message"), ("first", "Message")))
    with refused(
        '"Message" of "first" is already connected to "Message" of "receiver": a data input has at '
        "most one connection; use another input"
    ):
        made.connect(link(("receiver", "Trigger Name"), ("first", "Message")))
    made.put_outputs(made.node("receiver"), {"Message": "text", "Trigger Name": "news"})
    assert made.inputs(made.node("first"), {})["Message"] == "text"


@pytest.mark.parametrize(
    ("output", "input_", "types"),
    [("Message", PULSE_INPUT, ("String", "Pulse")), (PULSE_OUTPUT, "Message", ("Pulse", "String"))],
)
def test_both_ends_have_the_same_data_type(
    output: str, input_: str, types: tuple[str, str]
) -> None:
    with refused(
        f'"{output}" of "receiver" is a {types[0]} and "{input_}" of "first" a {types[1]}: only '
        "sockets of one data type can be connected"
    ):
        graph(link(("receiver", output), ("first", input_)))


@pytest.mark.parametrize(
    ("source", "target", "message"),
    [
        (
            ("receiver", "Mesage"),
            ("first", "Message"),
            'node "receiver" has no output "Mesage"; it has: "Pulse Output", "Namespace", '
            '"Trigger Name", "Message"',
        ),
        (
            ("first", PULSE_OUTPUT),
            ("receiver", PULSE_INPUT),
            'node "receiver" has no input "Pulse Input"; it has: none',
        ),
        (
            ("nobody", PULSE_OUTPUT),
            ("first", PULSE_INPUT),
            'there is no node "nobody" in the open project; there are: "receiver", "failures", '
            '"first", "second"',
        ),
    ],
)
def test_a_missing_socket_cannot_be_linked(
    source: tuple[str, str], target: tuple[str, str], message: str
) -> None:
    with refused(message):
        graph(link(source, target))


# --- values ---------------------------------------------------------------------------------


def test_an_input_without_a_link_has_the_attributes_value() -> None:
    made = graph()
    assert made.inputs(made.node("first"), {}) == {
        "Event Name": "",
        "Namespace": "/",
        "Message": "from attribute",
    }


def test_a_link_has_priority_over_the_attribute() -> None:
    made = graph(link(("receiver", "Message"), ("first", "Message")))
    made.put_outputs(made.node("receiver"), {"Message": "from the connection"})
    assert made.inputs(made.node("first"), {})["Message"] == "from the connection"


def test_a_link_without_a_value_gives_an_empty_text() -> None:
    made = graph(link(("receiver", "Message"), ("first", "Message")))
    assert made.inputs(made.node("first"), {})["Message"] == ""


def test_the_values_of_a_pulse_have_priority_over_both() -> None:
    made = graph(link(("receiver", "Message"), ("first", "Message")))
    values = made.check_values(made.node("first"), {"Message": "from the pulse"})
    assert made.inputs(made.node("first"), values)["Message"] == "from the pulse"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"Mesage": "text"},
            'node "first" has no data input "Mesage"; it has: "Event Name", "Namespace", "Message"',
        ),
        ({"Message": 3}, '"Message" of node "first" is a String, not 3'),
    ],
)
def test_invalid_values_are_refused(values: dict[str, Value], message: str) -> None:
    made = graph()
    with refused(message):
        made.check_values(made.node("first"), values)


@pytest.mark.parametrize(
    ("text", "namespace"), [("/", "/"), ("", "/"), ("chat", "/chat"), ("/chat", "/chat")]
)
def test_a_namespace_begins_with_a_slash(text: str, namespace: str) -> None:
    assert namespace_of(text) == namespace


# --- nodes ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "nodes", "message"),
    [
        (
            "Screen",
            NODES,
            'there is no scope "Screen"; there are: Project, Scene, Function, Prefab',
        ),
        ("Prefab", NODES[:1], 'node "receiver": On Socket.IO Receive is not available in "Prefab"'),
        ("Scene", NODES[:1] * 2, 'there are two nodes "receiver": give each node its own id'),
        (
            "Scene",
            (Node(id="a", type="Socket.IO Stop", attributes={"Message": ""}),),
            'node "a" has no attribute "Message"; it has: Name, Type, Enabled, '
            "Pulse Pass Through, Configuration",
        ),
        (
            "Scene",
            (Node(id="a", type="Socket.IO Stop", attributes={"Enabled": "no"}),),
            'attribute "Enabled" of node "a" is a Boolean, not \'no\'',
        ),
        (
            "Scene",
            (Node(id="a", type="Socket.IO Stop", attributes={"Configuration": 3}),),
            'attribute "Configuration" of node "a" is a String, not 3',
        ),
        (
            "Scene",
            (Node(id="a", type="Socket.IO Strat"),),
            'there is no node type "Socket.IO Strat"; there are: Socket.IO Send, Socket.IO Start, '
            "Socket.IO Stop, Socket.IO Subscribe, Socket.IO Unsubscribe, On Socket.IO Error, "
            "On Socket.IO Receive, On Socket.IO Start, On Socket.IO Stop, On Socket.IO Subscribe, "
            "On Socket.IO Unsubscribe",
        ),
    ],
)
def test_invalid_logic_is_refused(scope: str, nodes: tuple[Node, ...], message: str) -> None:
    with refused(message):
        Graph({scope: Logic(nodes=nodes)})


def test_a_listener_listens_to_its_configuration_while_it_is_enabled() -> None:
    nodes = tuple(
        Node(
            id=f"{name} {enabled}",
            type="On Socket.IO Stop",
            attributes={"Configuration": name, "Enabled": enabled},
        )
        for name in ("main", "other")
        for enabled in (True, False)
    )
    made = Graph({"Project": Logic(nodes=nodes)})
    assert [node.id for node in made.listeners("On Socket.IO Stop", "main")] == ["main True"]
    assert not list(made.listeners("On Socket.IO Start", "main"))


def test_the_nodes_name_the_namespaces_of_a_connection() -> None:
    nodes = tuple(
        Node(id=str(number), type=kind, attributes={"Configuration": name, "Namespace": namespace})
        for number, (kind, name, namespace) in enumerate(
            [
                ("Socket.IO Send", "main", "/lamps"),
                ("Socket.IO Subscribe", "main", "doors"),
                ("Socket.IO Send", "other", "/windows"),
            ]
        )
    )
    made = Graph({"Project": Logic(nodes=nodes)})
    assert made.namespaces("main") == {"/lamps", "/doors"}
