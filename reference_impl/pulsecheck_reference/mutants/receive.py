"""Mistakes of On Socket.IO Receive."""

import json
from typing import Any

from pulsecheck_reference.altered import around
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.graph import Graph

from .changes import LONGEST_TEXT, Outputs, giving, with_message
from .mutant import Mutant

BURST = 1_000
LATER = 0.05
RECEIVE = "On Socket.IO Receive"


def mixed_up(outputs: Outputs) -> Outputs:
    return {**outputs, "Namespace": outputs["Trigger Name"], "Trigger Name": outputs["Namespace"]}


def announce_first(right: Any, self: Graph, kind: str, name: str) -> Any:
    """A connection has one event listener node."""
    found = list(right(self, kind, name))
    return iter(found[:1] if kind == RECEIVE else found)


def drop_last(right: Any, self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    """The queue of events is one too short for a burst."""
    if arguments != (str(BURST),):
        right(self, event, namespace, *arguments)


def swap(right: Any, self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    """Each event has its own task, and one task takes longer than the others."""
    if arguments == ("500",):
        self._loop.call_later(LATER, right, self, event, namespace, *arguments)
    else:
        right(self, event, namespace, *arguments)


def receive_trimmed(right: Any, self: Attempt, event: Any, *others: Any) -> None:
    right(self, event.strip("_"), *others)


def receive_bare(right: Any, self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    right(self, event, namespace.partition("?")[0], *arguments)


async def end_all(right: Any, self: Attempt, _: str, *reason: Any) -> None:
    """The end of any namespace counts as the end of the connection."""
    await right(self, "/", *reason)


MUTANTS = (
    Mutant("RCV-2", "mixes up namespace and name", giving(RECEIVE, mixed_up)),
    Mutant(
        "RCV-2",
        "gives the main namespace",
        giving(RECEIVE, lambda outputs: {**outputs, "Namespace": "/"}),
    ),
    Mutant("RCV-2", "quotes the message", with_message(RECEIVE, json.dumps)),
    Mutant("RCV-2", "executes one listener", around(Graph, "listeners", announce_first)),
    Mutant("RCV-3", "cuts a long text", with_message(RECEIVE, lambda text: text[:LONGEST_TEXT])),
    Mutant("RCV-3", "strips white space", with_message(RECEIVE, str.strip)),
    Mutant("RCV-3", "ends a text at NUL", with_message(RECEIVE, lambda text: text.split("\0")[0])),
    Mutant("RCV-3", "drops the last of a burst", around(Attempt, "_on_event", drop_last)),
    Mutant("RCV-3", "ends with any namespace", around(Attempt, "_on_disconnect", end_all)),
    Mutant("RCV-3", "receives out of order", around(Attempt, "_on_event", swap)),
    Mutant("RCV-3", "trims event names", around(Attempt, "_on_event", receive_trimmed)),
    Mutant("RCV-3", "drops the query of a namespace", around(Attempt, "_on_event", receive_bare)),
)
