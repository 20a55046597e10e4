"""The reference runtime with one mistake in its messages, such as authors of runtimes make.

Each factory is what `--implementation python:messaging:NAME` names. A mistake is made in the whole
process, so a process checks one of them.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from reference_impl import node_types, serve
from reference_impl.attempt import Attempt
from reference_impl.connections import Connections
from reference_impl.driver import Outbox
from reference_impl.payload import error_text
from reference_impl.refusal import ExecutionError
from reference_impl.runtime import Runtime

Factory = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[Any, Any, None]]
Outputs = Mapping[str, str]
LONGEST_TEXT = 65_536
LONGEST_QUEUE = 999

send = Attempt.send
subscribe = Connections.subscribe
unsubscribe = Connections.unsubscribe
announce = Runtime._announce
on_event = Attempt._on_event
fail = Attempt._fail
send_on = Connections.send
pulsed = Outbox.pulsed


def mistaken(owner: type, name: str, mistake: Callable[..., Any]) -> Factory:
    """A factory for the reference whose method is replaced by a mistaken one."""

    async def factory(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        setattr(owner, name, mistake)
        await serve(reader, writer)

    return factory


def giving(change: Callable[[str, Outputs], Outputs]) -> Factory:
    """A factory for the reference whose event listener nodes give something else."""

    def announce_changed(self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
        announce(self, kind, name, change(kind, outputs))

    return mistaken(Runtime, "_announce", announce_changed)


# --- Send -----------------------------------------------------------------------------------


async def send_in_main(self: Attempt, _namespace: str, event: str, message: str) -> None:
    await send(self, "/", event, message)


async def send_cut(self: Attempt, namespace: str, event: str, message: str) -> None:
    await send(self, namespace, event, message[:LONGEST_TEXT])


async def send_twice(self: Attempt, namespace: str, event: str, message: str) -> None:
    await send(self, namespace, event, message)
    await send(self, namespace, event, message)


async def send_everywhere(
    self: Connections, name: str, namespace: str, event: str, message: str
) -> None:
    """Configuration only decides which connection's errors are told."""
    await send_on(self, name, namespace, event, message)
    for other in self._connections.values():
        if other is not self._connections[name]:
            await other.send(namespace, event, message)


async def keep(self: Connections, name: str, namespace: str, event: str, message: str) -> None:
    """What cannot be sent now is sent as soon as a connection is there."""
    try:
        await send_on(self, name, namespace, event, message)
    except ExecutionError:
        UNSENT.setdefault(id(self), []).append((name, namespace, event, message))


