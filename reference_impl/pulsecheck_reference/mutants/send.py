"""Mistakes of Socket.IO Send."""

import asyncio
import json
import unicodedata
from collections.abc import Callable
from typing import Any

from pulsecheck_reference.altered import Change, around, both
from pulsecheck_reference.attempt import CONNECT, Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.driver import Outbox
from pulsecheck_reference.lifecycle import Action
from pulsecheck_reference.packets import Packet
from pulsecheck_reference.refusal import ExecutionError
from pulsecheck_reference.runtime import Runtime

from .changes import (
    LONGEST_TEXT,
    Outputs,
    executing,
    ignoring_on_branch,
    is_another,
    is_closing,
    is_starting,
    note_loss,
    reporting,
    starting_with_main,
    was_lost,
)
from .mutant import Mutant


def sending(change: Callable[[str], Any]) -> Callable[[], None]:
    """Change the message that is sent."""

    async def send(right: Any, self: Attempt, namespace: str, event: str, message: str) -> None:
        await right(self, namespace, event, change(message))

    return around(Attempt, "send", send)


async def send_in_main(right: Any, self: Attempt, _: str, event: str, message: str) -> None:
    await right(self, "/", event, message)


async def send_twice(right: Any, self: Attempt, *message: str) -> None:
    await right(self, *message)
    await right(self, *message)


async def send_to_joined(right: Any, self: Attempt, namespace: str, *message: str) -> None:
    if namespace in self._client.namespaces or namespace not in self._late:
        await right(self, namespace, *message)


async def send_and_join(right: Any, self: Attempt, namespace: str, *message: str) -> None:
    """Each message for a namespace that is not joined yet sends another connection request."""
    await right(self, namespace, *message)
    if namespace in self._late:
        await self._client.eio.send(Packet(CONNECT, data={}, namespace=namespace).encode())


def naming(change: Callable[[str, str], tuple[str, str]]) -> Callable[[], None]:
    """Change the namespace and the event's name."""

    async def send(right: Any, self: Attempt, namespace: str, event: str, message: str) -> None:
        await right(self, *change(namespace, event), message)

    return around(Attempt, "send", send)


async def send_changed(right: Any, self: Attempt, *message: str) -> None:
    """A message that is equal to the message before it is not sent."""
    if vars(self).get("before") != message:
        vars(self)["before"] = message
        await right(self, *message)


def sending_once_started(is_lost: Callable[[str], bool]) -> Callable[[], None]:
    """After a restart, send nothing in the namespaces for which `is_lost` returns True.

    A runtime makes this mistake if its handler still uses the client of the first connection.
    """

    def open_again(right: Any, self: Connection) -> None:
        vars(self)["attempts"] = vars(self).get("attempts", 0) + 1
        right(self)

    async def send(right: Any, self: Connection, namespace: str, *message: str) -> bool:
        is_restarted = vars(self).get("attempts", 0) > 1
        return (is_restarted and is_lost(namespace)) or bool(await right(self, namespace, *message))

    def count(right: Any, self: Connection, listener: Any) -> None:
        right(self, listener)
        self._actions[Action.OPEN] = lambda: open_again(Connection._open, self)

    return both(around(Connection, "__init__", count), around(Connection, "send", send))


async def send_changed_since(right: Any, self: Connection, *message: str) -> bool:
    """After a restart, a message that is equal to the last one before is not sent."""
    attempt, last = vars(self).get("before", (None, ()))
    vars(self)["before"] = (self._attempt, message)
    is_repeated = last == message and attempt is not self._attempt
    return is_repeated or bool(await right(self, *message))


def sending_after_loss(times: int) -> Change:
    """After a loss, send each message `times` times."""

    async def send(right: Any, self: Connection, *message: str) -> bool:
        for _ in range(times if was_lost(self) else 1):
            await right(self, *message)
        return True

    return both(around(Connection, "ended", note_loss), around(Connection, "send", send))


def sending_unless(is_concerned: Callable[[Connection], bool]) -> Change:
    """Send nothing if `is_concerned` is true for another connection."""

    async def send(right: Any, self: Connections, name: str, *message: str) -> None:
        if not is_another(self, name, is_concerned):
            await right(self, name, *message)

    return around(Connections, "send", send)


async def write_queue(_right: Any, self: Attempt) -> None:
    """Stop does not wait for events whose namespace is not joined yet."""
    await self._client.eio.queue.join()


async def send_long_later(right: Any, self: Attempt, *message: str) -> None:
    if len(message[-1]) > LONGEST_TEXT:
        self._loop.call_later(
            0.05, lambda: TASKS.append(self._loop.create_task(right(self, *message)))
        )
    else:
        await right(self, *message)


async def send_by_namespace(right: Any, self: Attempt, namespace: str, *message: str) -> None:
    """Each namespace but the main one has a queue of its own."""
    if namespace == "/":
        await right(self, namespace, *message)
    else:
        TASKS.append(self._loop.create_task(right(self, namespace, *message)))


async def send_by_tasks(right: Any, self: Attempt, *message: str) -> None:
    """Each message is sent by its own task, and one task takes longer than the others."""
    if message[-1] == "500":
        self._loop.call_later(
            0.05, lambda: TASKS.append(self._loop.create_task(right(self, *message)))
        )
    else:
        await right(self, *message)


TASKS: list[asyncio.Task[None]] = []


