"""The driver, as steps see it: a method for each request of the protocol."""

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
USUAL = Timeouts()


class Driver:
    """A running implementation under test; `start` makes one.

    Each method named after a request waits for its answer, `patience` at the most, and for the
    first one as long as a start may take. It raises a DriverError: RefusedError when the
    implementation says no, MethodMissingError and RequestFailedError when it cannot answer, any
    other when the driver is not usable any more.
    All methods are called on the loop that started it; attributes are read from any thread.
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
        """Who is told what happens; each scenario puts its own timeline there."""
        return self._session.observe

    @observe.setter
    def observe(self, observe: Observe | None) -> None:
        self._session.observe_with(observe)

    @property
    def fault(self) -> DriverError | None:
        """What has made the driver unusable."""
        return self._session.fault

    @property
    def untold_fault(self) -> DriverError | None:
        """The fault, if no request has raised it: it came after the last one."""
        return self._session.untold_fault

    @property
    def is_usable(self) -> bool:
        return self.fault is None and self._ending is None

    @property
    def is_idle(self) -> bool:
        """Whether it is usable and owes no answer, such as to somebody who was interrupted."""
        return self.is_usable and not self._session.owes_answers

    @property
    def log(self) -> str:
        """The last part of what it wrote on standard error; nothing for one in memory."""
        return self._channel.log

    @property
    def has_left_something(self) -> bool:
        """Whether what it had started was there after its end, as far as that can be known."""
        return self._channel.has_left_something

    async def initialize(self) -> None:
        """Learn who it is. Raises what a version or capabilities that do not fit deserve."""
        harness = Harness(name=DISTRIBUTION, version=__version__)
        params = Initialize(protocol_version=PROTOCOL_VERSION, harness=harness)
        self.initialized = await self._ask("initialize", params, Initialized)

    async def stop(self) -> DriverError | None:
        """Shut it down: shutdown, then force. Does nothing the second time; never raises.

        Returns what was wrong about the way it ended: it did not answer, or had to be forced.
        Nothing is wrong with the end of a driver that was not usable: its fault says more.
        """
        if self._ending is None:
            self._ending = asyncio.create_task(self._session.end())
        # Whoever is cancelled while waiting does not stop the stopping.
        return await asyncio.shield(self._ending)

    async def ask(self, method: str, params: Message) -> Message:
        """Any request of the protocol, or one that it does not have, which answers Done."""
        known = METHODS.get(method)
        return await self._ask(method, params, known.result if known else Done)

    async def _ask(self, method: str, params: Message, result: type[R]) -> R:
        patience = self._start if result is Initialized else self._patience
        return await self._session.request(method, params, result, patience)

    # --- project ----------------------------------------------------------------------------

    async def open_project(self, project: Project) -> None:
        await self._ask("project/open", OpenProject(project=project), Done)

    async def close_project(self) -> None:
        await self._ask("project/close", CloseProject(), Done)

    # --- studio -----------------------------------------------------------------------------

    async def toolbox(self, scope: str) -> Toolbox:
        return await self._ask("studio/toolbox", GetToolbox(scope=scope), Toolbox)

    async def node_type(self, type_: str) -> NodeType:
        return await self._ask("studio/nodeType", GetNodeType(type=type_), NodeType)

    async def settings(self) -> Settings:
        return await self._ask("studio/settings", GetSettings(), Settings)

    async def add_connection(
        self, name: str | None = None, url: str | None = None, port: int | None = None
    ) -> ConnectionAdded:
        params = AddConnection(name=name, url=url, port=port)
        return await self._ask("studio/addConnection", params, ConnectionAdded)

    async def remove_connection(self, name: str | None = None) -> None:
        """Remove that connection; without a name, all of them."""
        await self._ask("studio/removeConnection", RemoveConnection(name=name), Done)

    async def plugins(self) -> Plugins:
        return await self._ask("studio/plugins", GetPlugins(), Plugins)

    async def toggle_plugin(self, name: str) -> PluginToggled:
        return await self._ask("studio/togglePlugin", TogglePlugin(name=name), PluginToggled)

    async def save(self) -> None:
        await self._ask("studio/save", Save(), Done)

    async def restart(self) -> None:
        await self._ask("studio/restart", Restart(), Done)

    async def connect(self, link: Link) -> None:
        params = Connect(source=link.source, target=link.target)
        await self._ask("studio/connect", params, Done)

    # --- runtime ----------------------------------------------------------------------------

    async def pulse(self, node: str, values: Mapping[str, Value]) -> None:
        await self._ask("runtime/pulse", Pulse(node=node, values=dict(values)), Done)

    async def sync(self) -> None:
        """The barrier: all that was caused so far has been observed when this returns."""
        await self._ask("runtime/sync", Sync(), Done)


DriverSource = CommandSpec | FactorySpec | tcp.Connector | tcp.DriverListener
"""Where drivers come from."""


def source_of(spec: ImplementationSpec, announce: tcp.Announce) -> DriverSource:
    """The source that a spec names; `announce` is told where a driver is waited for."""
    match spec:
        case ConnectSpec():
            return tcp.Connector(spec)
        case ListenSpec():
            return tcp.DriverListener(spec, announce)
        case _:
            return spec


async def launch(
    source: DriverSource, timeouts: Timeouts = USUAL, observe: Observe | None = None
) -> Driver:
    """Have a driver that is not initialized yet. Raises a LaunchError."""
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
    source: DriverSource, timeouts: Timeouts = USUAL, observe: Observe | None = None
) -> Driver:
    """Launch a driver and initialize it.

    Raises a DriverError if it does not come up; nothing of it is left then.
    """
    driver = await launch(source, timeouts, observe)
    try:
        await driver.initialize()
    except BaseException:
        await driver.stop()
        raise
    return driver
