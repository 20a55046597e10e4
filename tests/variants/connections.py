"""Variants that use transports and namespaces as the clients of other runtimes do."""

import asyncio
from functools import partial
from typing import Any

import aiohttp
import engineio
from socketio.packet import DISCONNECT

from pulsecheck.driver.profile import OFFERED
from pulsecheck.driver.protocol import TransportUse
from pulsecheck_reference.altered import Change, around, both, declaring, replaced
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.graph import Graph
from pulsecheck_reference.mutants.changes import starting_with_main
from pulsecheck_reference.packets import Packet
from pulsecheck_reference.payload import error_text

from .evidence import declared, each, entry, never, packet, pulse, seen
from .variant import Variant
from .waiting import attempt_of, pause, pausing

ON_START = "On Socket.IO Start"
MESSAGES = (
    *(f"SND-{number}" for number in range(2, 8)),
    *(f"SUB-{number}" for number in range(2, 8)),
    *("RCV-2", "RCV-3", "STA-5", "STO-7", "STO-8", "ERR-2", "NOD-5", "CFG-3"),
)
NAMESPACES = ("-k", "not long_polling and not upgraded", "-m", " or ".join(MESSAGES))
OPENED = partial(entry, "connection opened")
TCP_OPENED, TERMINATED = entry("TCP connection opened"), entry("connection terminated")


# --- transports -----------------------------------------------------------------------------


def with_only(use: TransportUse) -> Change:
    """Use one transport, even if a connection names others."""

    def begin(right: Any, self: Attempt, address: str, _transports: Any, *others: Any) -> None:
        right(self, address, tuple(map(str, OFFERED[use])), *others)

    return both(declaring(transports=[use]), around(Attempt, "__init__", begin))


def another_url(_right: Any, _self: Any, url: str, path: str, transport: str) -> str:
    """Return the URL with the query in another order, and with a parameter of some clients."""
    scheme = {"polling": "http", "websocket": "ws"}[transport]
    return f"{scheme}://{url.partition('://')[2]}/{path}/?transport={transport}&b64=0&EIO=4"


TRANSPORTS = (
    Variant(
        "supports only WebSocket",
        with_only(TransportUse.WEBSOCKET),
        each(
            declared("transports", "websocket"),
            seen(OPENED(transport="websocket")),
            never(OPENED(transport="polling")),
        ),
    ),
    Variant(
        "supports only long-polling",
        with_only(TransportUse.POLLING),
        each(
            declared("transports", "polling"),
            seen(OPENED(transport="polling")),
            never(OPENED(transport="websocket")),
            never(entry("connection upgraded")),
        ),
    ),
    Variant(
        "supports only the upgrade to WebSocket",
        with_only(TransportUse.UPGRADED),
        each(
            declared("transports", "upgraded"),
            seen(entry("connection upgraded")),
            never(OPENED(transport="websocket")),
        ),
    ),
    Variant(
        "makes a TCP connection for each request",
        replaced(aiohttp, "TCPConnector", partial(aiohttp.TCPConnector, force_close=True)),
        seen(OPENED(transport="polling"), *[TCP_OPENED] * 4, TERMINATED),
        ("-k", "long_polling or upgraded"),
    ),
    Variant(
        "uses another query string",
        around(engineio.AsyncClient, "_get_engineio_url", another_url),
        seen(entry("namespace established")),
        ("-m", "STA-2 or STA-5 or STO-2 or STO-5"),
    ),
)


# --- namespaces -----------------------------------------------------------------------------


def begin_with_main(
    right: Any, self: Attempt, address: str, transports: Any, namespaces: Any, *others: Any
) -> None:
    """Join only the main namespace. Then `join_next` joins the other namespaces one by one."""
    right(self, address, transports, {"/"}, *others)
    self._unanswered |= set(namespaces)


async def join_next(right: Any, self: Attempt, namespace: str, *data: Any) -> None:
    waiting = sorted(self._unanswered - {namespace} - self._late.keys())
    if waiting and not self._accepted.done():
        await self.join(waiting[0])
    await right(self, namespace, *data)


