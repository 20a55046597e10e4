"""Mistakes of Socket.IO Stop and On Socket.IO Stop."""

import asyncio
from typing import Any

from pulsecheck_reference import connection, connections
from pulsecheck_reference.altered import around, both, replaced, transition
from pulsecheck_reference.application import Application
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.graph import Graph
from pulsecheck_reference.lifecycle import Action, Event, State
from pulsecheck_reference.refusal import ExecutionError
from pulsecheck_reference.runtime import Runtime, _Branch

from .changes import (
    Outputs,
    announcing,
    announcing_for_each,
    do_nothing,
    executing,
    reporting,
    stop_for_ever,
    was_stopped,
)
from .mutant import Mutant

A, E, S = Action, Event, State
LATER = 0.3
STOP, ON_STOP = "Socket.IO Stop", "On Socket.IO Stop"


async def announce_stop(there: Connections, name: str | None, _: Outputs) -> None:
    there.stop(name)
    there._announce(ON_STOP, str(name), {})


def say_later(right: Any, self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
    if kind == ON_STOP:
        asyncio.get_running_loop().call_later(LATER, right, self, kind, name, outputs)
    else:
        right(self, kind, name, outputs)


async def report_each_end(
    right: Any, self: Attempt, namespace: str, reason: Any = None, *more: Any
) -> None:
    """The library reports the end of each namespace like the end of the connection."""
    if namespace != "/" and reason == self._client.reason.SERVER_DISCONNECT:
        self._loop.call_soon(vars(self._witness)["_listener"].terminated)
    await right(self, namespace, reason, *more)


def announce_for_each_namespace(
    right: Any, self: Runtime, what: str, name: str, outputs: Outputs
) -> None:
    for _ in {"/", *self._graph.namespaces(name)} if what == ON_STOP else {"/"}:
        right(self, what, name, outputs)


async def run_through(right: Any, self: Application, params: Any) -> Any:
    """A restart of the application does not end the running runtime."""
    running, self._runtime = self._runtime, None
    done = await right(self, params)
    self._runtime = running
    return done


async def leave_namespace(there: Connections, name: str | None, _: Outputs) -> None:
    """Stop leaves the namespace, and the transport stays open."""
    open_ = there._connections.get(there._settings(name).name)
    if open_ is not None and open_._attempt is not None:
        await open_._attempt._client.eio.send("1/unknown,")


async def stop_if_one_namespace(there: Connections, name: str | None, _: Outputs) -> None:
    """Stop does not close the transport if the connection has joined several namespaces."""
    open_ = there._connections.get(there._settings(name).name)
    attempt = None if open_ is None else open_._attempt
    if attempt is None or len(attempt._client.namespaces) <= 1:
        there.stop(name)


def say_if_asked(right: Any, self: Connection, listener: Any) -> None:
    right(self, listener)
    self._actions[A.REPORT_ON_STOP] = lambda: listener.terminated() if was_stopped(self) else None


def branch_early(right: Any, self: Connections, name: str) -> None:
    """The nodes after On Stop execute as soon as Stop executes. Only On Stop itself waits."""
    right(self, name)
    runtime = self._announce.__self__  # type: ignore[attr-defined]
    for listener in runtime._graph.listeners(ON_STOP, name):
        following = runtime._graph.next(listener)
        if following is not None:
            runtime._initiated.put_nowait(_Branch(following, {}))


def next_but_on_stop(right: Any, self: Any, node: Any) -> Any:
    return None if node.type == ON_STOP else right(self, node)


def receive_anyway(right: Any, self: Attempt, event: Any, namespace: str, *arguments: Any) -> None:
    closing, self._closing = self._closing, self._loop.create_future()
    try:
        right(self, event, namespace, *arguments)
    finally:
        self._closing = closing


def stop_what_is_there(right: Any, self: Connections, name: str | None) -> None:
    settings = self._settings(name)
    if settings.name not in self._connections:
        self._announce(ON_STOP, settings.name, {})
    right(self, name)


def one_at_a_time(right: Any, self: Connections, name: str) -> None:
    """While a connection is closing, no connection can be started."""
    if any(found._state is S.CLOSING for found in self._connections.values()):
        raise ExecutionError("another connection is being closed")
    right(self, name)


def announce_first_alone(right: Any, self: Runtime, what: str, name: str, outputs: Outputs) -> None:
    """Only the first On Stop pulses. The other On Stop nodes pulsed when Stop was executed."""
    first, *_ = (*self._graph.listeners(what, name), None)
    if what == ON_STOP and first is not None:
        self._initiated.put_nowait(_Branch(first, outputs))
    else:
        right(self, what, name, outputs)


def stop_and_announce_others(right: Any, self: Connections, name: str | None) -> None:
    runtime = self._announce.__self__  # type: ignore[attr-defined]
    stopped = self._connections.get(self._settings(name).name)
    if stopped is not None and stopped._state is S.ESTABLISHED:
        for listener in list(runtime._graph.listeners(ON_STOP, name))[1:]:
            runtime._initiated.put_nowait(_Branch(listener, {}))
    right(self, name)


async def execute_if_open(right: Any, self: Runtime, branch: _Branch) -> None:
    """A pulse into Stop ends without a trace if nothing is open."""
    found = self._connections._connections.get(str(branch.first.configuration))
    if branch.first.type != STOP or (found is not None and found._state is not S.IDLE):
        await right(self, branch)


def forget_on_stop(right: Any, self: Attempt, namespace: str, *refusal: Any) -> None:
    """After the refusal of a namespace, the end of the connection is not reported."""
    right(self, namespace, *refusal)
    if namespace != "/":
        vars(self._witness)["_actions"][A.REPORT_ON_STOP] = lambda: None


MUTANTS = (
    Mutant(
        "STO-2",
        "stops nothing",
        executing(STOP, do_nothing),
        also=("CFG-4", "STO-10", "STO-11", "STO-12", "STO-5"),
    ),
    Mutant(
        "STO-10",
        "leaves the transport open",
        executing(STOP, leave_namespace),
        also=("STO-11", "STO-12", "STO-5"),
    ),
    Mutant(
        "STO-2",
        "leaves the transport open when two namespaces are joined",
        executing(STOP, stop_if_one_namespace),
        also=("STO-5",),
    ),
    Mutant("STO-3", "does not pass the pulse on", reporting(STOP, 0), also=("NOD-3", "NOD-8")),
    Mutant(
        "STO-3",
        "does not pass the pulse on if nothing is open",
        around(Runtime, "_execute", execute_if_open),
        also=("CFG-4",),
    ),
    Mutant(
        "STO-5",
        "says no On Stop once a namespace was refused",
        around(Attempt, "_on_connect_error", forget_on_stop),
    ),
    Mutant("STO-3", "passes the pulse on twice", reporting(STOP, 2)),
    Mutant(
        "STO-5",
        "says On Stop when it begins to close",
        both(
            transition(S.ESTABLISHED, E.STOP, S.CLOSING, A.CLOSE, A.REPORT_ON_STOP),
            transition(S.CLOSING, E.ENDED, S.IDLE),
        ),
        also=("STA-8", "STO-7", "STO-9"),
    ),
    Mutant(
        "STO-5",
        "says On Stop with Stop's output",
        both(executing(STOP, announce_stop), transition(S.CLOSING, E.ENDED, S.IDLE)),
        also=("STA-8", "STO-12", "STO-7", "STO-8", "STO-9"),
    ),
    Mutant(
        "STO-5",
        "says On Stop a while after Stop",
        both(
            transition(S.ESTABLISHED, E.STOP, S.CLOSING, A.CLOSE, A.REPORT_ON_STOP),
            transition(S.CLOSING, E.ENDED, S.IDLE),
            transition(S.ESTABLISHED, E.DISMISSED, S.CLOSING, A.CLOSE, A.REPORT_ON_STOP),
            around(Runtime, "_announce", say_later),
        ),
    ),
    Mutant(
        "STO-5",
        "says On Stop early at the second node",
        both(
            around(Connections, "stop", stop_and_announce_others),
            around(Runtime, "_announce", announce_first_alone),
        ),
    ),
    Mutant("STO-5", "never says On Stop", announcing(ON_STOP, 0), also=("STA-8", "STO-9")),
    Mutant(
        "STO-5",
        "forgets On Stop when Start comes meanwhile",
        transition(S.RESTARTING, E.ENDED, S.CONNECTING, A.OPEN),
    ),
    Mutant(
        "STO-6",
        "executes the nodes after On Stop at once",
        both(
            around(Connections, "end", branch_early),
            around(Graph, "next", next_but_on_stop),
        ),
        also=("NOD-4", "NOD-8", "SND-6", "STA-8"),
    ),
    Mutant("STO-7", "says On Stop twice", announcing(ON_STOP, 2), also=("STO-12",)),
    Mutant("STO-7", "says On Stop as often as there are nodes", announcing_for_each(ON_STOP)),
    Mutant(
        "STO-8",
        "says On Stop when it is established",
        transition(S.CONNECTING, E.ESTABLISHED, S.ESTABLISHED, A.REPORT_ON_START, A.REPORT_ON_STOP),
        also=("CFG-3", "STO-12", "STO-5", "STO-7"),
    ),
    Mutant(
        "STO-7",
        "says On Stop for each namespace",
        around(Runtime, "_announce", announce_for_each_namespace),
    ),
    Mutant(
        "STO-8",
        "says On Stop when the server ends a namespace",
        around(Attempt, "_on_disconnect", report_each_end),
    ),
    Mutant(
        "STO-9",
        "says On Stop only after Stop",
        both(
            around(Connection, "__init__", say_if_asked), around(Connection, "stop", stop_for_ever)
        ),
    ),
    Mutant(
        "STO-10",
        "opens a lost connection when it is stopped",
        transition(S.BACKING_OFF, E.STOP, S.IDLE, A.OPEN),
    ),
    Mutant(
        "STO-2",
        "does not stop a connection that was lost and came back",
        transition(S.RECONNECTING, E.ESTABLISHED, S.CLOSING, A.REPORT_ON_START),
        also=("SND-2", "SND-4"),
    ),
    Mutant(
        "STO-10",
        "reconnects after Stop",
        both(
            replaced(connection, "RETRY_DELAY", 0.2),
            transition(S.CLOSING, E.ENDED, S.BACKING_OFF, A.REPORT_ON_STOP, A.RETRY_LATER),
        ),
        also=("STO-12",),
    ),
    Mutant(
        "STO-10",
        "goes on to reconnect after Stop",
        both(
            replaced(connection, "RETRY_DELAY", 0.4),
            transition(S.BACKING_OFF, E.STOP, S.BACKING_OFF),
        ),
    ),
    Mutant(
        "STO-10",
        "receives after Stop",
        around(Attempt, "_on_event", receive_anyway),
        elsewhere=True,
    ),
    Mutant(
        "STO-10",
        "starts again although Stop came last",
        transition(S.RESTARTING, E.STOP, S.RESTARTING),
    ),
    Mutant(
        "STO-11",
        "connects again although Stop came last",
        transition(S.REPLACING, E.STOP, S.REPLACING),
    ),
    Mutant(
        "STO-11",
        "forgets a stop while it connects again",
        transition(S.RECONNECTING, E.STOP, S.RECONNECTING),
    ),
    Mutant(
        "STO-11", "forgets a stop while it connects", transition(S.CONNECTING, E.STOP, S.CONNECTING)
    ),
    Mutant(
        "STO-12",
        "says On Stop although nothing was open",
        around(Connections, "stop", stop_what_is_there),
        also=("STO-8",),
    ),
    Mutant(
        "STO-12",
        "does not start after a Stop that found nothing open",
        transition(S.IDLE, E.STOP, S.CONNECTING),
    ),
    Mutant(
        "STO-12",
        "opens a connection that is stopped twice",
        transition(S.CLOSING, E.STOP, S.RESTARTING),
        also=("STO-10",),
    ),
    Mutant(
        "STO-12",
        "connects again when a start is stopped twice",
        transition(S.ABANDONING, E.STOP, S.REPLACING),
        also=("STO-11",),
    ),
    Mutant(
        "STO-13",
        "cannot be closed while a disconnect is held",
        replaced(connections, "DISCARD_TIMEOUT", 60.0),
    ),
    Mutant(
        "STO-13",
        "leaves its connections open when the project is closed",
        replaced(Connections, "discard", do_nothing),
    ),
    Mutant(
        "STO-13",
        "leaves its connections open when the application restarts",
        around(Application, "_restart", run_through),
        elsewhere=True,
    ),
    Mutant(
        "STO-13",
        "starts nothing while something is closing",
        around(Connections, "start", one_at_a_time),
    ),
)
