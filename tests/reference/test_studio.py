"""Plugins Editor, Project Settings and Toolbox."""

import re
from typing import Any

import pytest

from pulsecheck.driver.protocol import Logic, Node, Project, Socket, SocketIoConnection
from pulsecheck_reference.node_types import KINDS
from pulsecheck_reference.refusal import RefusedError
from pulsecheck_reference.studio import Studio

LAMPS = SocketIoConnection(name="lamps", url="http://lamps.example", port=80)
DOORS = SocketIoConnection(name="doors", url="http://doors.example", port=80)
OFF = {"Socket.IO": False}
DEACTIVATED = (
    "the plugin Socket.IO is deactivated: toggle it in the Plugins Editor, save and restart"
)


def refused(message: str) -> Any:
    return pytest.raises(RefusedError, match=f"^{re.escape(message)}$")


def listed(studio: Studio) -> dict[str, Any]:
    return {section.name: section.connections for section in studio.sections()}


def checked(studio: Studio) -> dict[str, tuple[bool, str]]:
    return {plugin.name: (plugin.checked, plugin.toggle) for plugin in studio.plugins()}


# --- plugins --------------------------------------------------------------------------------


def test_every_plugin_is_a_communication_plugin_and_active_by_default() -> None:
    rows = [
        (row.name, row.category, row.checked, row.toggle) for row in Studio(Project()).plugins()
    ]
    names = ["MAVLink", "Serial", "Socket.IO", "TCP", "UDP"]
    assert rows == [(name, "Communication", True, "Activated") for name in names]


def test_toggling_asks_to_save_and_restart() -> None:
    studio = Studio(Project())
    assert studio.toggle("Socket.IO") == (
        "To change the plugin Socket.IO, save the project and restart the application."
    )


def test_a_toggle_alone_changes_neither_settings_nor_toolbox() -> None:
    studio = Studio(Project())
    studio.toggle("Socket.IO")
    assert "Socket.IO" in listed(studio)
    assert studio.toolbox("Project")


def test_a_toggle_takes_effect_after_save_and_restart() -> None:
    studio = Studio(Project())
    studio.toggle("Socket.IO")
    studio.save()
    studio.restart()
    on = (True, "Activated")
    assert checked(studio) == {
        "MAVLink": on,
        "Serial": on,
        "Socket.IO": (False, "Deactivated"),
        "TCP": on,
        "UDP": on,
    }
    assert "Socket.IO" not in listed(studio)


def test_a_restart_discards_an_unsaved_toggle() -> None:
    studio = Studio(Project())
    studio.toggle("Socket.IO")
    studio.restart()
    assert checked(studio)["Socket.IO"] == (True, "Activated")
    assert "Socket.IO" in listed(studio)


def test_a_deactivation_keeps_the_connections() -> None:
    studio = Studio(Project(connections=(LAMPS,), plugins=OFF))
    studio.toggle("Socket.IO")
    studio.save()
    studio.restart()
    assert listed(studio)["Socket.IO"] == (LAMPS,)


def test_a_missing_plugin_cannot_be_toggled() -> None:
    with refused('there is no plugin "Sockets"; there are: MAVLink, Serial, Socket.IO, TCP, UDP'):
        Studio(Project()).toggle("Sockets")


# --- Project Settings -----------------------------------------------------------------------


def test_settings_have_a_section_for_socketio() -> None:
    assert listed(Studio(Project(connections=(LAMPS,)))) == {"Socket.IO": (LAMPS,)}


def test_an_added_connection_is_listed() -> None:
    studio = Studio(Project(connections=(LAMPS,)))
    assert studio.add_connection("doors", "http://doors.example", 80) == DOORS
    assert listed(studio)["Socket.IO"] == (LAMPS, DOORS)


def test_a_connection_added_without_values_has_a_free_name_and_port_80() -> None:
    studio = Studio(Project())
    made = [studio.add_connection(None, None, None) for _ in range(2)]
    assert [(each.name, each.port) for each in made] == [("Connection 1", 80), ("Connection 2", 80)]


