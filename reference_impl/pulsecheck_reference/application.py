"""Handlers for the requests of the driver protocol."""

from collections.abc import Awaitable, Callable
from typing import Any

from pulsecheck.driver.protocol import (
    PROTOCOL_VERSION,
    Ability,
    AddConnection,
    CloseProject,
    Connect,
    ConnectionAdded,
    Done,
    GetNodeType,
    GetPlugins,
    GetSettings,
    GetToolbox,
    Implementation,
    Initialize,
    Initialized,
    Message,
    NodeName,
    NodeType,
    OpenProject,
    Plugins,
    PluginToggled,
    Project,
    Pulse,
    RemoveConnection,
    Restart,
    Save,
    Settings,
    Shutdown,
    Sync,
    TogglePlugin,
    Toolbox,
    TransportUse,
)
from pulsecheck_reference.refusal import RefusedError
from pulsecheck_reference.runtime import Reports, Runtime
from pulsecheck_reference.studio import Studio

IMPLEMENTATION = Implementation(name="pulsecheck reference", version="0.1.0", language="Python")
NODES = (NodeName.ALL_NODES,)
TRANSPORTS = tuple(TransportUse)
ABILITIES = tuple(Ability)


class Application:
    """The studio, and the runtime of the open project.

    `handlers`: the handler of each method of the protocol. A handler takes the request's
    parameters, and raises RefusedError for an invalid request.
    """

    def __init__(self, reports: Reports) -> None:
        self._reports = reports
        self._studio = Studio(Project())
        self._runtime: Runtime | None = None
        self.is_shut_down = False
        self.handlers: dict[str, Callable[[Any], Awaitable[Message]]] = {
            "initialize": self._initialize,
            "project/open": self._open_project,
            "project/close": self._close_project,
            "studio/toolbox": self._toolbox,
            "studio/nodeType": self._node_type,
            "studio/settings": self._settings,
            "studio/addConnection": self._add_connection,
            "studio/removeConnection": self._remove_connection,
            "studio/plugins": self._plugins,
            "studio/togglePlugin": self._toggle_plugin,
            "studio/save": self._save,
            "studio/restart": self._restart,
            "studio/connect": self._connect,
            "runtime/pulse": self._pulse,
            "runtime/sync": self._sync,
            "shutdown": self._shutdown,
        }

    async def close(self) -> None:
        """Close the open project and all its connections, if a project is open."""
        runtime, self._runtime = self._runtime, None
        if runtime is not None:
            await runtime.close()

    def _run(self, studio: Studio) -> None:
        self._runtime = Runtime(studio.project, studio.find_connection, self._reports)
        self._studio = studio

    def _running(self) -> Runtime:
        if self._runtime is None:
            raise RefusedError("no project is open: open one with project/open")
        self._studio.require_socketio()
        return self._runtime

    async def _initialize(self, _: Initialize) -> Initialized:
        return Initialized(
            protocol_version=PROTOCOL_VERSION,
            implementation=IMPLEMENTATION,
            nodes=NODES,
            transports=TRANSPORTS,
            abilities=ABILITIES,
        )

    # --- project --------------------------------------------------------------------------------

    async def _open_project(self, params: OpenProject) -> Done:
        await self.close()
        self._run(Studio(params.project))
        return Done()

    async def _close_project(self, _: CloseProject) -> Done:
        await self.close()
        self._studio = Studio(Project())
        return Done()

    # --- studio ---------------------------------------------------------------------------------

    async def _toolbox(self, params: GetToolbox) -> Toolbox:
        return Toolbox(nodes=self._studio.toolbox(params.scope))

    async def _node_type(self, params: GetNodeType) -> NodeType:
        return self._studio.node_type(params.type)

    async def _settings(self, _: GetSettings) -> Settings:
        return Settings(sections=self._studio.sections())

    async def _add_connection(self, params: AddConnection) -> ConnectionAdded:
        added = self._studio.add_connection(params.name, params.url, params.port)
        return ConnectionAdded(connection=added)

    async def _remove_connection(self, params: RemoveConnection) -> Done:
        for name in self._studio.remove_connections(params.name):
            if self._runtime is not None:
                self._runtime.end_connection(name)
        return Done()

    async def _plugins(self, _: GetPlugins) -> Plugins:
        return Plugins(plugins=self._studio.plugins())

    async def _toggle_plugin(self, params: TogglePlugin) -> PluginToggled:
        return PluginToggled(message=self._studio.toggle(params.name))

    async def _save(self, _: Save) -> Done:
        self._studio.save()
        return Done()

    async def _restart(self, _: Restart) -> Done:
        was_running = self._runtime is not None
        await self.close()
        self._studio.restart()
        if was_running:
            self._run(self._studio)
        return Done()

    async def _connect(self, params: Connect) -> Done:
        self._running().connect(params)
        self._studio.keep_link(params.source, params.target)
        return Done()

    # --- runtime --------------------------------------------------------------------------------

    async def _pulse(self, params: Pulse) -> Done:
        self._running().pulse(params.node, params.values)
        return Done()

    async def _sync(self, _: Sync) -> Done:
        if self._runtime is not None:
            await self._runtime.sync()
        return Done()

    async def _shutdown(self, _: Shutdown) -> Done:
        await self.close()
        self.is_shut_down = True
        return Done()
