"""The connections of a project and their subscriptions, on which the Socket.IO nodes act."""

import asyncio
from collections.abc import Callable, Collection, Mapping

import msgspec

from pulsecheck.driver.protocol import SocketIoConnection
from pulsecheck_reference.address import address_of
from pulsecheck_reference.connection import Connection, Target
from pulsecheck_reference.refusal import ExecutionError

DISCARD_TIMEOUT = 0.25
"""Seconds in which the connections must end when the project is closed."""

Announce = Callable[[str, str, Mapping[str, str]], None]
"""Called with an event listener node's type, a connection's name, and data outputs."""


class Connections:
    """All connections of a project, by name.

    The names are values of Configuration. Methods raise ExecutionError if no connection is chosen,
    or if the chosen connection is not in Project Settings. `find`: returns the settings of a
    connection. `namespaces`: returns the namespaces of a connection's nodes. `report_error`:
    reports an error that no node has caused.
    """

    def __init__(
        self,
        find: Callable[[str], SocketIoConnection | None],
        namespaces: Callable[[str], Collection[str]],
        announce: Announce,
        report_error: Callable[[str], None],
    ) -> None:
        self._find = find
        self._namespaces = namespaces
        self._announce = announce
        self._report_error = report_error
        self._connections: dict[str, Connection] = {}
        self._subscriptions: set[tuple[str, str, str]] = set()

    def start(self, name: str | None) -> None:
        settings = self._settings(name)
        listened = (
            namespace for name, namespace, _ in self._subscriptions if name == settings.name
        )
        namespaces = {"/", *self._namespaces(settings.name), *listened}
        target = Target(address_of(settings), settings.transports, namespaces)
        if settings.name not in self._connections:
            listener = _Listener(
                settings.name, self._subscriptions, self._announce, self._report_error
            )
            self._connections[settings.name] = Connection(listener)
        self._connections[settings.name].start(target)

    def stop(self, name: str | None) -> None:
        self.end(self._settings(name).name)

    def end(self, name: str) -> None:
        """Stop a connection, even if the connection was removed from Project Settings."""
        if name in self._connections:
            self._connections[name].stop()

    async def send(self, name: str | None, namespace: str, event: str, message: str) -> None:
        settings = self._settings(name)
        connection = self._connections.get(settings.name)
        if connection is None or not await connection.send(namespace, event, message):
            raise ExecutionError(
                f'the connection "{settings.name}" is not established: nothing was sent; '
                "start it, and send on the branch of On Socket.IO Start"
            )

    async def subscribe(self, name: str | None, namespace: str, event: str) -> None:
        """From now on, execute On Receive for this event while the connection is established."""
        found = self._settings(name).name
        self._subscriptions.add((found, namespace, event))
        if found in self._connections:
            await self._connections[found].join(namespace)
        self._announce("On Socket.IO Subscribe", found, {"Namespace": namespace})

    async def unsubscribe(self, name: str | None, namespace: str, event: str) -> None:
        found = self._settings(name).name
        self._subscriptions.discard((found, namespace, event))
        self._announce("On Socket.IO Unsubscribe", found, {"Namespace": namespace})

    async def discard(self) -> None:
        """End all connections in parallel."""
        ends = (each.discard(DISCARD_TIMEOUT) for each in self._connections.values())
        await asyncio.gather(*ends)

    def _settings(self, name: str | None) -> SocketIoConnection:
        if not name:
            raise ExecutionError(
                "no connection is chosen: choose one in the node's attribute Configuration"
            )
        settings = self._find(name)
        if settings is None:
            raise ExecutionError(
                f'there is no connection "{name}" in Project Settings (any more): add it there, or '
                "choose another in the node's attribute Configuration"
            )
        return settings


class _Listener(msgspec.Struct, frozen=True):
    """Executes event listener nodes for the events of one connection."""

    name: str
    subscriptions: set[tuple[str, str, str]]
    announce: Announce
    report_error: Callable[[str], None]

    def established(self) -> None:
        self.announce("On Socket.IO Start", self.name, {})

    def terminated(self) -> None:
        self.announce("On Socket.IO Stop", self.name, {})

    def received(self, namespace: str, event: str, message: str) -> None:
        if (self.name, namespace, event) in self.subscriptions:
            outputs = {"Namespace": namespace, "Trigger Name": event, "Message": message}
            self.announce("On Socket.IO Receive", self.name, outputs)

    def errored(self, namespace: str, message: str) -> None:
        self.report_error(f'connection "{self.name}", namespace "{namespace}": {message}')
        self.announce("On Socket.IO Error", self.name, {"Namespace": namespace, "Message": message})