@pytest.mark.parametrize(
    ("name", "removed", "left"),
    [("lamps", ("lamps",), (DOORS,)), (None, ("lamps", "doors"), ())],
)
def test_connections_are_removed_one_by_one_or_together(
    name: str | None, removed: tuple[str, ...], left: tuple[SocketIoConnection, ...]
) -> None:
    studio = Studio(Project(connections=(LAMPS, DOORS)))
    assert studio.remove_connections(name) == removed
    assert listed(studio)["Socket.IO"] == left


def test_a_restart_discards_unsaved_connections() -> None:
    studio = Studio(Project(connections=(LAMPS,)))
    studio.remove_connections(None)
    studio.restart()
    assert listed(studio)["Socket.IO"] == (LAMPS,)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("lamps", 'there is already a connection "lamps": choose another name'),
        ("", "a connection needs a name, by which nodes choose it"),
    ],
)
def test_a_name_belongs_to_one_connection(name: str, message: str) -> None:
    with refused(message):
        Studio(Project(connections=(LAMPS,))).add_connection(name, None, None)


def test_a_project_with_two_connections_with_one_name_is_refused() -> None:
    with refused('there is already a connection "lamps": choose another name'):
        Studio(Project(connections=(LAMPS, LAMPS)))


def test_a_missing_connection_cannot_be_removed() -> None:
    with refused('there is no connection "lamps" in Project Settings, Socket.IO'):
        Studio(Project()).remove_connections("lamps")


def test_the_settings_of_a_deactivated_plugin_cannot_be_edited() -> None:
    studio = Studio(Project(connections=(LAMPS,), plugins=OFF))
    with refused(DEACTIVATED):
        studio.add_connection("doors", None, None)
    with refused(DEACTIVATED):
        studio.remove_connections(None)


# --- Toolbox --------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", ["Project", "Scene"])
def test_the_toolbox_lists_every_node_type_by_category(scope: str) -> None:
    entries = {entry.type: entry.category for entry in Studio(Project()).toolbox(scope)}
    assert entries == {
        "Socket.IO Send": ("Communication", "Socket.IO"),
        "Socket.IO Start": ("Communication", "Socket.IO"),
        "Socket.IO Stop": ("Communication", "Socket.IO"),
        "Socket.IO Subscribe": ("Communication", "Socket.IO"),
        "Socket.IO Unsubscribe": ("Communication", "Socket.IO"),
        "On Socket.IO Error": ("Communication", "Socket.IO", "Events"),
        "On Socket.IO Receive": ("Communication", "Socket.IO", "Events"),
        "On Socket.IO Start": ("Communication", "Socket.IO", "Events"),
        "On Socket.IO Stop": ("Communication", "Socket.IO", "Events"),
        "On Socket.IO Subscribe": ("Communication", "Socket.IO", "Events"),
        "On Socket.IO Unsubscribe": ("Communication", "Socket.IO", "Events"),
    }


@pytest.mark.parametrize("scope", ["Function", "Prefab"])
def test_some_scopes_have_no_socketio_node(scope: str) -> None:
    assert Studio(Project()).toolbox(scope) == ()


@pytest.mark.parametrize("scope", ["Project", "Scene", "Function", "Prefab"])
def test_no_scope_has_a_node_of_a_deactivated_plugin(scope: str) -> None:
    assert Studio(Project(plugins=OFF)).toolbox(scope) == ()


def test_a_missing_scope_has_no_toolbox() -> None:
    with refused('there is no scope "Screen"; there are: Project, Scene, Function, Prefab'):
        Studio(Project()).toolbox("Screen")


# --- node types -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", KINDS)
def test_every_node_has_the_common_attributes(name: str) -> None:
    found = Studio(Project()).node_type(name).attributes
    seen = {each.name: (each.default, each.editable) for each in found}
    assert seen["Name"] == (name, False)
    assert seen["Type"] == (name, False)
    assert seen["Enabled"] == (True, True)


