"""Mistakes of Subscribe, Unsubscribe, On Subscribe and On Unsubscribe."""

from collections.abc import Callable
from typing import Any

from pulsecheck_reference import node_types
from pulsecheck_reference.altered import Change, around, both
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections, _Listener
from pulsecheck_reference.graph import Graph
from pulsecheck_reference.runtime import Runtime

from .changes import Outputs, giving, ignoring_on_branch, reporting
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


async def subscribe_unknown(right: Any, self: Connections, *event: str) -> None:
    """What was subscribed to before a restart counts as subscribed to, but is not."""
    if event not in vars(self).get("known", ()):
        await right(self, *event)


def forget_at_end(right: Any, self: Connections, name: str) -> None:
    ended = {found for found in self._subscriptions if found[0] == name}
    vars(self)["known"] = vars(self).get("known", set()) | ended
    self._subscriptions -= ended
    right(self, name)


def matching(is_same: Callable[[str, str], bool]) -> Change:
    """Execute On Receive if a subscribed namespace and the event's namespace match."""

    def received(_right: Any, self: _Listener, namespace: str, event: str, message: str) -> None:
        outputs = {"Namespace": namespace, "Trigger Name": event, "Message": message}
        if any(
            (name, subscribed) == (self.name, event) and is_same(place, namespace)
            for name, place, subscribed in self.subscriptions
        ):
            self.announce("On Socket.IO Receive", self.name, outputs)

    return around(_Listener, "received", received)


def unsubscribing_alike(is_same: Callable[[str, str], bool]) -> Change:
    """Unsubscribe from all events of the namespace whose name matches Event Name."""

    async def unsubscribe(right: Any, self: Connections, *event: str) -> None:
        self._subscriptions -= {
            found
            for found in self._subscriptions
            if found[:2] == event[:2] and is_same(event[2], found[2])
        }
        await right(self, *event)

    return around(Connections, "unsubscribe", unsubscribe)


def ignores_case(one: str, other: str) -> bool:
    return one.lower() == other.lower()


def is_beginning(one: str, other: str) -> bool:
    return other.startswith(one)


MUTANTS = (
    Mutant("SUB-2", "never listens", around(Connections, "subscribe", subscribe_nothing)),
    Mutant(
        "SUB-2", "listens to one event at a time", around(Connections, "subscribe", subscribe_last)
    ),
    Mutant("SUB-2", "does not pass the pulse on", reporting("Socket.IO Subscribe", 0)),
    Mutant("SUB-2", "joins nothing later", around(Connection, "join", join_nothing)),
    Mutant(
        "SUB-2",
        "does nothing on the branch of On Start",
        ignoring_on_branch("On Socket.IO Start", "subscribe"),
    ),
    Mutant(
        "SUB-2",
        "does not listen again after a restart",
        both(
            around(Connections, "subscribe", subscribe_unknown),
            around(Connections, "end", forget_at_end),
        ),
    ),
    Mutant("SUB-3", "ignores the letter case of a namespace", matching(ignores_case)),
    Mutant("SUB-3", "compares the beginning of a namespace", matching(is_beginning)),
    Mutant(
        "SUB-4", "ignores the letter case of an event's name", unsubscribing_alike(ignores_case)
    ),
    Mutant("SUB-4", "compares the beginning of an event's name", unsubscribing_alike(is_beginning)),
    Mutant(
        "SUB-4",
        "does nothing on the branch of On Receive",
        ignoring_on_branch("On Socket.IO Receive", "unsubscribe"),
    ),
    Mutant(
        "SUB-4",
        "unsubscribes in another namespace unless one is given",
        lambda: node_types.KINDS["Socket.IO Unsubscribe"].inputs.update({"Namespace": "/main"}),
        also=("SUB-1", "SUB-2", "SUB-6", "TBX-2"),
    ),
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
    Mutant(
        "SUB-4",
        "does not pass the pulse on",
        reporting("Socket.IO Unsubscribe", 0),
        also=("NOD-8",),
    ),
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
        "SUB-4",
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
