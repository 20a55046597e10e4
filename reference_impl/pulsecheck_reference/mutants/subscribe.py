"""Mistakes of Subscribe, Unsubscribe, On Subscribe and On Unsubscribe."""

from typing import Any

from pulsecheck_reference.altered import around, both
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.graph import Graph
from pulsecheck_reference.runtime import Runtime

from .changes import Outputs, giving, without_pulse
from .mutant import Mutant


async def subscribe_nothing(right: Any, self: Connections, *event: str) -> None:
    await right(self, *event)
    self._subscriptions.clear()


async def join_nothing(_right: Any, _self: Connection, _namespace: str) -> None:
    """Namespaces are joined only when the connection starts."""


async def subscribe_last(right: Any, self: Connections, *event: str) -> None:
    """A connection has at most one subscription."""
    self._subscriptions -= {found for found in self._subscriptions if found[0] == event[0]}
    await right(self, *event)


async def subscribe_everywhere(right: Any, self: Connections, name: str, *event: str) -> None:
    """The handler is registered for the event in the namespaces of all the connection's nodes."""
    await right(self, name, *event)
    for namespace in self._namespaces(name):
        self._subscriptions.add((name, namespace, event[1]))


async def subscribe_again(right: Any, self: Connections, *event: str) -> None:
    times = vars(self).setdefault("times", {})
    times[event[2]] = times.get(event[2], 0) + (event in self._subscriptions)
    await right(self, *event)


def announce_each(right: Any, self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
    too_many = vars(self._connections).get("times", {})
    for _ in range(1 + too_many.get(outputs.get("Trigger Name", ""), 0)):
        right(self, kind, name, outputs)


async def keep_listening(right: Any, self: Connections, *event: str) -> None:
    await right(self, event[0], event[1], "an event that nobody names")


async def forget_all(right: Any, self: Connections, *event: str) -> None:
    self._subscriptions -= {found for found in self._subscriptions if found[0] == event[0]}
    await right(self, *event)


async def forget_name(right: Any, self: Connections, *event: str) -> None:
    """The subscriptions of a connection are distinguished only by the event's name."""
    self._subscriptions -= {
        found for found in self._subscriptions if (found[0], found[2]) == (event[0], event[2])
    }
    await right(self, *event)


async def subscribe_once(right: Any, self: Connections, *event: str) -> None:
    await right(self, *event)
    self._subscriptions -= vars(self).get("gone", set())


async def unsubscribe_for_ever(right: Any, self: Connections, *event: str) -> None:
    vars(self).setdefault("gone", set()).add(event)
    await right(self, *event)


async def unsubscribe_counted(right: Any, self: Connections, *event: str) -> None:
    times = vars(self).setdefault("times", {})
    times[event[2]] = times.get(event[2], 0) - 1
    if times[event[2]] < 0:
        await right(self, *event)


async def refuse_unknown(right: Any, self: Connections, *event: str) -> None:
    """Unsubscribing from an event without a subscription ends all subscriptions."""
    if event not in self._subscriptions:
        self._subscriptions.clear()
    await right(self, *event)


MUTANTS = (
    Mutant("SUB-2", "never listens", around(Connections, "subscribe", subscribe_nothing)),
    Mutant(
        "SUB-2", "listens to one event at a time", around(Connections, "subscribe", subscribe_last)
    ),
    Mutant("SUB-2", "does not pass the pulse on", without_pulse("subscribe")),
    Mutant("SUB-2", "joins nothing later", around(Connection, "join", join_nothing)),
    Mutant(
        "SUB-3",
        "subscribes by the event's name alone",
        around(Connections, "subscribe", subscribe_everywhere),
    ),
    Mutant(
        "SUB-3",
        "unsubscribes by the event's name alone",
        around(Connections, "unsubscribe", forget_name),
    ),
    Mutant(
        "SUB-4",
        "goes on listening",
        around(Connections, "unsubscribe", keep_listening),
        also=("SUB-7",),
    ),
    Mutant("SUB-4", "does not pass the pulse on", without_pulse("unsubscribe")),
    Mutant(
        "SUB-4",
        "never listens to it again",
        both(
            around(Connections, "subscribe", subscribe_once),
            around(Connections, "unsubscribe", unsubscribe_for_ever),
        ),
    ),
    Mutant(
        "SUB-4",
        "unsubscribes from everything",
        around(Connections, "unsubscribe", forget_all),
        also=("SUB-3", "SUB-7"),
    ),
    Mutant(
        "SUB-7",
        "needs an Unsubscribe for each Subscribe",
        both(
            around(Connections, "subscribe", subscribe_again),
            around(Connections, "unsubscribe", unsubscribe_counted),
        ),
    ),
    Mutant(
        "SUB-7",
        "breaks when it unsubscribes from nothing",
        around(Connections, "unsubscribe", refuse_unknown),
    ),
    Mutant(
        "SUB-7",
        "delivers an event once for each Subscribe",
        both(
            around(Connections, "subscribe", subscribe_again),
            around(Runtime, "_announce", announce_each),
        ),
    ),
    Mutant(
        "SUB-6",
        "reports only the main namespace",
        giving("On Socket.IO Subscribe", lambda _: {"Namespace": "/"}),
    ),
    Mutant(
        "SUB-6",
        "does not execute On Unsubscribe",
        around(
            Graph,
            "listeners",
            lambda right, self, kind, name: (
                iter(()) if kind == "On Socket.IO Unsubscribe" else right(self, kind, name)
            ),
        ),
    ),
)
