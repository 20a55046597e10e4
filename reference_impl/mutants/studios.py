"""Mistakes of the studio: plugins, Project Settings, Toolbox, node types, Configuration."""

from collections.abc import Callable, Iterable
from typing import Any

from msgspec.structs import replace

from harness.driver.protocol import (
    SOCKETIO_PLUGIN,
    Attribute,
    Done,
    NodeType,
    Plugin,
    SettingsSection,
    SocketIoConnection,
    SocketType,
    ToolboxEntry,
)
from reference_impl import node_types, studio
from reference_impl.altered import around, both, replaced
from reference_impl.application import Application
from reference_impl.node_types import KINDS, SCOPES
from reference_impl.studio import Studio

from .mutant import Mutant

ENTRIES = tuple(ToolboxEntry(type=name, category=kind.category) for name, kind in KINDS.items())
FIRST = "Socket.IO Start"


# --- plugins --------------------------------------------------------------------------------


def toggle_saves(right: Any, self: Studio, name: str) -> str:
    told: str = right(self, name)
    self.save()
    return told


def toggle_all(right: Any, self: Studio, name: str) -> str:
    told = [right(self, each) for each in studio.PLUGINS]
    return str(told[studio.PLUGINS.index(name)])


def toggle_one(right: Any, self: Studio, name: str) -> str:
    """Only the plugin that was toggled last is remembered."""
    told: str = right(self, name)
    toggled = {name: self._project.plugins[name]}
    self._project = replace(self._project, plugins=toggled)
    return told


def only_off(right: Any, self: Studio, name: str) -> str:
    told: str = right(self, name)
    self._project = replace(self._project, plugins={**self._project.plugins, name: False})
    return told


def one_label(right: Callable[..., Plugin], self: Studio, name: str) -> Plugin:
    return replace(right(self, name), toggle="Activated")


async def rest_after_restart(right: Any, self: Application, params: Any) -> Done:
    """The project is open in the studio again, and does not run."""
    done: Done = await right(self, params)
    await self.close()
    return done


def run_without_plugin(_right: Any, self: Application) -> Any:
    return self._runtime


def unmarked(right: Any, self: Studio) -> tuple[Plugin, ...]:
    """What nobody has ever toggled is shown as if it were off."""
    return tuple(
        replace(found, checked=self.project.plugins.get(found.name, False))
        if found.name == SOCKETIO_PLUGIN
        else found
        for found in right(self)
    )


def saves_no_plugins(self: Studio) -> None:
    self._saved = replace(self._project, plugins=self._saved.plugins)


def with_plugin(right: Any, self: Studio) -> Any:
    active, self._active = self._active, set(studio.PLUGINS)
    try:
        return right(self)
    finally:
        self._active = active


def toolbox_anyway(_right: Any, _self: Studio, scope: str) -> tuple[ToolboxEntry, ...]:
    return ENTRIES if SCOPES[scope] else ()


def listeners_anyway(right: Any, self: Studio, scope: str) -> tuple[ToolboxEntry, ...]:
    listed: tuple[ToolboxEntry, ...] = right(self, scope)
    return listed or tuple(
        found for found in ENTRIES if found.type.startswith("On ") and SCOPES[scope]
    )


PLUGINS = (
    Mutant("PLG-1", "is of another category", replaced(studio, "CATEGORY", "Network")),
    Mutant(
        "PLG-1",
        "has no plugin Serial",
        replaced(studio, "PLUGINS", ("MAVLink", "Socket.IO", "TCP", "UDP")),
    ),
    Mutant("PLG-1", "has no checkmark at first", around(Studio, "plugins", unmarked)),
    Mutant(
        "PLG-2",
        "keeps the section without the plugin",
        around(Studio, "sections", with_plugin),
    ),
    Mutant(
        "PLG-3", "keeps its nodes without the plugin", around(Studio, "toolbox", toolbox_anyway)
    ),
    Mutant(
        "PLG-3",
        "keeps its event listeners without the plugin",
        around(Studio, "toolbox", listeners_anyway),
    ),
    Mutant(
        "PLG-3",
        "executes its nodes without the plugin",
        around(Application, "_running", run_without_plugin),
    ),
    Mutant(
        "PLG-4",
        "asks for nothing when toggled",
        around(Studio, "toggle", lambda right, self, name: right(self, name) and "Done."),
    ),
    Mutant("PLG-4", "does not save plugins", replaced(Studio, "save", saves_no_plugins)),
    Mutant("PLG-5", "keeps the label of the toggle", around(Studio, "_plugin", one_label)),
    Mutant("PLG-5", "toggles every plugin", around(Studio, "toggle", toggle_all)),
    Mutant("PLG-5", "forgets what was toggled before", around(Studio, "toggle", toggle_one)),
    Mutant("PLG-5", "runs nothing after it", around(Application, "_restart", rest_after_restart)),
    Mutant("PLG-6", "cannot be activated again", around(Studio, "toggle", only_off)),
    Mutant("PLG-7", "saves what was only toggled", around(Studio, "toggle", toggle_saves)),
)


