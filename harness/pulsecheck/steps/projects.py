"""Sentences that describe, open, change and close the project of a scenario."""

from pytest_bdd import given, then, when

from pulsecheck.driver.protocol import Ability, NodeName, Value
from pulsecheck.steps.phrase import phrase
from pulsecheck.suite.needs import needs
from pulsecheck.world.world import TRANSPORTS, World

SWITCH: dict[str, Value] = {"on": True, "off": False}
SWITCHES = {"Enabled": Ability.LINKING, "Pulse Pass Through": Ability.PULSE_PASS_THROUGH}
DYNAMIC = {"Namespace": Ability.DYNAMIC_NAMESPACES}
"""The ability that a data input needs if it gets its value only when the node executes."""


@given("a new project")
def new_project(world: World) -> None:
    world.open_project()


@given(phrase("a project with the connection {name}"))
def one_connection(world: World, name: str) -> None:
    world.add_connection(name)


@given(phrase("a project with the connection {name} over {transport}"))
@needs(transport=TRANSPORTS)
def one_connection_over(world: World, name: str, transport: str) -> None:
    world.add_connection(name, transport)


@given(phrase("a project with the connections {one}, {other} and {third}"))
def three_connections(world: World, one: str, other: str, third: str) -> None:
    for name in (one, other, third):
        world.add_connection(name)


@given(phrase("a project with the connections {one} and {other}"))
def two_connections(world: World, one: str, other: str) -> None:
    world.add_connection(one)
    world.add_connection(other)


@given(phrase("a project with the connections {one} and {other} over {transport}"))
@needs(transport=TRANSPORTS)
def two_connections_over(world: World, one: str, other: str, transport: str) -> None:
    world.add_connection(one, transport)
    world.add_connection(other, transport)


@given(phrase("a project whose nodes use the connection {name}, which does not exist yet"))
def missing_connection(world: World, name: str) -> None:
    world.add_connection(name)
    world.draft.remove_connection(name)


@given(phrase("another connection {name} over {transport}"))
@needs(transport=TRANSPORTS)
def another_connection_over(world: World, name: str, transport: str) -> None:
    world.add_connection(name, transport)


@given(phrase("the connection {name} has the same server as {other}"))
def same_server(world: World, name: str, other: str) -> None:
    world.share_server(name, other)


@given(phrase("{name} is in the scope {scope}"))
def in_scope(world: World, name: str, scope: str) -> None:
    world.draft.set_scope(name, scope)


@given(phrase("the URL of {name} names no port"))
def url_names_no_port(world: World, name: str) -> None:
    url = world.server(name).url
    world.draft.set_url(name, url.removesuffix(f":{world.server(name).port}"))


@given(phrase("the URL of {name} is {url}"))
def url_is(world: World, name: str, url: str) -> None:
    world.draft.set_url(name, url)


@given(phrase("the URL of {name} names the port of the server"))
def url_names_port(world: World, name: str, server: str | None) -> None:
    world.draft.set_url(name, world.url(server))


@given(phrase("a {kind} node {name} for {connection}"))
@given(phrase("an {kind} node {name} for {connection}"))
def node(world: World, kind: str, name: str, connection: str) -> None:
    world.draft.add_node(name, kind, connection)


@given(phrase("a {kind} node {name} for {connection} with"))
def node_with(
    world: World, kind: str, name: str, connection: str, datatable: list[list[str]]
) -> None:
    world.draft.add_node(name, kind, connection, dict(datatable))


@given(phrase("a {kind} node {name} for {connection} in the scope {scope}"))
@given(phrase("an {kind} node {name} for {connection} in the scope {scope}"))
def node_in(world: World, kind: str, name: str, connection: str, scope: str) -> None:
    node(world, kind, name, connection)
    in_scope(world, name, scope)


@given(phrase("a {kind} node {name} for {connection} in the scope {scope} with"))
def node_in_with(  # noqa: PLR0913, PLR0917 - the parts of one sentence
    world: World, kind: str, name: str, connection: str, scope: str, datatable: list[list[str]]
) -> None:
    node_with(world, kind, name, connection, datatable)
    in_scope(world, name, scope)


