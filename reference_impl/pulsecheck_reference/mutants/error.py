"""Mistakes of On Socket.IO Error."""

import contextlib
from typing import Any
from urllib.parse import urlsplit

from pulsecheck_reference.altered import around, both, transition
from pulsecheck_reference.attempt import Attempt
from pulsecheck_reference.connection import Connection
from pulsecheck_reference.connections import Connections
from pulsecheck_reference.lifecycle import Action, Event, State
from pulsecheck_reference.runtime import Runtime

from .changes import Outputs, giving, with_message
from .mutant import Mutant

ERROR = "On Socket.IO Error"


def report_main_only(right: Any, self: Attempt, namespace: str, message: str) -> None:
    if namespace == "/":
        right(self, namespace, message)


def fail_silently(right: Any, self: Attempt, message: str) -> None:
    """Only answers of a server are reported as errors, so an unreachable server causes no error."""
    if self._client.eio.state != "connected" and not self._accepted.done():
        self._accepted.set_result(False)
    right(self, message)


def fail_if_answered(right: Any, self: Attempt, message: str) -> None:
    """If the server does not accept the client in time, the attempt ends without an error."""
    if "has not accepted" in message and not self._accepted.done():
        self._accepted.set_result(False)
    right(self, message)


def fail_with_reason(right: Any, self: Connection, message: str) -> None:
    """Errors without a message are not reported."""
    if message:
        right(self, message)
    else:
        self._handle(Event.FAILED)


def report_no_loss(right: Any, self: Attempt, namespace: str, message: str) -> None:
    if "was lost" not in message:
        right(self, namespace, message)


def start_what_can_be_parsed(right: Any, self: Connections, name: str | None) -> None:
    """Errors in an address are caught and dropped."""
    with contextlib.suppress(ValueError):
        _ = urlsplit(self._settings(name).url).port
        right(self, name)


def start_if_never_refused(right: Any, self: Connection, target: Any) -> None:
    if not vars(self).get("was_refused"):
        right(self, target)


def fail_for_ever(right: Any, self: Connection, message: str) -> None:
    vars(self)["was_refused"] = True
    right(self, message)


def announce_first(right: Any, self: Runtime, kind: str, name: str, outputs: Outputs) -> None:
    """Only the first error of a connection is reported."""
    failed: set[str] = vars(self).setdefault("failed", set())
    if kind != ERROR or name not in failed:
        right(self, kind, name, outputs)
    failed |= {name} if kind == ERROR else set()


MUTANTS = (
    Mutant("ERR-2", "gives no message", with_message(ERROR, lambda _: "")),
    Mutant(
        "ERR-2",
        "removes other characters than ASCII from the message",
        with_message(ERROR, lambda text: text.encode("ascii", "ignore").decode()),
    ),
    Mutant(
        "ERR-2",
        "executes for the first error alone",
        around(Runtime, "_announce", announce_first),
        also=("ERR-3",),
    ),
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
        "ERR-2",
        "does not report a refused namespace",
        around(Attempt, "_report_error", report_main_only),
    ),
    Mutant(
        "ERR-2",
        "does not report a refusal without a message",
        around(Connection, "failed", fail_with_reason),
    ),
    Mutant(
        "STA-2",
        "cannot be started again once it was refused",
        both(
            around(Connection, "start", start_if_never_refused),
            around(Connection, "failed", fail_for_ever),
        ),
        also=("ERR-2", "ERR-3"),
    ),
    Mutant(
        "ERR-3",
        "cannot be started again once it was lost and refused",
        transition(State.RECONNECTING, Event.ENDED, State.CONNECTING),
    ),
    Mutant(
        "STO-9",
        "does not report a lost connection",
        both(
            transition(State.ESTABLISHED, Event.ENDED, State.BACKING_OFF, Action.RETRY_LATER),
            around(Attempt, "_report_error", report_no_loss),
        ),
        also=("ERR-3", "STO-9"),
    ),
    Mutant(
        "ERR-3",
        "does not report an unreachable server",
        around(Attempt, "_fail", fail_silently),
    ),
    Mutant(
        "ERR-3",
        "does not report a server that never answers",
        around(Attempt, "_fail", fail_if_answered),
        elsewhere=True,
    ),
    Mutant(
        "ERR-3",
        "does not report an invalid address",
        around(Connections, "start", start_what_can_be_parsed),
    ),
)
