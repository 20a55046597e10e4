"""A running driver, with one method for each request of the protocol."""

import asyncio
from collections.abc import Mapping
from typing import TypeVar

from pulsecheck import DISTRIBUTION, __version__
from pulsecheck.driver import memory, process, tcp
from pulsecheck.driver.channel import Channel
from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.occurrences import Observe
from pulsecheck.driver.protocol import (
    METHODS,
    PROTOCOL_VERSION,
    AddConnection,
    CloseProject,
    Connect,
    ConnectionAdded,
    Done,
    GetNodeType,
    GetPlugins,
    GetSettings,
    GetToolbox,
    Harness,
    Initialize,
    Initialized,
    Link,
    Message,
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
    Sync,
    TogglePlugin,
    Toolbox,
    Value,
)
from pulsecheck.driver.session import Session
from pulsecheck.driver.spec import (
    CommandSpec,
    ConnectSpec,
    FactorySpec,
    ImplementationSpec,
    ListenSpec,
)
from pulsecheck.shared.timeouts import Timeouts

R = TypeVar("R", bound=Message)
DEFAULT_TIMEOUTS = Timeouts()


class Driver:
    """The driver of an implementation under test; `start` creates one.

    Each request of the protocol has a method, which waits for the answer. The timeout is
    `timeouts.patience`. The timeout of `initialize` is the longer one of `timeouts.patience` and
    `timeouts.start`.

    These methods raise RefusedError if the implementation refuses the request. They raise
    MethodMissingError or RequestFailedError if the driver cannot answer the request, and another
    DriverError if the driver has become unusable.

    Call all methods on the loop that started the driver. Attributes can be read from any thread.
    """

    initialized: Initialized

    def __init__(self, channel: Channel, timeouts: Timeouts, observe: Observe | None) -> None:
        self._channel = channel
        self._patience = timeouts.patience
        self._start = max(timeouts.patience, timeouts.start)
        self._grace = timeouts.grace
        self._session = Session(channel, timeouts.grace, observe)
        self._ending: asyncio.Task[DriverError | None] | None = None

    @property
    def observe(self) -> Observe | None:
        """The callback that records events. Each scenario sets its own callback."""
        return self._session.observe

    @observe.setter
    def observe(self, observe: Observe | None) -> None:
        self._session.set_observer(observe)

    @property
    def fault(self) -> DriverError | None:
        """The error that made the driver unusable, or None."""
        return self._session.fault

    @property
    def unreported_fault(self) -> DriverError | None:
        """The fault, if no request has raised it yet, or None."""
        return self._session.unreported_fault

    @property
    def is_usable(self) -> bool:
        return self.fault is None and self._ending is None

    @property
    def is_idle(self) -> bool:
        """Whether the driver is usable and has no open request. A cancelled request stays open."""
        return self.is_usable and not self._session.has_open_requests

    @property
    def log(self) -> str:
        """The last part of a child process's standard error. Empty for all other drivers."""
        return self._channel.log

    @property
    def left_processes(self) -> bool:
        """Whether child processes of the driver were still running when the driver ended."""
        return self._channel.left_processes

    async def initialize(self) -> None:
        """Send initialize, and set `initialized`.

        Raises a DriverError, for example if the harness does not support the driver's version.
        """
        harness = Harness(name=DISTRIBUTION, version=__version__)
        params = Initialize(protocol_version=PROTOCOL_VERSION, harness=harness)
        self.initialized = await self._request("initialize", params, Initialized)

    async def stop(self) -> DriverError | None:
        """Send shutdown, then stop the driver by force if it still runs. Never raises.

        Returns an error if the driver does not answer shutdown, keeps running after its answer, or
        cannot be stopped. A driver that is unusable or has an open request gets no shutdown. The
        error that made a driver unusable is not returned, because `fault` has it. Later calls have
        no effect and return the same result.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._session.end())
        # Cancelling the caller must not cancel the stop.
        return await asyncio.shield(self._ending)

    async def request(self, method: str, params: Message) -> Message:
        """Send a request by the name of its method. Raises a DriverError.

        An answer to an unknown method must have the type Done.
        """
        known = METHODS.get(method)
        return await self._request(method, params, known.result if known else Done)

    async def _request(self, method: str, params: Message, result: type[R]) -> R:
        timeout = self._start if result is Initialized else self._patience
        return await self._session.request(method, params, result, timeout)

    # --- project ----------------------------------------------------------------------------

    async def open_project(self, project: Project) -> None:
        await self._request("project/open", OpenProject(project=project), Done)

    async def close_project(self) -> None:
        await self._request("project/close", CloseProject(), Done)

    # --- studio -----------------------------------------------------------------------------

    async def toolbox(self, scope: str) -> Toolbox:
        return await self._request("studio/toolbox", GetToolbox(scope=scope), Toolbox)

    async def node_type(self, type_: str) -> NodeType:
        return await self._request("studio/nodeType", GetNodeType(type=type_), NodeType)

    async def settings(self) -> Settings:
        return await self._request("studio/settings", GetSettings(), Settings)

    async def add_connection(
        self, name: str | None = None, url: str | None = None, port: int | None = None
    ) -> ConnectionAdded:
        params = AddConnection(name=name, url=url, port=port)
        return await self._request("studio/addConnection", params, ConnectionAdded)

    async def remove_connection(self, name: str | None = None) -> None:
        """Remove one connection, or all connections if `name` is None."""
        await self._request("studio/removeConnection", RemoveConnection(name=name), Done)

    async def plugins(self) -> Plugins:
        return await self._request("studio/plugins", GetPlugins(), Plugins)

    async def toggle_plugin(self, name: str) -> PluginToggled:
        return await self._request("studio/togglePlugin", TogglePlugin(name=name), PluginToggled)

    async def save(self) -> None:
        await self._request("studio/save", Save(), Done)

    async def restart(self) -> None:
        await self._request("studio/restart", Restart(), Done)

    async def connect(self, link: Link) -> None:
        params = Connect(source=link.source, target=link.target)
        await self._request("studio/connect", params, Done)

    # --- runtime ----------------------------------------------------------------------------

    async def pulse(self, node: str, values: Mapping[str, Value]) -> None:
        await self._request("runtime/pulse", Pulse(node=node, values=dict(values)), Done)

    async def sync(self) -> None:
        """The barrier: wait until the driver has reported all effects of earlier requests."""
        await self._request("runtime/sync", Sync(), Done)


DriverSource = CommandSpec | FactorySpec | tcp.Connector | tcp.DriverListener
"""The source of a driver: a command, a factory, a connector or a listener."""


def source_of(spec: ImplementationSpec, announce: tcp.Announce) -> DriverSource:
    """Return the source for a spec. A listener calls `announce` with its address."""
    match spec:
        case ConnectSpec():
            return tcp.Connector(spec)
        case ListenSpec():
            return tcp.DriverListener(spec, announce)
        case _:
            return spec


async def launch(
    source: DriverSource, timeouts: Timeouts = DEFAULT_TIMEOUTS, observe: Observe | None = None
) -> Driver:
    """Launch a driver, but do not initialize it. Raises a LaunchError."""
    channel: Channel
    match source:
        case FactorySpec():
            channel = await memory.launch(source)
        case CommandSpec():
            channel = await process.launch(source)
        case tcp.Connector():
            channel = await source.launch(timeouts.patience)
        case tcp.DriverListener():
            channel = await source.launch(max(timeouts.patience, timeouts.arrival))
    return Driver(channel, timeouts, observe)


async def start(
    source: DriverSource, timeouts: Timeouts = DEFAULT_TIMEOUTS, observe: Observe | None = None
) -> Driver:
    """Launch a driver and initialize it.

    Raises a DriverError if one of the two steps fails. Before the error is raised, a driver that
    cannot be initialized is stopped.
    """
    driver = await launch(source, timeouts, observe)
    try:
        await driver.initialize()
    except BaseException:
        await driver.stop()
        raise
    return driver
