"""Mistakes about the moment of On Socket.IO Stop."""

import asyncio
from collections.abc import Callable
from typing import Any

import aiohttp

from pulsecheck_reference.altered import Change, around, both
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.http_session import HttpSession
from pulsecheck_reference.lifecycle import Action, State

from .changes import note_loss
from .mutant import Mutant

REPORT = Action.REPORT_ON_STOP
LATER = 0.2


def announce_early(stopped: Connection) -> None:
    """Report On Stop at once, and do not report On Stop again when the connection ends."""
    report = stopped._actions[REPORT]
    stopped._actions[REPORT] = lambda: stopped._actions.update({REPORT: report})
    report()


def stopping_early(is_early: Callable[[Connections, Connection], bool]) -> Change:
    """Report On Stop when Stop is executed, if `is_early` returns True."""

    def stop(right: Any, self: Connections, name: str | None) -> None:
        stopped = self._connections.get(self._settings(name).name)
        right_away = stopped is not None and is_early(self, stopped)
        right(self, name)
        if stopped is not None and right_away:
            announce_early(stopped)

    return around(Connections, "stop", stop)


def in_cycle(first: int) -> Callable[[Connections, Connection], bool]:
    """Return a function that tests whether a connection is in cycle `first` or a later cycle."""

    def is_late(_: Connections, stopped: Connection) -> bool:
        if stopped._state is not State.ESTABLISHED:
            return False
        vars(stopped)["cycles"] = vars(stopped).get("cycles", 0) + 1
        return bool(vars(stopped)["cycles"] >= first)

    return is_late


def is_beside_another(there: Connections, stopped: Connection) -> bool:
    others = (each for each in there._connections.values() if each is not stopped)
    is_established = State.ESTABLISHED
    return stopped._state is is_established and any(
        each._state is is_established for each in others
    )


def is_second_stop(_: Connections, stopped: Connection) -> bool:
    is_second = stopped._state is State.CLOSING and not vars(stopped).get("was_stopped_twice")
    vars(stopped)["was_stopped_twice"] = is_second
    return is_second


def was_lost(_: Connections, stopped: Connection) -> bool:
    return stopped._state is State.ESTABLISHED and bool(vars(stopped).get("was_lost"))


def has_two_namespaces(_: Connections, stopped: Connection) -> bool:
    if stopped._state is not State.ESTABLISHED or stopped._attempt is None:
        return False
    return len(stopped._attempt._client.namespaces) > 1


def after_request(method: str) -> Change:
    """Report On Stop when the long-polling request with `method` has ended.

    The other request may still be pending.
    """

    def make_client(right: Any, self: Attempt) -> Any:
        client = right(self)
        request = client.eio._send_request

        async def send_request(way: str, *arguments: Any, **named: Any) -> Any:
            answer = await request(way, *arguments, **named)
            witness: Any = self._witness
            if way == method and self._closing.done() and witness._state is State.CLOSING:
                announce_early(witness)
            return answer

        client.eio._send_request = send_request
        return client

    return around(Attempt, "_make_client", make_client)


def dismiss_early(right: Any, self: Connection) -> None:
    right(self)
    announce_early(self)


async def disconnect_late(right: Any, self: Attempt) -> None:
    """If the server has ended the transport, report On Stop first, and close the client later."""
    witness: Any = self._witness
    if witness._state is State.ESTABLISHED:
        announce_early(witness)
        await asyncio.sleep(LATER)
    await right(self)


def connect_websocket(right: Any, self: HttpSession, name: str) -> Any:
    """Keep aiohttp from answering a Close frame by itself."""
    found = right(self, name)
    if name != "ws_connect":
        return found

    async def connect(*arguments: Any, **named: Any) -> aiohttp.ClientWebSocketResponse:
        websocket: aiohttp.ClientWebSocketResponse
        websocket = await found(*arguments, **named, autoclose=False)
        return websocket

    return connect


def count_stops(right: Any, self: Connection, listener: Any) -> None:
    """On Stop pulses as often as Stop was executed."""
    right(self, listener)

    def report() -> None:
        for _ in range(max(1, vars(self).pop("stops", 1))):
            listener.terminated()

    self._actions[REPORT] = report


def stop_and_count(right: Any, self: Connection) -> None:
    vars(self)["stops"] = vars(self).get("stops", 0) + (self._state is not State.IDLE)
    right(self)


MUTANTS = (
    Mutant("STO-5", "says On Stop early from the second cycle", stopping_early(in_cycle(2))),
    Mutant("STO-5", "says On Stop early from the third cycle", stopping_early(in_cycle(3))),
    Mutant(
        "STO-5",
        "says On Stop early while another connection is open",
        stopping_early(is_beside_another),
    ),
    Mutant("STO-5", "says On Stop early when Stop comes again", stopping_early(is_second_stop)),
    Mutant(
        "STO-5",
        "says On Stop early after a loss",
        both(around(Connection, "ended", note_loss), stopping_early(was_lost)),
    ),
    Mutant(
        "STO-5",
        "says On Stop early when two namespaces are joined",
        stopping_early(has_two_namespaces),
    ),
    Mutant("STO-5", "says On Stop while the waiting request is pending", after_request("POST")),
    Mutant("STO-5", "says On Stop while the closing request is pending", after_request("GET")),
    Mutant(
        "STO-5",
        "says On Stop when the server disconnects the client",
        around(Connection, "dismissed", dismiss_early),
    ),
    Mutant(
        "STO-5",
        "says On Stop before it closes its side",
        both(
            around(Attempt, "_disconnect", disconnect_late),
            around(HttpSession, "__getattr__", connect_websocket),
        ),
    ),
    Mutant(
        "STO-7",
        "says On Stop for each Stop",
        both(
            around(Connection, "__init__", count_stops), around(Connection, "stop", stop_and_count)
        ),
    ),
)
