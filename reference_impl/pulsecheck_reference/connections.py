"""What the Socket.IO nodes of a project act on: its connections and their subscriptions."""

import asyncio
from collections.abc import Callable, Collection, Mapping

import msgspec

from pulsecheck.driver.protocol import SocketIoConnection
from pulsecheck_reference.address import address_of
from pulsecheck_reference.connection import Connection, Target
from pulsecheck_reference.refusal import ExecutionError

FAREWELL = 0.25
"""Seconds that a server has for its part of the end when the whole project is closed."""

Announce = Callable[[str, str, Mapping[str, str]], None]
"""Called with an event listener node's type, a connection's name, and data outputs."""


class Connections:
    """Every method names a connection as a node's Configuration does.

    Each raises ExecutionError if none is chosen, or the one chosen is not in Project Settings.
    `find` looks a connection's settings up, `namespaces` tells which its nodes name, `complain`
    takes an error that no node is at fault for.
    """

    def __init__(
        self,
        find: Callable[[str], SocketIoConnection | None],
        namespaces: Callable[[str], Collection[str]],
        announce: Announce,
        complain: Callable[[str], None],
    ) -> None:
        self._find = find
        self._namespaces = namespaces
        self._announce = announce
        self._complain = complain
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
            listener = _Listener(settings.name, self._subscriptions, self._announce, self._complain)
            self._connections[settings.name] = Connection(listener)
        self._connections[settings.name].start(target)

    def stop(self, name: str | None) -> None:
        self.end(self._settings(name).name)

    def end(self, name: str) -> None:
        """Stop the connection although it may have been removed from Project Settings."""
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
        """On Receive executes for the event from now on, whenever the connection is open."""
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
        """End all connections at once; nothing of them is left."""
        ends = (each.discard(FAREWELL) for each in self._connections.values())
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
    """Turns what happens on one connection into pulses of event listener nodes."""

    name: str
    subscriptions: set[tuple[str, str, str]]
    announce: Announce
    complain: Callable[[str], None]

    def established(self) -> None:
        self.announce("On Socket.IO Start", self.name, {})

    def terminated(self) -> None:
        self.announce("On Socket.IO Stop", self.name, {})

    def received(self, namespace: str, event: str, message: str) -> None:
        if (self.name, namespace, event) in self.subscriptions:
            outputs = {"Namespace": namespace, "Trigger Name": event, "Message": message}
            self.announce("On Socket.IO Receive", self.name, outputs)

    def complained(self, namespace: str, message: str) -> None:
        self.complain(f'connection "{self.name}", namespace "{namespace}": {message}')
        self.announce("On Socket.IO Error", self.name, {"Namespace": namespace, "Message": message})