@pytest.mark.parametrize("name", KINDS)
def test_nodes_with_a_pulse_input_have_pulse_pass_through_and_listeners_do_not(name: str) -> None:
    found = Studio(Project()).node_type(name)
    has_input = any(each.name == "Pulse Input" for each in found.inputs)
    switch = [each.default for each in found.attributes if each.name == "Pulse Pass Through"]
    assert switch == ([False] if has_input else [])
    assert has_input == (not name.startswith("On "))


@pytest.mark.parametrize("name", KINDS)
def test_configuration_offers_the_connections_and_is_empty_by_default(name: str) -> None:
    found = Studio(Project(connections=(LAMPS, DOORS))).node_type(name).attributes
    seen = [(each.choices, each.default) for each in found if each.name == "Configuration"]
    assert seen == [(("lamps", "doors"), None)]


@pytest.mark.parametrize(
    ("name", "inputs", "outputs"),
    [
        ("Socket.IO Start", ["Pulse Input:Pulse"], ["Pulse Output:Pulse"]),
        ("Socket.IO Stop", ["Pulse Input:Pulse"], ["Pulse Output:Pulse"]),
        ("On Socket.IO Start", [], ["Pulse Output:Pulse"]),
        ("On Socket.IO Stop", [], ["Pulse Output:Pulse"]),
        ("On Socket.IO Subscribe", [], ["Pulse Output:Pulse", "Namespace:String"]),
        ("On Socket.IO Unsubscribe", [], ["Pulse Output:Pulse", "Namespace:String"]),
        (
            "Socket.IO Send",
            ["Pulse Input:Pulse", "Event Name:String", "Namespace:String", "Message:String"],
            ["Pulse Output:Pulse"],
        ),
        (
            "Socket.IO Subscribe",
            ["Pulse Input:Pulse", "Event Name:String", "Namespace:String"],
            ["Pulse Output:Pulse"],
        ),
        (
            "Socket.IO Unsubscribe",
            ["Pulse Input:Pulse", "Event Name:String", "Namespace:String"],
            ["Pulse Output:Pulse"],
        ),
        (
            "On Socket.IO Receive",
            [],
            ["Pulse Output:Pulse", "Namespace:String", "Trigger Name:String", "Message:String"],
        ),
        (
            "On Socket.IO Error",
            [],
            ["Pulse Output:Pulse", "Namespace:String", "Message:String"],
        ),
    ],
)
def test_a_node_type_has_the_documented_sockets(
    name: str, inputs: list[str], outputs: list[str]
) -> None:
    found = Studio(Project()).node_type(name)
    assert [f"{each.name}:{each.type}" for each in found.inputs] == inputs
    assert [f"{each.name}:{each.type}" for each in found.outputs] == outputs


@pytest.mark.parametrize("name", ["Socket.IO Send", "Socket.IO Subscribe", "Socket.IO Unsubscribe"])
def test_each_data_input_has_an_attribute_and_the_default_namespace_is_a_slash(name: str) -> None:
    found = Studio(Project()).node_type(name)
    defaults = {each.name: each.default for each in found.attributes}
    assert all(each.name in defaults for each in found.inputs if each.type == "String")
    assert defaults["Namespace"] == "/"


def test_a_deactivated_plugin_has_no_node_types() -> None:
    with refused(DEACTIVATED):
        Studio(Project(plugins=OFF)).node_type("Socket.IO Start")


def test_a_link_is_stored_in_the_scope_of_its_nodes() -> None:
    scene = Logic(nodes=(Node(id="stop", type="Socket.IO Stop"),))
    studio = Studio(Project(logic={"Project": Logic(), "Scene": scene}))
    source = Socket(node="stop", socket="Pulse Output")
    target = Socket(node="stop", socket="Pulse Input")
    studio.keep_link(source, target)
    kept = {scope: len(logic.links) for scope, logic in studio.project.logic.items()}
    assert kept == {"Project": 0, "Scene": 1}
