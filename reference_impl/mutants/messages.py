"""Mistakes with messages: Send, Subscribe, Unsubscribe, On Receive, On Error."""

import asyncio
import contextlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import socketio

from reference_impl import attempt, nodes
from reference_impl.altered import around, both, leading, replaced
from reference_impl.attempt import Attempt
from reference_impl.connection import Connection
from reference_impl.connections import Connections
from reference_impl.driver import Outbox
from reference_impl.graph import Graph
from reference_impl.lifecycle import Action, Event, State
from reference_impl.refusal import ExecutionError
from reference_impl.runtime import Runtime

from .mutant import Mutant

Outputs = Mapping[str, str]
LONGEST_TEXT = 65_536
BURST = 1_000
LATER = 0.05
RECEIVE, ERROR = "On Socket.IO Receive", "On Socket.IO Error"


# --- Send -----------------------------------------------------------------------------------


def sending(change: Callable[[str], Any]) -> Callable[[], None]:
    """Send another message."""

    async def send(right: Any, self: Attempt, namespace: str, event: str, message: str) -> None:
        await right(self, namespace, event, change(message))

    return around(Attempt, "send", send)


async def send_in_main(right: Any, self: Attempt, _: str, event: str, message: str) -> None:
    await right(self, "/", event, message)


async def send_twice(right: Any, self: Attempt, *message: str) -> None:
    await right(self, *message)
    await right(self, *message)


async def send_names_low(right: Any, self: Attempt, namespace: str, event: str, text: str) -> None:
    await right(self, namespace, event.strip("_"), text)


async def send_by_tasks(right: Any, self: Attempt, *message: str) -> None:
    """Every message is sent by a task of its own, and one of them takes a moment longer."""
    if message[-1] == "500":
        self._loop.call_later(
            0.05, lambda: TASKS.append(self._loop.create_task(right(self, *message)))
        )
    else:
        await right(self, *message)


TASKS: list[asyncio.Task[None]] = []


async def cut_at_once(there: Connections, name: str | None, _: Outputs) -> None:
    """There is no goodbye: Stop cuts the network connection."""
    there.stop(name)
    stopped = there._connections.get(str(name))
    if stopped is not None and stopped._attempt is not None:
        stopped._attempt._sockets.cut()


def pulse_twice(right: Any, self: Outbox, node: str, outputs: Outputs) -> None:
    """The library's callback pulses, and so does the node's own end."""
    right(self, node, outputs)
    if node.startswith("sender"):
        right(self, node, outputs)


def pulse_never(name: str) -> Callable[[], None]:
    def quiet(right: Any, self: Outbox, node: str, outputs: Outputs) -> None:
        if not node.startswith(f"{name} #"):
            right(self, node, outputs)

    return around(Outbox, "pulsed", quiet)


async def keep(right: Any, self: Connections, *message: str) -> None:
    """What cannot be sent now is sent as soon as a connection is there."""
    try:
        await right(self, *message)
    except ExecutionError as error:
        if "is not established" not in str(error):
            raise
        vars(self).setdefault("unsent", []).append(message)


def announce_and_send(right: Any, self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
    right(self, kind, name, outputs)
    if kind == "On Socket.IO Start":
        loop = asyncio.get_running_loop()
        unsent = vars(self._connections).pop("unsent", [])
        TASKS.extend(loop.create_task(self._connections.send(*each)) for each in unsent)


def as_json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


SENDING = (
    Mutant("SND-2", "sends in the main namespace", around(Attempt, "send", send_in_main)),
    Mutant("SND-2", "sends twice", around(Attempt, "send", send_twice)),
    Mutant("SND-2", "sends no message", sending(lambda _: "")),
    Mutant("SND-4", "pulses twice", around(Outbox, "pulsed", pulse_twice)),
    Mutant("SND-4", "does not pass the pulse on", pulse_never("sender")),
    Mutant("SND-5", "cuts a long text", sending(lambda text: text[:LONGEST_TEXT])),
    Mutant("SND-5", "sends no empty text", sending(lambda text: text or None)),
    Mutant("SND-5", "ends a text at NUL", sending(lambda text: text.split("\0")[0])),
    Mutant("SND-5", "strips white space", sending(lambda text: text.strip())),
    Mutant("SND-5", "normalises Unicode", sending(lambda text: unicodedata.normalize("NFC", text))),
    Mutant("SND-5", "sends JSON for what looks like it", sending(as_json)),
    Mutant("SND-5", "trims event names", around(Attempt, "send", send_names_low)),
    Mutant(
        "SND-5",
        "cuts namespaces at a question mark",
        replaced(attempt, "Packet", socketio.packet.Packet),
    ),
    Mutant("SND-5", "sends out of order", around(Attempt, "send", send_by_tasks)),
    Mutant(
        "SND-5",
        "loses what was sent before Stop",
        lambda: nodes.EXECUTIONS.update({"Socket.IO Stop": cut_at_once}),
    ),
    Mutant(
        "SND-6",
        "sends later what cannot be sent now",
        both(around(Connections, "send", keep), around(Runtime, "_announce", announce_and_send)),
    ),
)


# --- Subscribe and Unsubscribe --------------------------------------------------------------


async def subscribe_nothing(right: Any, self: Connections, *event: str) -> None:
    await right(self, *event)
    self._subscriptions.clear()


async def join_nothing(_right: Any, _self: Connection, _namespace: str) -> None:
    """Namespaces are joined when the connection starts."""


async def subscribe_last(right: Any, self: Connections, *event: str) -> None:
    """A connection has room for one subscription."""
    self._subscriptions -= {found for found in self._subscriptions if found[0] == event[0]}
    await right(self, *event)


async def subscribe_everywhere(right: Any, self: Connections, name: str, *event: str) -> None:
    """The handler is registered for the event's name in all namespaces that nodes know of."""
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
    self._subscriptions.clear()
    await right(self, *event)


async def forget_name(right: Any, self: Connections, *event: str) -> None:
    """Subscriptions are told apart by the event's name alone."""
    self._subscriptions -= {found for found in self._subscriptions if found[2] == event[2]}
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
    """Unsubscribing what is not there ends the runtime's listening."""
    if event not in self._subscriptions:
        self._subscriptions.clear()
    await right(self, *event)


SUBSCRIBING = (
    Mutant("SUB-2", "never listens", around(Connections, "subscribe", subscribe_nothing)),
    Mutant(
        "SUB-2", "listens to one event at a time", around(Connections, "subscribe", subscribe_last)
    ),
    Mutant("SUB-2", "does not pass the pulse on", pulse_never("subscribe")),
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
    Mutant("SUB-4", "goes on listening", around(Connections, "unsubscribe", keep_listening)),
    Mutant("SUB-4", "does not pass the pulse on", pulse_never("unsubscribe")),
    Mutant(
        "SUB-4",
        "never listens to it again",
        both(
            around(Connections, "subscribe", subscribe_once),
            around(Connections, "unsubscribe", unsubscribe_for_ever),
        ),
    ),
    Mutant("SUB-4", "unsubscribes from everything", around(Connections, "unsubscribe", forget_all)),
    Mutant(
        "SUB-7",
        "wants to be unsubscribed from as often as it was subscribed to",
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
)


# --- event listener nodes -------------------------------------------------------------------


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


LISTENING = (
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
    Mutant(
        "SUB-7",
        "delivers twice what was subscribed to twice",
        both(
            around(Connections, "subscribe", subscribe_again),
            around(Runtime, "_announce", announce_each),
        ),
    ),
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

MUTANTS = (*SENDING, *SUBSCRIBING, *LISTENING)