@given(phrase("a {kind} node {name} in which nothing is chosen"))
def node_without_configuration(world: World, kind: str, name: str) -> None:
    world.draft.add_node(name, kind, None)


@given(phrase("{attribute} of {name} is {value}"))
def attribute_is(world: World, attribute: str, name: str, value: str) -> None:
    world.draft.set_attribute(name, attribute, value)


@given(phrase("{attribute} of {name} is switched {value}"))
@needs(attribute=SWITCHES)
def attribute_is_switched(world: World, attribute: str, name: str, value: str) -> None:
    world.draft.set_attribute(name, attribute, SWITCH[value])


@given(phrase("the pulse of {source} leads to {target}"))
@needs(Ability.LINKING)
def pulse_leads(world: World, source: str, target: str) -> None:
    world.draft.add_link(world.draft.pulse_link(source, target))


@given(phrase("the pulse of {source} leads to {target} and on to {last}"))
@needs(Ability.LINKING)
def pulse_leads_on(world: World, source: str, target: str, last: str) -> None:
    pulse_leads(world, source, target)
    pulse_leads(world, target, last)


@given(phrase("the user also tried to connect the pulse of {source} to {target}"))
@needs(Ability.LINKING)
def second_pulse_link_tried(world: World, source: str, target: str) -> None:
    link = world.draft.pulse_link(source, target)
    world.refusal(lambda driver: driver.connect(link))


@given(phrase("the pulse of {source} was connected to {target}"))
@needs(Ability.LINKING)
def pulse_connected(world: World, source: str, target: str) -> None:
    link = world.draft.pulse_link(source, target)
    world.ask(lambda driver: driver.connect(link))


@given(phrase("{output} of {source} was connected to {attribute} of {target}"))
@needs(Ability.DATA_LINKS, attribute=DYNAMIC)
def data_connected(world: World, output: str, source: str, attribute: str, target: str) -> None:
    link = world.draft.data_link((source, output), (target, attribute))
    world.ask(lambda driver: driver.connect(link))


@given(phrase("{output} of {source} feeds {attribute} of the sending node {sender}"))
@needs(NodeName.SEND, Ability.DATA_LINKS, attribute=DYNAMIC)
def feeds_sender(world: World, output: str, source: str, attribute: str, sender: str) -> None:
    world.draft.add_node(sender, "Socket.IO Send", world.draft.first, {"Event Name": sender})
    world.draft.add_link(world.draft.data_link((source, output), (sender, attribute)))


@given(phrase("the user also tried to connect {output} of {source} to {attribute} of {target}"))
@needs(Ability.DATA_LINKS, attribute=DYNAMIC)
def second_data_link_tried(
    world: World, output: str, source: str, attribute: str, target: str
) -> None:
    link = world.draft.data_link((source, output), (target, attribute))
    world.refusal(lambda driver: driver.connect(link))


@given(phrase("the name in the URL of {name} cannot be resolved"))
def name_unresolvable(world: World, name: str) -> None:
    world.draft.set_url(name, f"http://{world.unresolvable_name()}")
    world.allow_late_errors()


@when("the project is opened")
def opened(world: World) -> None:
    world.open_project()


@when("the project is closed")
def closed(world: World) -> None:
    world.close_project()


@when(phrase("the user connects the pulse of {source} to {target}"))
@needs(Ability.LINKING)
def connects_pulse(world: World, source: str, target: str) -> None:
    link = world.draft.pulse_link(source, target)
    world.answer = world.refusal(lambda driver: driver.connect(link))


@when(phrase("the user connects {output} of {source} to {target_input} of {target}"))
@needs(Ability.DATA_LINKS)
def connects(world: World, output: str, source: str, target_input: str, target: str) -> None:
    link = world.draft.data_link((source, output), (target, target_input))
    world.answer = world.refusal(lambda driver: driver.connect(link))


@then("the connection is refused")
def connection_refused(world: World) -> None:
    refused = world.answer is not None
    world.require("the connection of the two sockets is refused", refused, "it was accepted")


@then("the connection is accepted")
def connection_accepted(world: World) -> None:
    world.require(
        "the connection of the two sockets is accepted", world.answer is None, world.answer
    )
