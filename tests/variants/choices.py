"""Variants that make the choices of the *may* requirements."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from pulsecheck.driver.protocol import NODE_TYPES, NodeName, SocketIoConnection
from pulsecheck_reference import attempt, connections, nodes, payload, studio
from pulsecheck_reference.address import address_of
from pulsecheck_reference.altered import Change, around, both, declaring, replaced
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.node_types import KINDS
from pulsecheck_reference.studio import Studio

from .evidence import apart, declared, each, entry, observed, pulse, seen
from .variant import Variant
from .waiting import start_and_wait, stop_and_linger, stop_and_wait, waiting

START, STOP, ON_STOP = "Socket.IO Start", "Socket.IO Stop", "On Socket.IO Stop"
LEAVES, TERMINATED = entry("client leaves"), entry("connection terminated")
A_MOMENT, A_WHILE = 0.03, 0.2
NOT_SUBSCRIBED = "this event was not subscribed to"
OTHER_WORDS = "Die Änderung gilt nach dem Sichern und einem Neustart."
AT_ONCE, AFTERWARDS = "pulses at once", "pulses only afterwards"
LISTED_NODES = tuple(sorted(set(NODE_TYPES) - {NodeName.ON_SUBSCRIBE, NodeName.ON_UNSUBSCRIBE}))
STUDIO = ("-m", "studio")
SETTINGS = ("-m", "SET-1 or SET-2 or SET-3 or SET-5 or STA-2 or CFG-2 or CFG-3 or ERR-3")
SUBSCRIBING = ("-m", " or ".join(f"SUB-{number}" for number in range(2, 8)) + " or RCV-2 or RCV-3")
RECEIVING = ("-m", "RCV-2 or RCV-3 or RCV-4")
STOPPING = ("-m", " or ".join(f"STO-{number}" for number in range(2, 14)))


# --- plugin, settings, toolbox --------------------------------------------------------------


def forget_connections(right: Any, self: Studio) -> None:
    right(self)
    if not self.has_socketio:
        self._project = self._saved = replace(self._project, connections=())


def port_wins(found: SocketIoConnection) -> str:
    scheme, _, rest = found.url.partition("://")
    return address_of(replace(found, url=f"{scheme}://{rest.partition(':')[0]}"))


def ask_in_other_words(right: Any, self: Studio, name: str) -> str:
    right(self, name)
    return OTHER_WORDS


async def subscribe_once(
    right: Any, self: Connections, name: str | None, namespace: str, event: str
) -> None:
    if (name, namespace, event) not in self._subscriptions:
        await right(self, name, namespace, event)


async def unsubscribe_once(
    right: Any, self: Connections, name: str | None, namespace: str, event: str
) -> None:
    if (self._settings(name).name, namespace, event) in self._subscriptions:
        await right(self, name, namespace, event)
    else:
        self._report_error(NOT_SUBSCRIBED)


def lacking(*kinds: str) -> Change:
    def lack() -> None:
        for kind in kinds:
            del KINDS[kind]

    return both(lack, declaring(nodes=LISTED_NODES))


STUDIOS = (
    Variant(
        "PLG-4 asks in other words",
        around(Studio, "toggle", ask_in_other_words),
        seen(entry("answer", result=lambda found: OTHER_WORDS in str(found))),
        ("-m", "PLG-4"),
    ),
    Variant(
        "PLG-8 loses connections with the plugin",
        around(Studio, "restart", forget_connections),
        observed("PLG-8", "connections do not survive a deactivation"),
        STUDIO,
    ),
    Variant(
        "SET-5 new connections have another port, and Port wins",
        both(replaced(studio, "NEW_PORT", 3000), replaced(connections, "address_of", port_wins)),
        observed(
            "SET-5",
            "a new connection has the port 3000",
            "Port takes precedence over a port inside the URL",
        ),
        SETTINGS,
    ),
    Variant(
        "TBX-4 lacks both optional nodes",
        lacking("On Socket.IO Subscribe", "On Socket.IO Unsubscribe"),
        each(
            declared("nodes", *LISTED_NODES),
            observed(
                "TBX-4",
                '"On Socket.IO Subscribe" is not listed',
                '"On Socket.IO Unsubscribe" is not listed',
            ),
        ),
    ),
    Variant(
        "TBX-4 lacks one optional node",
        lacking("On Socket.IO Unsubscribe"),
        observed(
            "TBX-4",
            '"On Socket.IO Subscribe" is listed',
            '"On Socket.IO Unsubscribe" is not listed',
        ),
        STUDIO,
    ),
)


# --- Start and Stop -------------------------------------------------------------------------


async def stop_and_rest(there: Connections, name: str | None, _: Mapping[str, str]) -> None:
    """Execute Stop, and finish while the connection is still closing."""
    there.stop(name)
    await asyncio.sleep(A_MOMENT)


async def leave_late(right: Any, self: Attempt) -> None:
    await asyncio.sleep(A_WHILE)
    await right(self)


START_AND_STOP = (
    Variant(
        "STA-4 Start waits for the connection",
        waiting(START, start_and_wait),
        observed("STA-4", f'"{START}" {AFTERWARDS}'),
    ),
    Variant(
        "STO-4 Stop's output comes before the disconnect begins",
        around(Attempt, "_disconnect", leave_late),
        each(observed("STO-4", f'"{STOP}" {AT_ONCE}'), apart(pulse(STOP), LEAVES, A_WHILE / 2)),
        STOPPING,
    ),
    Variant(
        "STO-4 Stop's output comes during the disconnect",
        lambda: nodes.EXECUTIONS.update({STOP: stop_and_rest}),
        each(observed("STO-4", f'"{STOP}" {AT_ONCE}'), seen(LEAVES, pulse(STOP), TERMINATED)),
        STOPPING,
    ),
    Variant(
        "STO-4 Stop waits for the end of the connection",
        waiting(STOP, stop_and_wait),
        each(observed("STO-4", f'"{STOP}" {AFTERWARDS}'), seen(TERMINATED, pulse(STOP))),
    ),
    Variant(
        "STO-4 Stop's output comes long after On Stop",
        waiting(STOP, stop_and_linger),
        each(observed("STO-4", f'"{STOP}" {AFTERWARDS}'), apart(pulse(ON_STOP), pulse(STOP), 0.2)),
        STOPPING,
    ),
)


# --- messages -------------------------------------------------------------------------------


class AllExceptUnsubscribed(set[tuple[str, str, str]]):
    """Subscriptions to every event except the events that Unsubscribe has removed."""

    def __init__(self) -> None:
        super().__init__()
        self._unsubscribed: set[object] = set()

    def __contains__(self, event: object) -> bool:
        return event not in self._unsubscribed

    def add(self, event: tuple[str, str, str]) -> None:
        self._unsubscribed.discard(event)
        super().add(event)

    def discard(self, event: object) -> None:
        self._unsubscribed.add(event)
        self.difference_update({event})


def listen_to_all(right: Any, self: Connections, *arguments: Any) -> None:
    right(self, *arguments)
    self._subscriptions = AllExceptUnsubscribed()


def giving(message: Callable[[Sequence[Any]], str]) -> Change:
    """Replace the Message of an event, unless the payload is a single text."""
    right = payload.message_text
    return replaced(
        attempt,
        "message_text",
        lambda given: right(given) if is_text(given) else message(given),
    )


def is_text(arguments: Sequence[Any]) -> bool:
    return len(arguments) == 1 and isinstance(arguments[0], str)


def messages(*values: str) -> tuple[str, ...]:
    payloads = (
        "a JSON object",
        "a number",
        "a truth value",
        "null",
        "several texts",
        "binary data",
        "no argument",
    )
    return tuple(
        f'"Message" for {payload} is {value}'
        for payload, value in zip(payloads, values, strict=True)
    )


MESSAGES = (
    Variant(
        "SND-7 joins a namespace when a node first uses it",
        around(
            Connections,
            "__init__",
            lambda right, self, find, _, *others: right(self, find, lambda _: (), *others),
        ),
        observed("SND-7", "a namespace is joined when a node first uses it"),
    ),
    Variant(
        "SUB-5 executes On Receive for events without a subscription",
        around(Connections, "__init__", listen_to_all),
        observed("SUB-5", "On Receive executes for events without a subscription"),
        SUBSCRIBING,
    ),
    Variant(
        "pulses On Subscribe and On Unsubscribe only for a change",
        both(
            around(Connections, "subscribe", subscribe_once),
            around(Connections, "unsubscribe", unsubscribe_once),
        ),
        seen(entry("runtime error", message=NOT_SUBSCRIBED)),
        ("-m", "NOD-2 or CFG-3 or TBX-2 or SUB-2 or SUB-4 or SUB-6 or SUB-7"),
    ),
    Variant(
        "RCV-4 gives the first argument as Python writes it",
        giving(lambda given: str(given[0]) if given else "None"),
        observed(
            "RCV-4",
            *messages(
                repr("{'a': 1, 'b': [True, None, 'c']}"),
                "'42'",
                "'True'",
                "'None'",
                "'one'",
                repr(str(b"\x00\x01\xfe\xff")),
                "'None'",
            ),
        ),
        RECEIVING,
    ),
    Variant(
        "RCV-4 gives an empty message unless the payload is one text",
        giving(lambda _: ""),
        observed("RCV-4", *messages(*["''"] * 7)),
        RECEIVING,
    ),
)

VARIANTS = (*STUDIOS, *START_AND_STOP, *MESSAGES)
