"""Mistakes of Socket.IO Start and On Socket.IO Start."""

from typing import Any

from pulsecheck_reference import address, connections
from pulsecheck_reference.altered import around, both, replaced, transition
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.lifecycle import Action, Event, State
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
START, ON_START = "Socket.IO Start", "On Socket.IO Start"


async def accept_early(right: Any, self: Attempt) -> str:
    """The connection counts as established when the transport is open."""
    self._connecting.add_done_callback(
        lambda done: None if done.cancelled() or done.exception() else settle_all(self)
    )
    return str(await right(self))


def settle_all(self: Attempt) -> None:
    for namespace in tuple(self._unanswered):
        self._settle(namespace)


async def announce_start(there: Connections, name: str | None, _: Outputs) -> None:
    there.start(name)
    there._announce(ON_START, str(name), {})


def once_only(right: Any, self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
    seen: set[str] = vars(self).setdefault("seen", set())
    if kind != ON_START or name not in seen:
        right(self, kind, name, outputs)
    seen |= {name} if kind == ON_START else set()


def never_again(right: Any, self: Connection, target: Any) -> None:
    if not was_stopped(self):
        right(self, target)


def start_another(right: Any, self: Connections, name: str) -> None:
    """Each Start makes a new connection, and only the last connection is remembered."""
    if name in self._connections:
        OLD.append(self._connections.pop(name))
    right(self, name)


OLD: list[Connection] = []


def establish_in_time(right: Any, self: Attempt, *target: Any) -> None:
    """A connection that is not refused for a while counts as established."""
    right(self, *target)
    self._loop.call_later(LATER, settle_all, self)


def start_counted(right: Any, self: Connection, target: Any) -> None:
    """Count the starts of a connection."""
    vars(self)["uses"] = vars(self).get("uses", 0) + 1
    right(self, target)


def stop_counted(right: Any, self: Connection) -> None:
    vars(self)["uses"] = vars(self).get("uses", 0) - 1
    if vars(self)["uses"] <= 0:
        right(self)


def start_listening(right: Any, self: Connection, target: Any) -> None:
    """Each Start adds its own handler for the server's answer."""
    waiting = self._state is State.CONNECTING
    right(self, target)
    vars(self)["waiting"] = vars(self).get("waiting", 0) + waiting


def establish_for_each(right: Any, self: Connection) -> None:
    right(self)
    for _ in range(vars(self).get("waiting", 0)):
        self._listener.established()


def default_port(right: Any, found: Any) -> str:
    port = f":{found.port}"
    return str(right(found)).replace(port, ":80") if found.url.count(":") < 2 else str(right(found))


async def execute_unless_open(right: Any, self: Runtime, branch: _Branch) -> None:
    """A pulse into Start ends without a trace if the connection is open."""
    first = branch.first
    found = self._connections._connections.get(str(first.configuration))
    if first.type != START or found is None or found._state is not S.ESTABLISHED:
        await right(self, branch)


async def count_cycles(right: Any, self: Runtime, branch: _Branch) -> None:
    is_start = branch.first.type == ON_START
    there = vars(self._connections)
    there["cycles"] = there.get("cycles", 0) + is_start
    there["is_late"] = is_start and there["cycles"] > 1
    await right(self, branch)


async def send_in_first_cycle(right: Any, self: Connections, *message: str) -> None:
    if not vars(self).get("is_late"):
        await right(self, *message)


MUTANTS = (
    Mutant(
        "STA-2", "starts nothing", executing(START, do_nothing), also=("CFG-4", "ERR-3", "SET-4")
    ),
    Mutant(
        "STA-2",
        "cannot be started again once the server has ended it",
        both(
            around(Connection, "start", never_again),
            around(Connection, "dismissed", stop_for_ever),
        ),
    ),
    Mutant(
        "STA-2",
        "ignores the port",
        replaced(
            connections,
            "address_of",
            lambda found: default_port(address.address_of, found),
        ),
    ),
    Mutant("STA-3", "does not pass the pulse on", reporting(START, 0), also=("CFG-3", "NOD-8")),
    Mutant(
        "STA-3",
        "does not pass the pulse on if the connection is open",
        around(Runtime, "_execute", execute_unless_open),
    ),
    Mutant(
        "STA-5",
        "does not say On Start when it was lost before",
        transition(S.RECONNECTING, E.ESTABLISHED, S.ESTABLISHED),
    ),
    Mutant(
        "STA-5",
        "sends nothing on the branch of On Start after a restart",
        both(
            around(Runtime, "_execute", count_cycles),
            around(Connections, "send", send_in_first_cycle),
        ),
        also=("SND-2",),
    ),
    Mutant("STA-3", "passes the pulse on twice", reporting(START, 2)),
    Mutant(
        "STA-5",
        "takes an open transport for a connection",
        around(Attempt, "_connect", accept_early),
        also=(
            "CFG-3",
            "ERR-2",
            "NOD-2",
            "NOD-3",
            "NOD-5",
            "NOD-6",
            "NOD-7",
            "RCV-2",
            "RCV-3",
            "SND-2",
            "SND-3",
            "SND-5",
            "STA-7",
            "SUB-2",
            "SUB-3",
            "SUB-7",
            "TBX-2",
        ),
    ),
    Mutant(
        "STA-5",
        "says On Start with Start's output",
        both(
            executing(START, announce_start), transition(S.CONNECTING, E.ESTABLISHED, S.ESTABLISHED)
        ),
        also=("STA-7", "STO-5"),
    ),
    Mutant("STA-5", "never says On Start", announcing(ON_START, 0)),
    Mutant("STA-6", "says On Start twice", announcing(ON_START, 2)),
    Mutant("STA-6", "says On Start as often as there are nodes", announcing_for_each(ON_START)),
    Mutant(
        "STA-7",
        "says On Start when it is refused",
        transition(S.CONNECTING, E.FAILED, S.ABANDONING, A.REPORT_ON_START),
        also=("STA-5",),
    ),
    Mutant(
        "STA-7",
        "says On Start when it is not refused for a while",
        around(Attempt, "__init__", establish_in_time),
        also=("STA-5",),
    ),
    Mutant(
        "STA-8",
        "cannot be started again",
        both(around(Connection, "start", never_again), around(Connection, "stop", stop_for_ever)),
        also=("SND-6", "STA-9", "STO-12"),
    ),
    Mutant(
        "STA-8",
        "says On Start the first time only",
        around(Runtime, "_announce", once_only),
        also=("STO-12",),
    ),
    Mutant(
        "STA-8",
        "never starts again when Start came while it was closing",
        transition(S.RESTARTING, E.ENDED, S.CONNECTING, A.REPORT_ON_STOP),
    ),
    Mutant(
        "STA-8",
        "never starts a connection again that was lost and then stopped",
        transition(S.BACKING_OFF, E.STOP, S.CONNECTING, A.CANCEL_RETRY),
    ),
    Mutant(
        "STA-9",
        "never starts again when Start came while a stopped start was ending",
        transition(S.REPLACING, E.ENDED, S.CONNECTING),
    ),
    Mutant(
        "STA-9",
        "opens a second connection",
        around(Connections, "start", start_another),
        also=("STO-10", "STO-11"),
    ),
    Mutant(
        "STO-2",
        "needs a Stop for each Start",
        both(around(Connection, "start", start_counted), around(Connection, "stop", stop_counted)),
        also=("STO-10", "STO-11"),
    ),
    Mutant(
        "STA-6",
        "says On Start for each Start",
        both(
            around(Connection, "start", start_listening),
            around(Connection, "established", establish_for_each),
        ),
    ),
)
