"""Sentences about the studio: Plugins Editor, Project Settings, Toolbox, node types."""

from collections.abc import Iterable

from pytest_bdd import given, parsers, then, when

from pulsecheck.driver.protocol import (
    NODE_GROUPS,
    SOCKETIO_PLUGIN,
    Ability,
    Attribute,
    NodeName,
    Plugin,
    SettingsSection,
)
from pulsecheck.steps.phrase import phrase
from pulsecheck.suite.needs import Needs
from pulsecheck.world.expectations import NotConforming
from pulsecheck.world.world import World

pulsecheck_needs = Needs((Ability.STUDIO,))
OPTIONAL_NODES = NODE_GROUPS[NodeName.SUBSCRIPTION_NODES]
"""The node types that the Toolbox may leave out (TBX-4)."""
ON_OFF = {True: "on", False: "off"}


# --- plugins --------------------------------------------------------------------------------


def it_lists(names: Iterable[str]) -> str:
    """Return a phrase with the names in order, such as "it lists A, B" or "it lists nothing"."""
    return f"it lists {', '.join(sorted(names)) or 'nothing'}"


def plugin(world: World, name: str) -> Plugin:
    plugins = world.ask(lambda driver: driver.plugins()).plugins
    for row in plugins:
        if row.name == name:
            return row
    listed = it_lists(row.name for row in plugins)
    raise NotConforming(f'the Plugins Editor lists "{name}"', listed)


def described(row: Plugin) -> str:
    """Return a phrase with the checkmark and the toggle's label of a row of the Plugins Editor."""
    checkmark = "a checkmark" if row.checked else "no checkmark"
    return f'it has {checkmark}, and its toggle is labelled "{row.toggle}"'


def toggle_and_restart(world: World, name: str) -> None:
    world.ask(lambda driver: driver.toggle_plugin(name))
    save_and_restart(world)


@given(phrase("the plugin {name} is deactivated"))
def is_deactivated(world: World, name: str) -> None:
    has_checkmark(world, name)
    toggle_and_restart(world, name)
    has_no_checkmark(world, name)


@when(phrase("the plugin {name} is activated again"))
def activated_again(world: World, name: str) -> None:
    toggle_and_restart(world, name)


@given(phrase("the plugin {name} was toggled"))
def was_toggled(world: World, name: str) -> None:
    has_checkmark(world, name)
    toggled(world, name)


@when(phrase("the plugin {name} is toggled"))
def toggled(world: World, name: str) -> None:
    world.answer = world.ask(lambda driver: driver.toggle_plugin(name)).message


@when("the project is saved and the application restarted")
def save_and_restart(world: World) -> None:
    world.ask(lambda driver: driver.save())
    restart(world)


@when("the application restarts")
def restart(world: World) -> None:
    world.ask(lambda driver: driver.restart())


@when("the Plugins Editor is opened")
def plugins_editor(world: World) -> None:
    world.answer = world.ask(lambda driver: driver.plugins()).plugins


@then(phrase("the category {category} lists the plugins {names}"))
def category_lists(world: World, category: str, names: str) -> None:
    listed = {row.name for row in world.answer if row.category == category}
    expected = f'the category "{category}" lists {names}'
    world.require(expected, set(names.split(", ")) <= listed, it_lists(listed))


@then(phrase("the plugin {name} has its checkmark"))
def has_checkmark(world: World, name: str) -> None:
    row = plugin(world, name)
    world.require(f'the plugin "{name}" has its checkmark', row.checked, described(row))


@then(phrase("the plugin {name} has no checkmark"))
def has_no_checkmark(world: World, name: str) -> None:
    row = plugin(world, name)
    world.require(f'the plugin "{name}" has no checkmark', not row.checked, described(row))


@then(phrase("the toggle of the plugin {name} is labelled {label}"))
def toggle_labelled(world: World, name: str, label: str) -> None:
    row = plugin(world, name)
    world.require(
        f'the toggle of "{name}" is labelled "{label}"', row.toggle == label, described(row)
    )


@then(phrase("the plugin {name} is still active"))
def still_active(world: World, name: str) -> None:
    row = plugin(world, name)
    active = row.checked and row.toggle != "Deactivated"
    expected = (
        f'the plugin "{name}" has its checkmark, and its toggle is not labelled "Deactivated"'
    )
    world.require(expected, active, described(row))


@then("the user sees a message")
def sees_message(world: World) -> None:
    # Only a person can judge the text of the message. The text may be in any language.
    message = str(world.answer or "")
    world.require("the toggle answers with a message", bool(message.strip()), f"it is {message!r}")


