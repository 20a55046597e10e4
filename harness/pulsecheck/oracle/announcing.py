"""On Start and On Stop announce what happened: STA-5, STA-8, STO-5, STO-9, SET-4, STO-13."""

from collections.abc import Iterator

from pulsecheck.oracle.project_history import (
    ABRUPT,
    ON_START,
    ON_STOP,
    START,
    STOP,
    Cause,
    ProjectHistory,
)
from pulsecheck.oracle.session_history import SessionHistory
from pulsecheck.oracle.violation import FactViolation, fact, row_beside
from pulsecheck.shared.timeline import Entry

LATER_FAULTS = frozenset({"hold disconnects", "delay FIN", "close transport"})
"""Faults that do not stop a client from learning that its connection is established."""
EARLIER_FAULTS = ABRUPT | {
    "hold disconnects",
    "delay FIN",
    "port gone",
    "refuse connection",
    "withhold connect answer",
    "answer HTTP",
}
"""Faults that do not stop a client from learning that its connection is terminated."""


def on_start_announces_each_establishment(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, an On Start has pulsed for each connection that Start opened.

    A connection that the runtime reopened by itself is not judged, because no page of the
    documentation says whether On Start pulses for such a connection.
    """
    for connection, session in _sessions(history, ON_START, "established"):
        cause = session.established
        is_judged = (
            cause is not None
            and not _ended_at_once(history, session)
            and history.is_asked_for(session, connection)
            and not _is_taken_back(history, connection, cause)
            and history.is_overdue(cause, connection, LATER_FAULTS | session.harmless)
        )
        if cause and is_judged and not history.announcement(session, connection, "established"):
            row = "STA-8" if _was_stopped_before(history, session, connection) else "STA-5"
            yield _missing(history, row, connection, ON_START, "established", cause)


def on_stop_announces_each_termination(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, an On Stop has pulsed for each connection that was terminated."""
    for connection, session in _sessions(history, ON_STOP, "terminated"):
        cause = session.terminated
        is_judged = (
            cause is not None
            and _was_known(history, session, connection)
            and history.is_overdue(cause, connection, EARLIER_FAULTS)
        )
        if cause and is_judged and not history.announcement(session, connection, "terminated"):
            stops = history.certain_executions(STOP, connection)
            row = "STO-5" if any(session.is_usable(each) for each in stops) else "STO-9"
            yield _missing(history, row, connection, ON_STOP, "terminated", cause)


def _sessions(
    history: ProjectHistory, type_: str, cause: Cause
) -> Iterator[tuple[str, SessionHistory]]:
    """Each connection that has a listener of a type, with each of the connection's sessions.

    A connection is left out if one of its listeners has an unexplained pulse. The unexplained pulse
    may be the expected pulse, sent too early. Other rules judge unexplained pulses.
    """
    for connection in history.connections:
        listeners = history.logic.listeners(type_, connection)
        is_explained = all(
            announced
            for each in listeners
            for _, announced in history.announcements(each.name, connection, cause)
        )
        if listeners and is_explained:
            for session in history.sessions_of(connection):
                yield connection, session


def _missing(  # noqa: PLR0913, PLR0917 - the parts of one sentence
    history: ProjectHistory, row: str, connection: str, type_: str, state: Cause, cause: Entry
) -> FactViolation:
    return fact(
        row_beside(history.other_faults(connection, cause), row),
        f'"{type_}" of the connection "{connection}" pulses after the connection is {state}',
        f'the connection was {state} at {cause.at:.4f} s, but "{type_}" had not pulsed by '
        f"{history.end:.4f} s",
        cause,
    )


def _stops(history: ProjectHistory, connection: str) -> tuple[Entry, ...]:
    return history.executions(STOP, connection)


def _is_taken_back(history: ProjectHistory, connection: str, established: Entry) -> bool:
    """Whether a Stop came after the Start that led to an establishment, within the patience."""
    starts = [each.number for each in history.executions(START, connection)]
    latest = max((number for number in starts if number < established.number), default=-1)
    return any(
        stop.number > latest and stop.at < established.at + history.patience
        for stop in _stops(history, connection)
    )


def _ended_at_once(history: ProjectHistory, session: SessionHistory) -> bool:
    if session.established is None or session.ending is None:
        return False
    return session.ending.at - session.established.at < history.patience


def _was_stopped_before(history: ProjectHistory, session: SessionHistory, connection: str) -> bool:
    """Whether a Stop may have ended the connection that was established before a session."""
    earlier = [
        each
        for each in history.sessions_of(connection)
        if each.established and each.opened.number < session.opened.number
    ]
    return bool(earlier) and history.may_be_stopped(earlier[-1], connection)


def _was_known(history: ProjectHistory, session: SessionHistory, connection: str) -> bool:
    """Whether the runtime knew that a connection was established before the connection ended."""
    if session.established is None or session.terminated is None:
        return False
    if history.logic.listeners(ON_START, connection):
        return history.announcement(session, connection, "established") is not None
    return session.terminated.at - session.established.at >= history.patience
