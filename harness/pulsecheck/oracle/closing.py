"""Stop ends its own connection and no other: STO-2, STO-10 to STO-12, STA-9, CFG-3."""

from collections.abc import Iterator

from msgspec.structs import replace

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.project_history import ABRUPT, START, STOP, ProjectHistory
from pulsecheck.oracle.session_history import SessionHistory
from pulsecheck.oracle.violation import FactViolation, fact, row_beside
from pulsecheck.shared.timeline import Entry

READING = ABRUPT | {"refuse connection"}
"""Faults that neither hide from the server that a client leaves, nor delay the termination."""
HOLDING = READING | {"hold disconnects", "delay FIN"}
"""Faults that do not hide from the server that a client leaves, but may delay the termination."""


def stop_ends_the_connection(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, a Stop has ended all sessions of its connection, established or not."""
    for connection in history.connections:
        accused: set[int] = set()
        starts = history.executions(START, connection)
        for stop in history.certain_executions(STOP, connection):
            following = (each.at for each in starts if history.may_follow(each, stop))
            until = next(following, history.end)
            for session in history.sessions_of(connection):
                latest = max(stop, session.opened, key=lambda entry: entry.number)
                has_stayed = session.is_usable(stop) and session.ending is None
                despite = session.harmless | (HOLDING if has_stayed else READING)
                if (
                    (session.terminated is None or session.terminated.at > until)
                    and (session.doubtful is None or session.doubtful.number > stop.number)
                    and session.opened.at < until
                    and session.opened.number not in accused
                    and history.is_overdue(latest, connection, despite, until)
                ):
                    accused.add(session.opened.number)
                    found = _still_open(history, connection, stop, session)
                    yield found
                    if _stops_before(history, connection, session) > 1:
                        yield replace(found, requirement="STO-12")


def stop_ends_a_connection_of_its_server(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, a Stop has ended one of the connections that have the same server.

    The server cannot tell which client belongs to which connection. So a Stop is judged only if all
    connections of the server were open.
    """
    for names in history.logic.shared_servers:
        sessions = [each for name in names for each in history.sessions_of(name)]
        for connection in names:
            for stop in history.certain_executions(STOP, connection):
                usable = [each for each in sessions if each.is_usable(stop)]
                if (
                    len(usable) == len(names)
                    and not any(each.ending for each in usable)
                    and all(history.is_overdue(stop, name, HOLDING) for name in names)
                ):
                    yield fact(
                        "STO-2",
                        f'a connection to the server of "{names[0]}" is terminated after the Stop '
                        f"at {stop.at:.4f} s",
                        "the server did not see any client leave",
                        stop,
                        *(each.opened for each in usable),
                    )
                    return


def _stops_before(history: ProjectHistory, connection: str, session: SessionHistory) -> int:
    """Count the Stops between a Start and the opening of a session.

    The Start is the last Start before the opening.
    """
    opened = session.opened.number
    starts = [each.number for each in history.executions(START, connection)]
    latest = max((number for number in starts if number < opened), default=-1)
    stops = history.executions(STOP, connection)
    return sum(latest < each.number < opened for each in stops)


def no_other_stop_ends_it(history: ProjectHistory) -> Iterator[FactViolation]:
    """The client does not leave an open connection when another connection is stopped."""
    for connection in history.connections:
        for session in history.sessions_of(connection):
            stop = _foreign_stop(history, connection, session)
            if stop is not None and session.ending is not None:
                yield fact(
                    "CFG-3",
                    f'the connection "{connection}" stays open when another connection is stopped',
                    f"its client disconnected at {session.ending.at:.4f} s",
                    stop,
                    session.ending,
                )


def _still_open(
    history: ProjectHistory, connection: str, stop: Entry, session: SessionHistory
) -> FactViolation:
    row = row_beside(
        history.other_faults(connection, stop), _row(history, connection, stop, session)
    )
    seen = "the server did not see the client leave"
    if session.opened.number > stop.number:
        seen = f"the connection was opened at {session.opened.at:.4f} s, and not terminated"
    elif session.ending is not None:
        seen = "the server saw the client leave, but the connection was not terminated"
    return fact(
        row,
        f'the connection "{connection}" is terminated after the Stop at {stop.at:.4f} s',
        seen,
        stop,
        session.opened,
    )


def _row(history: ProjectHistory, connection: str, stop: Entry, session: SessionHistory) -> str:
    others = [each for each in history.sessions_of(connection) if each is not session]
    if any(_overlap(each, session) for each in others):
        return "STA-9"
    is_restart = any(
        each.established
        and each.opened.number < stop.number
        and each.terminated
        and each.terminated.number > stop.number
        for each in others
    )  # a Start came while the connection was being stopped
    if is_restart or not history.is_asked_for(session, connection):
        return "STO-10"
    return "STO-2" if history.usable_session(connection, stop) is session else "STO-11"


def _overlap(one: SessionHistory, other: SessionHistory) -> bool:
    """Whether two sessions were established at the same time."""
    later = max(one.opened, other.opened, key=lambda entry: entry.number)
    return all(
        each.established and not (each.ending and each.ending.number < later.number)
        for each in (one, other)
    )


def _foreign_stop(
    history: ProjectHistory, connection: str, session: SessionHistory
) -> Entry | None:
    """The first Stop of another connection between the On Start pulse and the end of a session.

    None if there is no such Stop, if the session did not end because the client left, or if
    something else explains why the client left.
    """
    ending = session.ending
    announced = history.announcement(session, connection, "established")
    if ending is None or announced is None or ending.what != Occurrence.CLIENT_LEAVES:
        return None
    starts = history.executions(START, connection)
    before = (each.number for each in starts if each.number < session.opened.number)
    # A Stop of the connection itself explains the end even if the Stop came before the On Start
    # pulse, because On Start may be reported only after the Stop.
    since = max(before, default=-1)
    acts = (*starts, *history.executions(STOP, connection))
    latest = ending.at + history.tolerance
    is_explained = (
        session.refused is not None
        or history.faults.had_any(connection, latest)
        or any(act.number > since and act.at <= latest for act in acts)
    )
    stops = (
        stop
        for other in history.connections
        if other != connection
        for stop in history.certain_executions(STOP, other)
        if announced.number < stop.number < ending.number
    )
    return None if is_explained else next(stops, None)