def announce_and_send(self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
    announce(self, kind, name, outputs)
    if kind == "On Socket.IO Start":
        for unsent in UNSENT.pop(id(self._connections), []):
            task = asyncio.get_running_loop().create_task(send_on(self._connections, *unsent))
            TASKS.add(task)


UNSENT: dict[int, list[tuple[str, str, str, str]]] = {}
TASKS: set[asyncio.Task[None]] = set()


async def sends_later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    setattr(Runtime, "_announce", announce_and_send)  # noqa: B010 - as `mistaken` does it
    await mistaken(Connections, "send", keep)(reader, writer)


async def defaults_to_main(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    node_types.KINDS["Socket.IO Send"].inputs["Namespace"] = "/main"
    await serve(reader, writer)


def pulse_senders_twice(self: Outbox, node: str, outputs: Outputs) -> None:
    """The library's callback pulses, and so does the node's own end."""
    pulsed(self, node, outputs)
    if node.startswith("sender"):
        pulsed(self, node, outputs)


pulses_twice = mistaken(Outbox, "pulsed", pulse_senders_twice)
sends_everywhere = mistaken(Connections, "send", send_everywhere)
ignores_namespace = mistaken(Attempt, "send", send_in_main)
cuts_what_it_sends = mistaken(Attempt, "send", send_cut)
sends_twice = mistaken(Attempt, "send", send_twice)


# --- Subscribe and Unsubscribe --------------------------------------------------------------


async def keep_listening(self: Connections, name: str, namespace: str, _event: str) -> None:
    await unsubscribe(self, name, namespace, "an event that nobody names")


async def forget_all(self: Connections, name: str, namespace: str, event: str) -> None:
    self._subscriptions.clear()
    await unsubscribe(self, name, namespace, event)


async def forget_name(self: Connections, name: str, namespace: str, event: str) -> None:
    """Subscriptions are told apart by the event's name alone."""
    same = {found for found in self._subscriptions if found[2] == event}
    self._subscriptions -= same
    await unsubscribe(self, name, namespace, event)


async def subscribe_everywhere(self: Connections, name: str, namespace: str, event: str) -> None:
    """The handler is registered for the event's name in all namespaces that nodes know of."""
    await subscribe(self, name, namespace, event)
    for other in self._namespaces(name):
        self._subscriptions.add((name, other, event))


async def subscribe_again(self: Connections, name: str, namespace: str, event: str) -> None:
    TIMES[event] = TIMES.get(event, 0) + ((name, namespace, event) in self._subscriptions)
    await subscribe(self, name, namespace, event)


def announce_each(self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
    for _ in range(1 + TIMES.get(outputs.get("Trigger Name", ""), 0)):
        announce(self, kind, name, outputs)


TIMES: dict[str, int] = {}
"""How often too many an event was subscribed to."""


async def delivers_twice(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    TIMES.clear()
    setattr(Runtime, "_announce", announce_each)  # noqa: B010 - as `mistaken` does it
    await mistaken(Connections, "subscribe", subscribe_again)(reader, writer)


listens_after_unsubscribe = mistaken(Connections, "unsubscribe", keep_listening)
unsubscribes_all = mistaken(Connections, "unsubscribe", forget_all)
unsubscribes_by_name = mistaken(Connections, "unsubscribe", forget_name)
subscribes_by_name = mistaken(Connections, "subscribe", subscribe_everywhere)


async def never_subscribe(self: Connections, name: str, namespace: str, event: str) -> None:
    await subscribe(self, name, namespace, event)
    self._subscriptions.clear()


never_listens = mistaken(Connections, "subscribe", never_subscribe)


# --- On Receive and On Error ----------------------------------------------------------------


def mixed_up(kind: str, outputs: Outputs) -> Outputs:
    if kind != "On Socket.IO Receive":
        return outputs
    return {**outputs, "Namespace": outputs["Trigger Name"], "Trigger Name": outputs["Namespace"]}


def cut(kind: str, outputs: Outputs) -> Outputs:
    if kind != "On Socket.IO Receive":
        return outputs
    return {**outputs, "Message": outputs["Message"][:LONGEST_TEXT]}


def without_message(kind: str, outputs: Outputs) -> Outputs:
    return {**outputs, "Message": ""} if kind == "On Socket.IO Error" else outputs


def drop_last(self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    """Events wait in a queue that is one too short for a burst."""
    if error_text(arguments) != str(LONGEST_QUEUE + 1):
        on_event(self, event, namespace, *arguments)


def main_only(kind: str, outputs: Outputs) -> Outputs:
    return {"Namespace": "/"} if kind.endswith("Subscribe") else outputs


def fail_silently(self: Attempt, message: str) -> None:
    """Only what the server says is an error: whoever cannot be reached says nothing."""
    unreachable = self._client.eio.state != "connected" and not self._accepted.done()
    if unreachable:
        self._accepted.set_result(False)
    fail(self, message)


tells_of_main_only = giving(main_only)
keeps_silent_when_unreachable = mistaken(Attempt, "_fail", fail_silently)
mixes_up_outputs = giving(mixed_up)
cuts_what_it_receives = giving(cut)
errs_without_message = giving(without_message)
drops_the_last = mistaken(Attempt, "_on_event", drop_last)
