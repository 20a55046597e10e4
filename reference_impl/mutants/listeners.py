"""Mistakes of the event listener nodes: On Receive, On Subscribe, On Unsubscribe, On Error."""

import contextlib
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from reference_impl.altered import around, both, leading
from reference_impl.attempt import Attempt
from reference_impl.connection import Connection
from reference_impl.connections import Connections
from reference_impl.graph import Graph
from reference_impl.lifecycle import Action, Event, State
from reference_impl.runtime import Runtime

from .changes import LONGEST_TEXT, Outputs
from .mutant import Mutant

BURST = 1_000
LATER = 0.05
RECEIVE, ERROR = "On Socket.IO Receive", "On Socket.IO Error"


def giving(kind: str, change: Callable[[Outputs], Outputs]) -> Callable[[], None]:
    """Give something else at the listeners of that kind."""

    def announce(right: Any, self: Runtime, what: str, name: str, outputs: Outputs) -> None:
        right(self, what, name, change(outputs) if what == kind else outputs)

    return around(Runtime, "_announce", announce)


def with_message(kind: str, change: Callable[[str], str]) -> Callable[[], None]:
    return giving(kind, lambda outputs: {**outputs, "Message": change(outputs["Message"])})


def mixed_up(outputs: Outputs) -> Outputs:
    return {**outputs, "Namespace": outputs["Trigger Name"], "Trigger Name": outputs["Namespace"]}


def announce_first(right: Any, self: Graph, kind: str, name: str) -> Any:
    """One listener per connection."""
    found = list(right(self, kind, name))
    return iter(found[:1] if kind == RECEIVE else found)


def drop_last(right: Any, self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    """Events wait in a queue that is one too short for a burst."""
    if arguments != (str(BURST),):
        right(self, event, namespace, *arguments)


def swap(right: Any, self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    """Every event has a task of its own, and one of them takes a moment longer."""
    if arguments == ("500",):
        self._loop.call_later(LATER, right, self, event, namespace, *arguments)
    else:
        right(self, event, namespace, *arguments)


def receive_trimmed(right: Any, self: Attempt, event: Any, *others: Any) -> None:
    right(self, event.strip("_"), *others)


def receive_bare(right: Any, self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    right(self, event, namespace.partition("?")[0], *arguments)


def complain_not(right: Any, self: Attempt, namespace: str, message: str) -> None:
    if namespace == "/":
        right(self, namespace, message)


def fail_silently(right: Any, self: Attempt, message: str) -> None:
    """Only what the server says is an error: whoever cannot be reached says nothing."""
    if self._client.eio.state != "connected" and not self._accepted.done():
        self._accepted.set_result(False)
    right(self, message)


def fail_with_reason(right: Any, self: Connection, message: str) -> None:
    """Errors with nothing to say are not told."""
    if message:
        right(self, message)
    else:
        self._happened(Event.FAILED)


def complain_not_of_loss(right: Any, self: Attempt, namespace: str, message: str) -> None:
    if "was lost" not in message:
        right(self, namespace, message)


async def end_all(right: Any, self: Attempt, _: str, *reason: Any) -> None:
    """The end of any namespace is taken for that of the connection."""
    await right(self, "/", *reason)


def start_what_can_be_parsed(right: Any, self: Connections, name: str | None) -> None:
    """What is wrong with an address is caught, and forgotten."""
    with contextlib.suppress(ValueError):
        _ = urlsplit(self._settings(name).url).port
        right(self, name)


def start_if_never_refused(right: Any, self: Connection, target: Any) -> None:
    if not vars(self).get("was_refused"):
        right(self, target)


def fail_for_ever(right: Any, self: Connection, message: str) -> None:
    vars(self)["was_refused"] = True
    right(self, message)


MUTANTS = (
    Mutant(
        "SUB-6",
        "tells of the main namespace only",
        giving("On Socket.IO Subscribe", lambda _: {"Namespace": "/"}),
    ),
    Mutant(
        "SUB-6",
        "does not tell of unsubscribing",
        around(
            Graph,
            "listeners",
            lambda right, self, kind, name: (
                iter(()) if kind == "On Socket.IO Unsubscribe" else right(self, kind, name)
            ),
        ),
    ),
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
    Mutant("ERR-2", "gives no message", with_message(ERROR, lambda _: "")),
    Mutant(
        "ERR-2",
        "gives a message of its own",
        with_message(ERROR, lambda text: f"connection refused: {text}"),
    ),
    Mutant(
        "ERR-2",
        "gives the main namespace",
        giving(ERROR, lambda outputs: {**outputs, "Namespace": "/"}),
    ),
    Mutant(
        "ERR-2", "says nothing of a refused namespace", around(Attempt, "_complain", complain_not)
    ),
    Mutant(
        "ERR-2",
        "takes a refusal without a message for none",
        around(Connection, "failed", fail_with_reason),
    ),
    Mutant(
        "ERR-3",
        "cannot be started again once it was refused",
        both(
            around(Connection, "start", start_if_never_refused),
            around(Connection, "failed", fail_for_ever),
        ),
    ),
    Mutant(
        "ERR-3",
        "cannot be started again once it was lost and refused",
        leading(State.RECONNECTING, Event.ENDED, State.CONNECTING),
    ),
    Mutant(
        "ERR-3",
        "keeps the loss of a connection silent",
        both(
            leading(State.ESTABLISHED, Event.ENDED, State.BACKING_OFF, Action.RETRY_LATER),
            around(Attempt, "_complain", complain_not_of_loss),
        ),
        also=("STO-9",),
    ),
    Mutant(
        "ERR-3",
        "says nothing of a server that is not there",
        around(Attempt, "_fail", fail_silently),
    ),
    Mutant(
        "ERR-3",
        "says nothing of what is no address",
        around(Connections, "start", start_what_can_be_parsed),
    ),
)