# --- Project Settings -----------------------------------------------------------------------


def sections_as_saved(right: Any, self: Studio) -> tuple[SettingsSection, ...]:
    edited = self._project
    self._project = replace(edited, connections=self._saved.connections)
    try:
        shown: tuple[SettingsSection, ...] = right(self)
        return shown
    finally:
        self._project = edited


def add_in_place(right: Any, self: Studio, *settings: Any) -> SocketIoConnection:
    self._set_connections(())
    made: SocketIoConnection = right(self, *settings)
    return made


def remove_all(right: Any, self: Studio, _name: str | None) -> tuple[str, ...]:
    removed: tuple[str, ...] = right(self, None)
    return removed


def remove_first(right: Any, self: Studio, name: str | None) -> tuple[str, ...]:
    removed: tuple[str, ...] = right(self, name or self.project.connections[0].name)
    return removed


def usual_port(right: Any, self: Studio, name: Any, url: Any, _port: Any) -> SocketIoConnection:
    made: SocketIoConnection = right(self, name, url, 80)
    return made


def slash_behind(right: Any, self: Studio, name: Any, url: Any, port: Any) -> SocketIoConnection:
    made: SocketIoConnection = right(self, name, url and f"{url}/", port)
    return made


def run_as_opened(right: Any, self: Application, opened: Studio) -> None:
    """The runtime knows the connections that there were when the project was opened."""
    there = {found.name for found in opened.project.connections}
    find = opened.find_connection
    opened.find_connection = lambda name: find(name) if name in there else None  # type: ignore[method-assign]
    right(self, opened)
    del opened.find_connection


def offered_to_actions(right: Any, self: Studio, name: str) -> NodeType:
    described: NodeType = right(self, name)
    is_listener = KINDS[name].is_listener
    return attribute("Configuration", choices=())(described) if is_listener else described


SETTINGS = (
    Mutant("SET-1", "has room for one connection", around(Studio, "add_connection", add_in_place)),
    Mutant(
        "SET-1", "removes all connections for one", around(Studio, "remove_connections", remove_all)
    ),
    Mutant(
        "SET-1",
        "removes one connection for all",
        around(Studio, "remove_connections", remove_first),
    ),
    Mutant("SET-1", "lists what was saved", around(Studio, "sections", sections_as_saved)),
    Mutant("SET-2", "forgets the port", around(Studio, "add_connection", usual_port)),
    Mutant("SET-2", "changes the URL", around(Studio, "add_connection", slash_behind)),
    Mutant(
        "SET-3",
        "is offered by nodes with a pulse input alone",
        around(Studio, "node_type", offered_to_actions),
    ),
    Mutant(
        "SET-3",
        "knows only the connections that were there",
        around(Application, "_run", run_as_opened),
    ),
)


# --- Toolbox --------------------------------------------------------------------------------


def listing(change: Callable[[ToolboxEntry], ToolboxEntry]) -> Callable[[], None]:
    def changed(right: Any, self: Studio, scope: str) -> Iterable[ToolboxEntry]:
        return tuple(change(entry) for entry in right(self, scope))

    return around(Studio, "toolbox", changed)


def lacking(name: str) -> Callable[[], None]:
    def shorter(right: Any, self: Studio, scope: str) -> Iterable[ToolboxEntry]:
        return tuple(
            entry for entry in right(self, scope) if (entry.type, scope) != (name, "Scene")
        )

    return around(Studio, "toolbox", shorter)


def everywhere(_right: Any, self: Studio, _scope: str) -> Iterable[ToolboxEntry]:
    return ENTRIES if self.has_socketio else ()


TOOLBOX = (
    Mutant(
        "TBX-1",
        "has no folder for events",
        listing(lambda entry: replace(entry, category=("Communication", "Socket.IO"))),
    ),
    Mutant(
        "TBX-1",
        "stands outside of Communication",
        listing(lambda entry: replace(entry, category=entry.category[1:])),
    ),
    Mutant("TBX-2", "lacks a node in Scene", lacking("On Socket.IO Error")),
    Mutant("TBX-3", "is there in Function and Prefab", around(Studio, "toolbox", everywhere)),
)


# --- node types -----------------------------------------------------------------------------


