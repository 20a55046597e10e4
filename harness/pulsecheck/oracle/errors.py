"""On Socket.IO Error executes for refusals and unreachable servers: ERR-2, ERR-3."""

from collections.abc import Iterator

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.project_history import ABRUPT, START, STOP, ProjectHistory
from pulsecheck.oracle.violation import FactViolation, fact
from pulsecheck.shared.timeline import Entry

ON_ERROR = "On Socket.IO Error"
REFUSING = ABRUPT | {"refuse connection", "port gone", "hold disconnects", "delay FIN"}
"""Faults that do not stop the refusal of a namespace from reaching the client."""
SILENT = frozenset({"port gone", "never answer", "withhold connect answer", "go silent"})
"""Faults with which a server cannot be reached, or never answers."""
LIMIT = 30.0
"""Seconds after which an On Error must have pulsed if the server cannot be reached (ERR-3)."""


def refusals_give_an_error(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, an On Error has given the namespace and the message of a refusal.

    A refusal that is equal to an earlier refusal is not judged. The later refusal may answer a new
    attempt that the runtime made by itself. On Error need not pulse again for such an attempt.
    """
    for connection in _heard(history):
        judged: set[tuple[object, ...]] = set()
        for refused in _refusals(history, connection):
            namespace, message = refused.details["namespace"], refused.details["message"]
            is_new = (namespace, message) not in judged
            judged.add((namespace, message))
            if (
                is_new
                and history.is_overdue(refused, connection, REFUSING)
                and not _is_taken_back(history, connection, refused)
                and not any(
                    pulse.details["values"].get("Namespace") == namespace
                    and message in {"", pulse.details["values"].get("Message")}
                    for pulse in _errors(history, connection, refused)
                )
            ):
                yield fact(
                    "ERR-2",
                    f'an "{ON_ERROR}" of the connection "{connection}" gives the Namespace '
                    f'"{namespace}" and the Message "{message}"',
                    f"the server refused the client at {refused.at:.4f} s, and no "
                    f'"{ON_ERROR}" gave this Namespace and this Message',
                    refused,
                    *_errors(history, connection, refused)[:1],
                )


def silence_gives_an_error(history: ProjectHistory) -> Iterator[FactViolation]:
    """30 seconds after the first Start, an On Error has pulsed if the server cannot be reached."""
    for connection in _heard(history):
        for start in history.certain_executions(START, connection)[:1]:
            deadline = start.at + max(LIMIT, history.patience) + history.tolerance
            if (
                history.end >= deadline
                and history.faults.lasted(connection, SILENT, start, deadline)
                and not any(each.established for each in history.sessions_of(connection))
                and not history.executions(STOP, connection)
                and not _errors(history, connection, start)
            ):
                yield fact(
                    "ERR-3",
                    f'an "{ON_ERROR}" of the connection "{connection}" pulses within {LIMIT:g} s',
                    f'no "{ON_ERROR}" has pulsed since the Start at {start.at:.4f} s, and the '
                    "server did not answer",
                    start,
                )


def _heard(history: ProjectHistory) -> Iterator[str]:
    for connection in history.connections:
        if history.logic.listeners(ON_ERROR, connection):
            yield connection


def _refusals(history: ProjectHistory, connection: str) -> Iterator[Entry]:
    for entry in history.entries:
        if entry.what == Occurrence.REFUSED and entry.details["server"] == connection:
            yield entry


def _errors(history: ProjectHistory, connection: str, since: Entry) -> list[Entry]:
    return [
        pulse
        for listener in history.logic.listeners(ON_ERROR, connection)
        for pulse in history.pulses[listener.name]
        if pulse.at >= since.at - history.tolerance
    ]


def _is_taken_back(history: ProjectHistory, connection: str, refused: Entry) -> bool:
    """Whether a Stop came before the runtime had the time to give an error."""
    starts = [each.number for each in history.executions(START, connection)]
    latest = max((number for number in starts if number < refused.number), default=-1)
    return any(
        stop.number > latest and stop.at < refused.at + history.patience
        for stop in history.executions(STOP, connection)
    )
