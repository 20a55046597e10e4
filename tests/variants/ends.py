"""Variants that disconnect and reconnect as the clients of other runtimes do."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from socketio.packet import DISCONNECT

from pulsecheck_reference import attempt, connection
from pulsecheck_reference.altered import Change, around, both, replaced, transition
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.lifecycle import Action, Event, State
from pulsecheck_reference.packets import Packet
from pulsecheck_reference.sockets import Sockets

from .evidence import apart, each, entry, never, packet, pulse, seen
from .variant import Variant

AT_ONCE, LATE = 0.0, 0.2
A, E, S = Action, Event, State
START, ON_STOP = "Socket.IO Start", "On Socket.IO Stop"
STOPPING = " or ".join(f"STO-{number}" for number in range(2, 14))
ENDS = ("-m", f"{STOPPING} or STA-8 or SND-5 or SET-4")
ENDS_OF_TCP = (*ENDS, "-k", "not long_polling")
"""Excludes long-polling, because without a pending request the server cannot see the end of TCP."""
ENDS_OF_NAMESPACES = (*ENDS, "-k", "not (long_polling and not_answered_at_all)")
"""Excludes long-polling sessions that have no namespace to leave."""
LOSSES = ("-m", f"{STOPPING} or STA-7 or STA-8 or SET-4 or CFG-3 or ERR-2 or ERR-3")
LEAVES, TCP_ENDED = partial(entry, "client leaves"), partial(entry, "TCP connection ended")
HELD, TERMINATED = entry("fault applied", fault="hold disconnects"), entry("connection terminated")
REFUSED, LOST = entry("namespace refused"), TCP_ENDED(by="server", how="RST")
ESTABLISHED = entry("namespace established")


# --- disconnecting --------------------------------------------------------------------------


def leaving(disconnect: Callable[[Attempt], Coroutine[Any, Any, None]]) -> Change:
    """Call `disconnect` before the reference disconnects, and after all events are written."""

    async def leave(right: Any, self: Attempt) -> None:
        if self._client.eio.state == "connected":
            await asyncio.wait({self._connecting})
            await self._flush()
            # The library raises errors of requests that the end of TCP has interrupted.
            with contextlib.suppress(Exception):
                await disconnect(self)
        await right(self)

    return around(Attempt, "_disconnect", leave)


async def leave_each(self: Attempt) -> None:
    for namespace in self._client.namespaces:
        await self._client.eio.send(Packet(DISCONNECT, namespace=namespace).encode())
    await self._flush()


async def leave_without_packet(self: Attempt) -> None:
    await self._client.eio.disconnect()


async def cut(self: Attempt) -> None:
    self._sockets.cut()
    await self._client.eio.wait()


async def leave_and_cut(self: Attempt) -> None:
    await leave_each(self)
    await cut(self)


def reset(self: Sockets) -> None:
    """Let the sockets close with RST.

    Readers get the end of the stream, and then close the sockets.
    """
    self._is_cut = True
    for found in self._open:
        with contextlib.suppress(OSError):
            found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            found.shutdown(socket.SHUT_RD)


DISCONNECTING = (
    Variant(
        "leaves each namespace before it closes",
        leaving(leave_each),
        seen(packet("41"), LEAVES(sign="41"), TERMINATED),
        ENDS,
    ),
    Variant(
        "closes without leaving the namespace",
        leaving(leave_without_packet),
        each(seen(LEAVES(sign="1"), TERMINATED), never(packet("41"))),
        ENDS,
    ),
    Variant(
        "leaves the namespace and ends TCP without a Close frame",
        leaving(leave_and_cut),
        each(
            seen(LEAVES(sign="41"), TCP_ENDED(by="client", how="FIN"), TERMINATED),
            never(LEAVES(sign="Close frame")),
        ),
        ENDS_OF_NAMESPACES,
    ),
    Variant(
        "closes TCP without a disconnect",
        leaving(cut),
        seen(TCP_ENDED(by="client", how="FIN"), LEAVES(sign="end of TCP"), TERMINATED),
        ENDS_OF_TCP,
    ),
    Variant(
        "ends TCP with a reset",
        both(replaced(Sockets, "cut", reset), leaving(cut)),
        seen(TCP_ENDED(by="client", how="RST"), TERMINATED, pulse(ON_STOP)),
        ENDS_OF_TCP,
    ),
    Variant(
        "closes the sockets of a held disconnect after a second",
        replaced(attempt, "CLOSE_TIMEOUT", 1.0),
        each(
            apart(LEAVES(), TERMINATED, 0.9),
            seen(HELD, TCP_ENDED(by="client", how="FIN"), TERMINATED, pulse(ON_STOP)),
        ),
    ),
    Variant(
        "resets a held disconnect after a second",
        both(replaced(attempt, "CLOSE_TIMEOUT", 1.0), replaced(Sockets, "cut", reset)),
        seen(HELD, TCP_ENDED(by="client", how="RST"), TERMINATED, pulse(ON_STOP)),
        ENDS,
    ),
)


# --- detecting the end ----------------------------------------------------------------------


async def learn_late(right: Any, self: Sockets) -> None:
    """Return 200 ms after the sockets have closed, so that the server sees the end first."""
    await right(self)
    await asyncio.sleep(LATE)


DETECTING = (
    Variant(
        "detects the end late and ignores a start until then",
        both(
            around(Sockets, "all_closed", learn_late),
            transition(S.CLOSING, E.START, S.CLOSING),
            transition(S.ABANDONING, E.START, S.ABANDONING),
        ),
        each(
            seen(REFUSED, pulse(START), pulse(START), ESTABLISHED),
            apart(TERMINATED, pulse(ON_STOP), LATE),
        ),
        ("-m", "STO-9 or STO-11 or STA-8 or STA-9 or ERR-3"),
    ),
)


# --- reconnecting ---------------------------------------------------------------------------


def report_no_loss(right: Any, self: Attempt, namespace: str, message: str) -> None:
    if "was lost" not in message:
        right(self, namespace, message)


RECONNECTING = (
    Variant(
        "reconnects at once",
        replaced(connection, "RETRY_DELAY", AT_ONCE),
        seen(LOST, entry("TCP connection opened")),
        LOSSES,
    ),
    Variant(
        "never reconnects",
        both(
            replaced(connection, "RETRY_DELAY", AT_ONCE),
            transition(S.ESTABLISHED, E.ENDED, S.IDLE, A.REPORT_ON_STOP),
        ),
        each(
            seen(LOST, pulse(ON_STOP)),
            never(LOST, entry("TCP connection opened"), unless=(LOST, pulse(START))),
        ),
        LOSSES,
    ),
    Variant(
        "retries after a failed first attempt",
        both(
            replaced(connection, "RETRY_DELAY", 0.1),
            transition(S.CONNECTING, E.FAILED, S.RECONNECTING),
        ),
        seen(REFUSED, REFUSED),
        LOSSES,
    ),
    Variant(
        "reports On Stop for a failed start",
        transition(S.ABANDONING, E.ENDED, S.IDLE, A.REPORT_ON_STOP),
        seen(REFUSED, pulse(ON_STOP)),
        LOSSES,
    ),
    Variant(
        "reports a lost connection only by On Stop",
        around(Attempt, "_report_error", report_no_loss),
        each(
            seen(LOST, pulse(ON_STOP)),
            never(entry("runtime error", message=lambda text: "was lost" in str(text))),
        ),
        ("-m", "STO-9 or ERR-2 or ERR-3"),
    ),
)

VARIANTS = (*DISCONNECTING, *DETECTING, *RECONNECTING)
