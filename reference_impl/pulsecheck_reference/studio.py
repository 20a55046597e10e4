"""The studio: Plugins Editor, Project Settings, Toolbox, save and restart.

Source: modules/plugins, modules/project-settings/socketio, toolbox/overview.
"""

import itertools
from collections.abc import Iterable

from msgspec.structs import replace

from pulsecheck.driver.protocol import (
    SOCKETIO_PLUGIN,
    Link,
    NodeType,
    Plugin,
    Project,
    SettingsSection,
    Socket,
    SocketIoConnection,
    ToolboxEntry,
)
from pulsecheck_reference.node_types import KINDS, SCOPES, describe
from pulsecheck_reference.refusal import RefusedError

CATEGORY = "Communication"
PLUGINS = ("MAVLink", "Serial", SOCKETIO_PLUGIN, "TCP", "UDP")
"""All plugins. A plugin is active unless the project deactivates it."""
NEW_URL = "http://localhost"
NEW_PORT = 80
"""The default values of a new connection, as a picture in the documentation shows them."""


class Studio:
    """The edited project, the saved project, and the loaded plugins.

    The documentation does not say what happens to connections when the Socket.IO plugin is
    deactivated. In the reference, the connections are hidden, but kept in the project. Methods
    raise RefusedError for invalid requests.
    """

    def __init__(self, project: Project) -> None:
        """Open a project. The project counts as saved."""
        names = [connection.name for connection in project.connections]
        for name in names:
            _check_name(name, names.count(name) > 1)
        self._saved = project
        self.restart()

    def save(self) -> None:
        self._saved = self._project

    def restart(self) -> None:
        """Open the saved project again, and load the plugins that are active in it."""
        self._project = self._saved
        self._active = {name for name in PLUGINS if self._project.plugins.get(name, True)}

    @property
    def project(self) -> Project:
        """The edited project."""
        return self._project

    @property
    def has_socketio(self) -> bool:
        """Whether the Socket.IO plugin is loaded."""
        return SOCKETIO_PLUGIN in self._active

    # --- Plugins Editor -------------------------------------------------------------------------

    def plugins(self) -> tuple[Plugin, ...]:
        """Return the rows of the Plugins Editor, with toggles that have not yet taken effect."""
        return tuple(self._plugin(name) for name in PLUGINS)

    def _plugin(self, name: str) -> Plugin:
        checked = self._project.plugins.get(name, True)
        toggle = "Activated" if checked else "Deactivated"
        return Plugin(name=name, category=CATEGORY, checked=checked, toggle=toggle)

    def toggle(self, name: str) -> str:
        """Toggle a plugin, and return the message for the user."""
        if name not in PLUGINS:
            raise RefusedError(f'there is no plugin "{name}"; there are: {", ".join(PLUGINS)}')
        checked = not self._plugin(name).checked
        self._project = replace(self._project, plugins={**self._project.plugins, name: checked})
        return f"To change the plugin {name}, save the project and restart the application."

    # --- Project Settings -----------------------------------------------------------------------

    def sections(self) -> tuple[SettingsSection, ...]:
        """Return the sections of Project Settings that the Socket.IO pages document."""
        if not self.has_socketio:
            return ()
        return (SettingsSection(name=SOCKETIO_PLUGIN, connections=self._project.connections),)

    def find_connection(self, name: str) -> SocketIoConnection | None:
        """Return the connection with this name in Project Settings, or None."""
        return next((each for each in self._project.connections if each.name == name), None)

    def add_connection(
        self, name: str | None, url: str | None, port: int | None
    ) -> SocketIoConnection:
        """Add a connection. None selects the default value."""
        self.require_socketio()
        made = SocketIoConnection(
            name=self._free_name() if name is None else name,
            url=NEW_URL if url is None else url,
            port=NEW_PORT if port is None else port,
        )
        _check_name(made.name, self.find_connection(made.name) is not None)
        self._set_connections((*self._project.connections, made))
        return made

    def remove_connections(self, name: str | None) -> tuple[str, ...]:
        """Remove the connection with this name (None: all), and return the removed names."""
        self.require_socketio()
        if name is not None and self.find_connection(name) is None:
            raise RefusedError(f'there is no connection "{name}" in Project Settings, Socket.IO')
        connections = self._project.connections
        removed = [each for each in connections if name is None or each.name == name]
        self._set_connections(each for each in connections if each not in removed)
        return tuple(each.name for each in removed)

    def _set_connections(self, connections: Iterable[SocketIoConnection]) -> None:
        self._project = replace(self._project, connections=tuple(connections))

    def _free_name(self) -> str:
        names = (f"Connection {number}" for number in itertools.count(1))
        return next(name for name in names if self.find_connection(name) is None)

    # --- Toolbox and logic ----------------------------------------------------------------------

    def toolbox(self, scope: str) -> tuple[ToolboxEntry, ...]:
        """Return the entries of the Toolbox for a scope."""
        if scope not in SCOPES:
            raise RefusedError(f'there is no scope "{scope}"; there are: {", ".join(SCOPES)}')
        if not (self.has_socketio and SCOPES[scope]):
            return ()
        return tuple(
            ToolboxEntry(type=name, category=kind.category) for name, kind in KINDS.items()
        )

    def node_type(self, name: str) -> NodeType:
        self.require_socketio()
        return describe(name, (connection.name for connection in self._project.connections))

    def keep_link(self, source: Socket, target: Socket) -> None:
        """Add a link to the project. The running logic has already accepted the link."""
        logic = self._project.logic
        scope = next(
            scope
            for scope, content in logic.items()
            if any(node.id == source.node for node in content.nodes)
        )
        links = (*logic[scope].links, Link(source=source, target=target))
        kept = {**logic, scope: replace(logic[scope], links=links)}
        self._project = replace(self._project, logic=kept)

    def require_socketio(self) -> None:
        """Raise RefusedError if the Socket.IO plugin is not loaded."""
        if not self.has_socketio:
            raise RefusedError(
                f"the plugin {SOCKETIO_PLUGIN} is deactivated: toggle it in the Plugins Editor, "
                "save and restart"
            )


def _check_name(name: str, is_taken: bool) -> None:
    if not name:
        raise RefusedError("a connection needs a name, by which nodes choose it")
    if is_taken:
        raise RefusedError(f'there is already a connection "{name}": choose another name')