# --- Project Settings -----------------------------------------------------------------------


def section(world: World, name: str) -> SettingsSection | None:
    sections = world.ask(lambda driver: driver.settings()).sections
    return next((found for found in sections if found.name == name), None)


def connections(world: World, name: str) -> dict[str, tuple[str, int]]:
    """Return the URL and the port of each connection that a section lists, by connection name."""
    found = section(world, name)
    if found is None:
        raise NotConforming(f'Project Settings have a section "{name}"', "there is no such section")
    return {row.name: (row.url, row.port) for row in found.connections or ()}


@given(phrase("the connection {name} was added to Project Settings"))
def was_added(world: World, name: str) -> None:
    add(world, name)
    listed = connections(world, SOCKETIO_PLUGIN)
    world.require(f'Project Settings list "{name}"', name in listed, it_lists(listed))


@when(phrase("the connection {name} is added to Project Settings"))
def add(world: World, name: str) -> None:
    add_with(world, name, f"http://{name}.example", "80")


@when(phrase("the connection {name} with the URL {url} and the port {port} is added"))
def add_with(world: World, name: str, url: str, port: str) -> None:
    world.ask(lambda driver: driver.add_connection(name, url, int(port)))


@given(phrase("the connection {name} to the server was made in Project Settings"))
def add_server(world: World, name: str, server: str | None) -> None:
    target = world.server(server or name)
    world.ask(lambda driver: driver.add_connection(name, target.url, target.port))


@when("a connection is added to Project Settings with default values")
def add_with_defaults(world: World) -> None:
    world.answer = world.ask(lambda driver: driver.add_connection(None, None, None)).connection


@given(phrase("the connection {name} was removed from Project Settings"))
@when(phrase("the connection {name} is removed from Project Settings"))
def remove(world: World, name: str) -> None:
    world.ask(lambda driver: driver.remove_connection(name))


@when("all connections are removed from Project Settings")
def remove_all(world: World) -> None:
    world.ask(lambda driver: driver.remove_connection(None))


@when("Project Settings are opened")
def open_settings(world: World) -> None:
    world.answer = world.ask(lambda driver: driver.settings()).sections


@then(phrase("there is a section {name}"))
def has_section(world: World, name: str) -> None:
    world.require(
        f'Project Settings have a section "{name}"',
        section(world, name) is not None,
        "there is no such section",
    )


@then(phrase("there is no section {name}"))
def has_no_section(world: World, name: str) -> None:
    world.require(
        f'Project Settings have no section "{name}"',
        section(world, name) is None,
        "there is such a section",
    )


@then(phrase("the section {name} lists exactly the connections {names}"))
def lists_exactly(world: World, name: str, names: str) -> None:
    listed = connections(world, name)
    expected = f'the section "{name}" lists exactly {names}'
    world.require(expected, sorted(listed) == sorted(names.split(", ")), it_lists(listed))


@then(phrase("the section {name} lists no connection"))
def lists_none(world: World, name: str) -> None:
    listed = connections(world, name)
    world.require(f'the section "{name}" lists no connection', not listed, it_lists(listed))


@then(phrase("Project Settings show {name} with the URL {url} and the port {port}"))
def shows(world: World, name: str, url: str, port: str) -> None:
    listed = connections(world, SOCKETIO_PLUGIN).get(name)
    expected = f'Project Settings list "{name}" with the URL {url} and the port {port}'
    seen = (
        "it is not listed"
        if listed is None
        else f"it has the URL {listed[0]} and the port {listed[1]}"
    )
    world.require(expected, listed == (url, int(port)), seen)


@then("its port is noted")
def note_port(world: World) -> None:
    world.note(f"a new connection has the port {world.answer.port}")


@then(phrase("it is noted whether the connection {name} is still there"))
def note_still_there(world: World, name: str) -> None:
    survived = name in connections(world, SOCKETIO_PLUGIN)
    world.note(f"connections {'survive' if survived else 'do not survive'} a deactivation")


# --- Toolbox --------------------------------------------------------------------------------


def listed_nodes(world: World, scope: str) -> dict[str, tuple[str, ...]]:
    toolbox = world.ask(lambda driver: driver.toolbox(scope))
    return {entry.type: entry.category for entry in toolbox.nodes}


@when(phrase("the Toolbox of the scope {scope} is opened"))
def toolbox(world: World, scope: str) -> None:
    world.answer = listed_nodes(world, scope)


@then(phrase("it lists {node} under {category}"))
def lists_under(world: World, node: str, category: str) -> None:
    expected = tuple(category.split(" > "))
    seen = world.answer.get(node)
    world.require(
        f'"{node}" is listed under {category}',
        seen == expected,
        "it is not listed" if seen is None else f"it is listed under {' > '.join(seen)}",
    )


