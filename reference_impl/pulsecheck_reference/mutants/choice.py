"""Mistakes with several connections, and with several event listener nodes of one type: CFG-3."""

from collections.abc import Callable
from typing import Any

from pulsecheck_reference.address import address_of
from pulsecheck_reference.altered import Change, around, both
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.graph import Graph
from pulsecheck_reference.lifecycle import State
from pulsecheck_reference.runtime import Runtime

from .changes import Outputs, note_loss, was_lost
from .mutant import Mutant


def listeners_of_all(_right: Any, self: Graph, kind: str, _name: str) -> Any:
    return (node for node in self._nodes.values() if node.type == kind and node.is_enabled)


def first_listener(right: Any, self: Graph, kind: str, name: str) -> Any:
    """Only the first event listener node of a type and a connection executes."""
    return iter(list(right(self, kind, name))[:1])


def stop_all(right: Any, self: Connections, name: str) -> None:
    for each in self._connections:
        right(self, each)
    right(self, name)


async def send_everywhere(right: Any, self: Connections, name: str, *message: str) -> None:
    """The message is sent over all connections. Configuration matters only for errors."""
    await right(self, name, *message)
    for other in self._connections.values():
        if other is not self._connections[name]:
            await other.send(*message)


def note_start(right: Any, self: Connections, name: str | None) -> None:
    vars(self)["last"] = name
    right(self, name)


async def send_over_last(right: Any, self: Connections, name: str, *message: str) -> None:
    await right(self, vars(self).get("last", name), *message)


def stop_last(right: Any, self: Connections, name: str) -> None:
    right(self, vars(self).get("last", name))


async def unsubscribe_everywhere(right: Any, self: Connections, name: str, *event: str) -> None:
    await right(self, name, *event)
    for other in self._connections:
        self._subscriptions.discard((other, *event))


def twins(there: Connections, name: str | None) -> list[str]:
    """Return the other connections that have the same server."""
    addresses = {
        each: address_of(found)
        for each in {name, *there._connections}
        if (found := there._find(str(each))) is not None
    }
    return [
        each
        for each in there._connections
        if each != name and addresses.get(each) == addresses.get(name)
    ]


def start_shared(right: Any, self: Connections, name: str | None) -> None:
    """If another connection to the same server is established, it is used instead."""
    found = self._settings(name).name
    for other in twins(self, name):
        if self._connections[other]._state is State.ESTABLISHED:
            self._connections[found] = self._connections[other]
            self._announce("On Socket.IO Start", found, {})
            return
    right(self, name)


async def send_to_server(right: Any, self: Connections, name: str, *message: str) -> None:
    await right(self, name, *message)
    for other in twins(self, name):
        await self._connections[other].send(*message)


async def unsubscribe_at_server(right: Any, self: Connections, name: str, *event: str) -> None:
    await right(self, name, *event)
    for other in twins(self, name):
        self._subscriptions.discard((other, *event))


def stop_at_server(right: Any, self: Connections, name: str) -> None:
    for other in twins(self, name):
        right(self, other)
    right(self, name)


def announce_loss_to_all(right: Any, self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
    """The loss of a connection pulses the On Stop nodes of all connections."""
    there = self._connections._connections
    is_loss = kind == "On Socket.IO Stop" and was_lost(there[name])
    for each in there if is_loss else (name,):
        right(self, kind, each, outputs)


def listeners_alike(is_alike: Callable[[str, str], bool]) -> Change:
    """Execute the listeners whose Configuration resembles the name of the connection."""

    def listeners(_right: Any, self: Graph, kind: str, name: str) -> Any:
        return (
            node
            for node in self._nodes.values()
            if node.type == kind and node.is_enabled and is_alike(str(node.configuration), name)
        )

    return around(Graph, "listeners", listeners)


MUTANTS = (
    Mutant(
        "CFG-3",
        "executes every listener",
        around(Graph, "listeners", listeners_of_all),
        also=("STA-5", "STA-6", "STO-5", "STO-7"),
    ),
    Mutant(
        "CFG-3",
        "says On Stop of every connection if one is lost",
        both(
            around(Connection, "ended", note_loss),
            around(Runtime, "_announce", announce_loss_to_all),
        ),
    ),
    Mutant(
        "CFG-3",
        "compares the beginning of a connection's name",
        listeners_alike(lambda one, other: one.startswith(other)),
    ),
    Mutant(
        "CFG-3",
        "ignores the letter case of a connection's name",
        listeners_alike(lambda one, other: one.lower() == other.lower()),
    ),
    Mutant("CFG-3", "executes one listener of a type", around(Graph, "listeners", first_listener)),
    Mutant("CFG-3", "stops all connections", around(Connections, "end", stop_all), also=("NOD-3",)),
    Mutant(
        "CFG-3",
        "stops the connection that was started last",
        both(around(Connections, "start", note_start), around(Connections, "end", stop_last)),
        also=("STO-2",),
    ),
    Mutant("CFG-3", "sends over all connections", around(Connections, "send", send_everywhere)),
    Mutant(
        "CFG-3",
        "sends over the connection that was started last",
        both(around(Connections, "start", note_start), around(Connections, "send", send_over_last)),
        also=("NOD-8", "SET-4", "SND-2"),
    ),
    Mutant(
        "CFG-3",
        "unsubscribes in all connections",
        around(Connections, "unsubscribe", unsubscribe_everywhere),
    ),
    Mutant("CFG-3", "shares a connection to a server", around(Connections, "start", start_shared)),
    Mutant(
        "CFG-3", "stops all connections to a server", around(Connections, "end", stop_at_server)
    ),
    Mutant(
        "CFG-3",
        "sends over all connections to a server",
        around(Connections, "send", send_to_server),
    ),
    Mutant(
        "CFG-3",
        "unsubscribes in all connections to a server",
        around(Connections, "unsubscribe", unsubscribe_at_server),
    ),
)