def stay_out(right: Any, self: Attempt, *arguments: Any) -> None:
    """At the start, join the main namespace only if the nodes name no other namespace."""
    address, transports, namespaces, witness = arguments
    right(self, address, transports, set(namespaces) - {"/"} or {"/"}, witness)


def join_late(right: Any, self: Connections, find: Any, _: Any, *others: Any) -> None:
    """Join a namespace, other than the main namespace, only when a node uses it."""
    right(self, find, lambda _: (), *others)


async def leave_unused(
    right: Any, self: Connections, name: str, namespace: str, event: str
) -> None:
    await right(self, name, namespace, event)
    is_used = any(found[:2] == (name, namespace) for found in self._subscriptions)
    current = attempt_of(self, name)
    if current is not None and namespace != "/" and not is_used:
        client = current._client
        if client.namespaces.pop(namespace, None):
            await client.eio.send(Packet(DISCONNECT, namespace=namespace).encode())


ANSWERED: dict[tuple[Attempt, str], asyncio.Event] = {}


def take_answer(right: Any, self: Attempt, namespace: str) -> None:
    right(self, namespace)
    ANSWERED.setdefault((self, namespace), asyncio.Event()).set()


async def subscribe_when_joined(right: Any, self: Connections, name: str, *event: str) -> None:
    current = attempt_of(self, name)
    if current is not None:
        await current.join(event[0])
        await pause(ANSWERED.setdefault((current, event[0]), asyncio.Event()).wait())
    await right(self, name, *event)


def fail_with_namespace(right: Any, self: Attempt, namespace: str, *data: Any) -> None:
    is_connecting = self._client.eio.state == "connected" and not self._accepted.done()
    if namespace != "/" and is_connecting:
        self._report_error(namespace, error_text(data))
        self._fail("one or more namespaces failed to connect")
    else:
        right(self, namespace, *data)


JOINING = (
    Variant(
        "joins one namespace at a time",
        both(
            around(Attempt, "__init__", begin_with_main),
            around(Attempt, "_on_connect", join_next),
        ),
        each(
            seen(
                entry("namespace established", namespace="/"),
                entry("connection requested", namespace="/chat"),
                pulse(ON_START),
            ),
            seen(
                entry("namespace established", namespace="/chat"),
                entry("connection requested", namespace="/news"),
            ),
        ),
        NAMESPACES,
    ),
    Variant(
        "starts with the main namespace alone",
        starting_with_main,
        seen(
            pulse(ON_START),
            entry("namespace established", namespace="/chat"),
            entry("event received", namespace="/chat"),
        ),
        NAMESPACES,
    ),
    Variant(
        "fails the whole connect when a namespace is refused",
        around(Attempt, "_on_connect_error", fail_with_namespace),
        seen(entry("namespace refused", namespace="/admin"), TERMINATED),
        ("-m", "ERR-2"),
    ),
    Variant(
        "does not join the main namespace",
        both(
            around(Attempt, "__init__", stay_out),
            around(Graph, "namespaces", lambda right, *of: set(right(*of)) - {"/"}),
        ),
        seen(
            entry("namespace established", namespace="/chat"),
            pulse(ON_START),
            entry("connection requested", namespace="/"),
        ),
        (*NAMESPACES[:3], f"({NAMESPACES[3]}) and not ERR-2"),
    ),
    Variant(
        "leaves a namespace when its last subscription ends",
        around(Connections, "unsubscribe", leave_unused),
        seen(packet("41/chat,")),
        NAMESPACES,
    ),
    Variant(
        "finishes Subscribe when the namespace is joined",
        both(
            around(Connections, "__init__", join_late),
            around(Attempt, "_settle", take_answer),
            around(Connections, "subscribe", subscribe_when_joined),
            pausing(),
        ),
        seen(
            pulse(ON_START),
            entry("namespace established", namespace="/chat"),
            entry("pulsed", node=lambda node: str(node).startswith("Socket.IO Subscribe")),
        ),
        NAMESPACES,
    ),
)

VARIANTS = (*TRANSPORTS, *JOINING)