async def cut_at_once(there: Connections, name: str | None, _: Outputs) -> None:
    """Stop closes the TCP connection without a disconnect packet."""
    there.stop(name)
    stopped = there._connections.get(str(name))
    if stopped is not None and stopped._attempt is not None:
        stopped._attempt._sockets.cut()


def pulse_twice(right: Any, self: Outbox, node: str, outputs: Outputs) -> None:
    """A node pulses twice: in the library's callback, and when the node has executed."""
    right(self, node, outputs)
    if node.startswith("sender"):
        right(self, node, outputs)


async def keep(right: Any, self: Connections, *message: str) -> None:
    """Events that cannot be sent are kept until the connection is established."""
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


MUTANTS = (
    Mutant(
        "SND-2",
        "sends in the main namespace",
        around(Attempt, "send", send_in_main),
        also=("NOD-7", "SND-3", "SND-5"),
    ),
    Mutant("SND-2", "sends twice", around(Attempt, "send", send_twice), also=("CFG-3", "SND-5")),
    Mutant(
        "SND-2",
        "sends no message",
        sending(lambda _: ""),
        also=("CFG-3", "NOD-5", "NOD-7", "SND-5"),
    ),
    Mutant(
        "SND-2",
        "loses what is sent before its namespace is joined",
        both(starting_with_main, around(Attempt, "send", send_to_joined)),
    ),
    Mutant(
        "SND-2",
        "joins a namespace again that is being joined",
        both(starting_with_main, around(Attempt, "send", send_and_join)),
    ),
    Mutant(
        "SND-2",
        "loses what waits for its namespace when Stop follows",
        both(starting_with_main, around(Attempt, "_all_written", write_queue)),
    ),
    Mutant("SND-2", "strips white space", sending(lambda text: text.strip())),
    Mutant("SND-2", "parses a text that looks like JSON", sending(as_json)),
    Mutant(
        "SND-2",
        "sends in lower case",
        sending(lambda text: text.lower() if text.isascii() else text),
    ),
    Mutant("SND-2", "trims event names", naming(lambda place, name: (place, name.strip("_")))),
    Mutant("SND-2", "strips event names", naming(lambda place, name: (place, name.strip()))),
    Mutant("SND-2", "sends names in lower case", naming(lambda place, name: (place, name.lower()))),
    Mutant("SND-2", "strips namespaces", naming(lambda place, name: (place.strip(), name))),
    Mutant(
        "SND-2",
        "sends in namespaces in lower case",
        naming(lambda place, name: (place.lower(), name)),
    ),
    Mutant(
        "SND-2",
        "cuts namespaces at a question mark",
        naming(lambda place, name: (place.partition("?")[0], name)),
    ),
    Mutant("SND-2", "sends no message again", around(Attempt, "send", send_changed)),
    Mutant(
        "SND-2",
        "sends nothing after a restart",
        sending_once_started(lambda _: True),
        also=("STA-5",),
    ),
    Mutant(
        "SND-2",
        "sends in the main namespace alone after a restart",
        sending_once_started(lambda namespace: namespace != "/"),
    ),
    Mutant(
        "SND-2",
        "removes a slash at the end of a namespace",
        naming(lambda place, name: (place.rstrip("/") or "/", name)),
    ),
    Mutant(
        "SND-2",
        "converts line breaks",
        sending(lambda text: text.replace("\r\n", "\n")),
        also=("SND-5",),
    ),
    Mutant(
        "SND-2",
        "sends nothing equal to the last message before a restart",
        around(Connection, "send", send_changed_since),
        also=("STA-5",),
    ),
    Mutant("SND-2", "sends nothing after a loss", sending_after_loss(0)),
    Mutant("SND-2", "sends twice after a loss", sending_after_loss(2)),
    Mutant(
        "SND-2",
        "sends nothing on the branch of On Receive",
        ignoring_on_branch("On Socket.IO Receive", "send"),
        also=("NOD-5", "NOD-7"),
    ),
    Mutant("SND-2", "sends nothing while another is starting", sending_unless(is_starting)),
    Mutant("SND-2", "sends nothing while another is closing", sending_unless(is_closing)),
    Mutant(
        "SND-2",
        "sends nothing after another was lost",
        both(around(Connection, "ended", note_loss), sending_unless(was_lost)),
    ),
    Mutant(
        "SND-2",
        "loses what was sent before Stop",
        executing("Socket.IO Stop", cut_at_once),
    ),
    Mutant("SND-4", "pulses twice", around(Outbox, "pulsed", pulse_twice)),
    Mutant("SND-4", "does not pass the pulse on", reporting("Socket.IO Send", 0)),
    Mutant("SND-5", "cuts a long text", sending(lambda text: text[:LONGEST_TEXT])),
    Mutant("SND-5", "sends no empty text", sending(lambda text: text or None)),
    Mutant("SND-5", "ends a text at NUL", sending(lambda text: text.split("\0")[0])),
    Mutant("SND-5", "normalises Unicode", sending(lambda text: unicodedata.normalize("NFC", text))),
    Mutant("SND-5", "removes byte order marks", sending(lambda text: text.strip("\ufeff"))),
    Mutant("SND-5", "sends a long text later", around(Attempt, "send", send_long_later)),
    Mutant("SND-5", "sends by a queue per namespace", around(Attempt, "send", send_by_namespace)),
    Mutant("SND-5", "sends out of order", around(Attempt, "send", send_by_tasks)),
    Mutant(
        "SND-6",
        "sends later what cannot be sent now",
        both(around(Connections, "send", keep), around(Runtime, "_announce", announce_and_send)),
    ),
)