def attribute(name: str, **changes: Any) -> Callable[[NodeType], NodeType]:
    def change(kind: NodeType) -> NodeType:
        attributes = (
            replace(found, **changes) if found.name == name else found for found in kind.attributes
        )
        return replace(kind, attributes=tuple(attributes))

    return change


def also(name: str) -> Callable[[NodeType], NodeType]:
    extra = Attribute(name=name, type="Boolean", default=False)
    return lambda kind: replace(
        kind, attributes=(*(found for found in kind.attributes if found.name != name), extra)
    )


def without(*, outputs: str = "", inputs: str = "") -> Callable[[NodeType], NodeType]:
    return lambda kind: replace(
        kind,
        inputs=tuple(found for found in kind.inputs if found.name != inputs),
        outputs=tuple(found for found in kind.outputs if found.name != outputs),
    )


def with_input(name: str, kind_of_data: str) -> Callable[[NodeType], NodeType]:
    extra = SocketType(name=name, type=kind_of_data)
    return lambda kind: replace(kind, inputs=(*kind.inputs, extra))


def of(change: Callable[[NodeType], NodeType], *kinds: str) -> Callable[[], None]:
    """Describe these node types wrongly, or all of them where none is named."""

    def describe(right: Any, self: Studio, name: str) -> NodeType:
        described: NodeType = right(self, name)
        return change(described) if name in kinds or not kinds else described

    return around(Studio, "node_type", describe)


def stale(right: Any, self: Studio, name: str) -> NodeType:
    """The drop-down was filled when the first node was looked at."""
    choices = choices_of(self)
    described: NodeType = right(self, name)
    return attribute("Configuration", choices=choices)(described)


def looked_at(right: Any, self: Studio, *settings: Any) -> SocketIoConnection:
    choices_of(self)
    made: SocketIoConnection = right(self, *settings)
    return made


def choices_of(studio_: Studio) -> tuple[str, ...]:
    names = tuple(found.name for found in studio_.project.connections)
    first: tuple[str, ...] = vars(studio_).setdefault("choices", names)
    return first


NODE_TYPES = (
    Mutant("NOD-1", "lets its name be edited", of(attribute("Name", editable=True))),
    Mutant("NOD-1", "is disabled at first", of(attribute("Enabled", default=False))),
    Mutant(
        "NOD-1", "passes pulses through at first", of(attribute("Pulse Pass Through", default=True))
    ),
    Mutant(
        "NOD-1",
        "lets pulses pass through listeners",
        of(also("Pulse Pass Through"), "On Socket.IO Stop"),
    ),
    Mutant(
        "CFG-1",
        "takes any text for Configuration",
        of(attribute("Configuration", choices=None), "On Socket.IO Receive"),
    ),
    Mutant(
        "CFG-1",
        "has chosen a connection at first",
        of(attribute("Configuration", default="Connection 1"), "Socket.IO Send"),
    ),
    Mutant(
        "CFG-2",
        "offers the connections of before",
        both(around(Studio, "node_type", stale), around(Studio, "add_connection", looked_at)),
    ),
    Mutant("STA-1", "has an input for a URL", of(with_input("URL", "String"), "Socket.IO Start")),
    Mutant(
        "STA-1",
        "has a pulse input at its listener",
        of(with_input("Pulse Input", "Pulse"), "On Socket.IO Start"),
    ),
    Mutant("STO-1", "has no pulse output", of(without(outputs="Pulse Output"), "Socket.IO Stop")),
    Mutant(
        "STO-1",
        "has a pulse input at its listener",
        of(with_input("Pulse Input", "Pulse"), "On Socket.IO Stop"),
    ),
    Mutant(
        "SUB-6",
        "does not give the namespace",
        of(without(outputs="Namespace"), "On Socket.IO Unsubscribe"),
    ),
    Mutant("SND-1", "has no namespace", of(without(inputs="Namespace"), "Socket.IO Send")),
    Mutant(
        "SUB-1",
        "has no namespace to subscribe in",
        of(without(inputs="Namespace"), "Socket.IO Unsubscribe"),
    ),
    Mutant(
        "SUB-1",
        "subscribes in no namespace at first",
        of(attribute("Namespace", default=""), "Socket.IO Subscribe"),
    ),
    Mutant(
        "RCV-1",
        "does not give the event's name",
        of(without(outputs="Trigger Name"), "On Socket.IO Receive"),
    ),
    Mutant(
        "ERR-1",
        "does not give the error's namespace",
        of(without(outputs="Namespace"), "On Socket.IO Error"),
    ),
    Mutant(
        "SND-3",
        "has another namespace at first",
        lambda: node_types.KINDS["Socket.IO Send"].inputs.update({"Namespace": "/main"}),
    ),
)

MUTANTS = (*PLUGINS, *SETTINGS, *TOOLBOX, *NODE_TYPES)
