"""Mistakes of On Socket.IO Receive."""

import json
from collections.abc import Callable
from typing import Any

import socketio

from pulsecheck_reference.altered import Change, around, both
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.runtime import Runtime

from .changes import (
    LONGEST_TEXT,
    Outputs,
    giving,
    is_another,
    is_closing,
    is_starting,
    note_loss,
    was_lost,
    with_message,
)
from .mutant import Mutant

BURST = 1_000
LATER = 0.05
RECEIVE = "On Socket.IO Receive"


def mixed_up(outputs: Outputs) -> Outputs:
    return {**outputs, "Namespace": outputs["Trigger Name"], "Trigger Name": outputs["Namespace"]}


def drop_last(right: Any, self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    """The queue of events has no room for the last event of a burst."""
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


def receive_text(right: Any, self: Attempt, event: Any, namespace: str, *given: Any) -> None:
    if len(given) == 1 and isinstance(given[0], str):
        right(self, event, namespace, *given)


async def receive_unasked(right: Any, self: Any, namespace: str, id_: Any, data: Any) -> None:
    """Events that ask for an acknowledgement have a handler of their own, which does nothing."""
    if id_ is None:
        await right(self, namespace, id_, data)


def drop_equal(right: Any, self: Attempt, *event: Any) -> None:
    if vars(self).get("before") != event:
        vars(self)["before"] = event
        right(self, *event)


def take_for_error(right: Any, self: Attempt, event: Any, namespace: str, *given: Any) -> None:
    if event == "error":
        self._report_error(namespace, str(given))
    else:
        right(self, event, namespace, *given)


def receive_stripped(right: Any, self: Attempt, event: Any, *others: Any) -> None:
    right(self, event.strip(), *others)


def lower_name(outputs: Outputs) -> Outputs:
    return {**outputs, "Trigger Name": outputs["Trigger Name"].lower()}


def lower_namespace(outputs: Outputs) -> Outputs:
    return {**outputs, "Namespace": outputs["Namespace"].lower()}


def drop_next(right: Any, self: Attempt, event: Any, *others: Any) -> None:
    """Only the first of several events with one name that come at once has an effect."""
    busy: set[Any] = vars(self).setdefault("busy", set())
    if event not in busy:
        busy.add(event)
        self._loop.call_later(LATER, busy.discard, event)
        right(self, event, *others)


def receiving_unless(is_concerned: Callable[[Connection], bool]) -> Change:
    """Do not execute On Receive if `is_concerned` is true for another connection."""

    def announce(right: Any, self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
        if kind != RECEIVE or not is_another(self._connections, name, is_concerned):
            right(self, kind, name, outputs)

    return around(Runtime, "_announce", announce)


def plain_number(text: str) -> str:
    """Rewrite a text that is a number in JSON."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return str(value) if isinstance(value, int | float) else text


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
    Mutant("RCV-2", "executes for texts alone", around(Attempt, "_on_event", receive_text)),
    Mutant(
        "RCV-2",
        "does not execute when an acknowledgement is asked for",
        around(socketio.AsyncClient, "_handle_event", receive_unasked),
    ),
    Mutant(
        "RCV-2", "does not execute for an equal event", around(Attempt, "_on_event", drop_equal)
    ),
    Mutant("RCV-2", "takes an event for an error", around(Attempt, "_on_event", take_for_error)),
    Mutant("RCV-2", "strips event names", around(Attempt, "_on_event", receive_stripped)),
    Mutant("RCV-2", "gives names in lower case", giving(RECEIVE, lower_name)),
    Mutant("RCV-2", "gives namespaces in lower case", giving(RECEIVE, lower_namespace)),
    Mutant("RCV-2", "gives messages in lower case", with_message(RECEIVE, str.lower)),
    Mutant(
        "RCV-2",
        "removes byte order marks",
        with_message(RECEIVE, lambda text: text.strip("\ufeff")),
    ),
    Mutant("RCV-2", "cuts a long text", with_message(RECEIVE, lambda text: text[:LONGEST_TEXT])),
    Mutant("RCV-2", "strips white space", with_message(RECEIVE, str.strip)),
    Mutant("RCV-2", "ends a text at NUL", with_message(RECEIVE, lambda text: text.split("\0")[0])),
    Mutant("RCV-2", "rewrites numbers", with_message(RECEIVE, plain_number)),
    Mutant(
        "RCV-2",
        "converts line breaks",
        with_message(RECEIVE, lambda text: text.replace("\r\n", "\n")),
    ),
    Mutant(
        "RCV-2",
        "removes a slash at the end of a namespace",
        giving(RECEIVE, lambda out: {**out, "Namespace": out["Namespace"].rstrip("/") or "/"}),
    ),
    Mutant(
        "RCV-2",
        "executes for the first of several events",
        around(Attempt, "_on_event", drop_next),
        also=("RCV-3",),
    ),
    Mutant("RCV-2", "does not execute while another is starting", receiving_unless(is_starting)),
    Mutant("RCV-2", "does not execute while another is closing", receiving_unless(is_closing)),
    Mutant(
        "RCV-2",
        "does not execute after another was lost",
        both(around(Connection, "ended", note_loss), receiving_unless(was_lost)),
    ),
    Mutant("RCV-3", "drops the last of a burst", around(Attempt, "_on_event", drop_last)),
    Mutant("RCV-3", "ends with any namespace", around(Attempt, "_on_disconnect", end_all)),
    Mutant("RCV-3", "receives out of order", around(Attempt, "_on_event", swap)),
    Mutant("RCV-2", "trims event names", around(Attempt, "_on_event", receive_trimmed)),
    Mutant("RCV-2", "drops the query of a namespace", around(Attempt, "_on_event", receive_bare)),
)