@then("it lists the Socket.IO nodes")
def lists_nodes(world: World) -> None:
    missing = world.declared_nodes.difference(OPTIONAL_NODES, world.answer)
    world.require(
        "all Socket.IO nodes that the driver declares are listed",
        not missing,
        f"missing: {', '.join(sorted(missing))}",
    )


@then("it lists no Socket.IO node")
def lists_no_nodes(world: World) -> None:
    listed = sorted(node for node in world.answer if "Socket.IO" in node)
    world.require("no Socket.IO node is listed", not listed, it_lists(listed))


@then(phrase("the Toolbox of the scope {scope} lists the Socket.IO nodes"))
def toolbox_lists_nodes(world: World, scope: str) -> None:
    toolbox(world, scope)
    lists_nodes(world)


@then("it is noted which of the optional event listener nodes it lists")
def note_optional_nodes(world: World) -> None:
    for node in OPTIONAL_NODES:
        world.note(f'"{node}" is {"listed" if node in world.answer else "not listed"}')


# --- node types -----------------------------------------------------------------------------


@when(phrase("the node type {name} is looked up"))
def look_up(world: World, name: str) -> None:
    world.answer = world.ask(lambda driver: driver.node_type(name))


@then(parsers.re(r"it has exactly the (?P<side>inputs|outputs)"))
def has_sockets(world: World, side: str, datatable: list[list[str]]) -> None:
    seen = sorted((socket.name, socket.type) for socket in getattr(world.answer, side))
    expected = sorted((name, kind) for name, kind in datatable[1:])
    world.require(
        f"the {side} are {socket_list(expected)}",
        seen == expected,
        f"they are {socket_list(seen)}",
    )


def socket_list(sockets: list[tuple[str, str]]) -> str:
    """Return a text such as "Namespace (String), Message (String)", or "none"."""
    return ", ".join(f"{name} ({kind})" for name, kind in sockets) or "none"


@then("it has no input")
def has_no_input(world: World) -> None:
    seen = [socket.name for socket in world.answer.inputs]
    world.require("the node type has no input", not seen, f"it has {', '.join(seen)}")


def attribute(world: World, name: str) -> Attribute:
    attributes: tuple[Attribute, ...] = world.answer.attributes
    for found in attributes:
        if found.name == name:
            return found
    names = ", ".join(found.name for found in attributes)
    raise NotConforming(
        f'the node type has the attribute "{name}"', f"it has {names or 'no attribute'}"
    )


@then("it has the attributes")
def has_attributes(world: World, datatable: list[list[str]]) -> None:
    for name, editable, default in datatable[1:]:
        seen = attribute(world, name)
        expected = f'"{name}" is {"editable" if editable == "yes" else "not editable"}'
        actual = "it is editable" if seen.editable else "it is not editable"
        world.require(expected, seen.editable == (editable == "yes"), actual)
        if default:
            shown = ON_OFF.get(seen.default) if isinstance(seen.default, bool) else seen.default
            world.require(
                f'"{name}" is {default} in a new node', shown == default, f"it is {shown}"
            )


@then(phrase("it has no attribute {name}"))
def has_no_attribute(world: World, name: str) -> None:
    names = [found.name for found in world.answer.attributes]
    world.require(
        f'the node type has no attribute "{name}"', name not in names, f"it has {', '.join(names)}"
    )


@then(phrase("its attribute {name} is a drop-down in which nothing is chosen"))
def nothing_chosen(world: World, name: str) -> None:
    seen = attribute(world, name)
    empty = seen.choices is not None and not seen.default
    kind = (
        "not a drop-down" if seen.choices is None else f"a drop-down with {seen.default!r} chosen"
    )
    world.require(f'"{name}" is a drop-down in which nothing is chosen', empty, f"it is {kind}")


@then(phrase("its attribute {name} is {value} by default"))
def is_by_default(world: World, name: str, value: str) -> None:
    seen = attribute(world, name)
    world.require(
        f'"{name}" is "{value}" in a new node', seen.default == value, f"it is {seen.default!r}"
    )


@then(phrase("{name} of {node} offers exactly {names}"))
def offers(world: World, name: str, node: str, names: str) -> None:
    look_up(world, node)
    seen = sorted(attribute(world, name).choices or ())
    world.require(
        f'"{name}" offers exactly {names}',
        seen == sorted(names.split(", ")),
        f"it offers {', '.join(seen) or 'nothing'}",
    )
