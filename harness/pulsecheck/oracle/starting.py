"""On Start pulses only for an establishment, and Stop is permanent: STA-5 to STA-7, STO-10."""

from collections.abc import Iterator

from pulsecheck.oracle.project_history import ON_START, START, STOP, ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.session_history import SessionHistory
from pulsecheck.oracle.violation import FactViolation, fact
from pulsecheck.shared.timeline import Entry


def on_start_follows_an_establishment(history: ProjectHistory) -> Iterator[FactViolation]:
    """On Start pulses only after an establishment, and at most once for each establishment."""
    for connection, listener in history.each_listener(ON_START):
        for pulse, announced in history.announcements(listener.name, connection, "established"):
            if announced is None:
                yield from _violations(history, listener, connection, pulse)


def _violations(
    history: ProjectHistory, listener: HistoryNode, connection: str, pulse: Entry
) -> Iterator[FactViolation]:
    """Yield the violations of a pulse that no establishment explains.

    If the connection is never established, there are two violations. The pulse comes too early
    (STA-5), and it announces a start that was refused or never answered (STA-7).
    """
    name, at = f'"{listener.name}"', f"it pulsed at {pulse.at:.4f} s"
    if other := history.foreign_cause(connection, pulse, "established"):
        yield fact(
            "CFG-3",
            f'{name} pulses for the connection "{connection}" and for no other',
            f"{at}, when another connection was established",
            pulse,
            other,
        )
        return
    sessions = [each for each in history.sessions_of(connection) if each.established]
    announced = [each for each in sessions if each.was_established(pulse, history.tolerance)]
    before = [each.established for each in announced if each.established]
    later = [each.established for each in sessions if each.established not in before]
    if before and not _is_being_started(history, connection, before[-1], pulse):
        yield fact(
            "STA-6",
            f"{name} pulses once for each establishment",
            f"{at}, for an establishment that it had announced already",
            pulse,
        )
        return
    how_early, proof = "and the connection was not established", [pulse]
    if later and later[0] is not None:
        early = (later[0].at - pulse.at) * 1000
        how_early = f"{early:.1f} ms before the connection was established"
        proof.append(later[0])
    yield fact(
        "STA-5",
        f'no pulse of {name} before the connection "{connection}" is established',
        f"{at}, {how_early}",
        *proof,
    )
    if len(proof) == 1 or history.faults.active(connection, pulse):
        yield fact(
            "STA-7",
            f'{name} does not pulse unless the connection "{connection}" is established',
            f"{at}, {how_early}",
            pulse,
        )


def _is_being_started(
    history: ProjectHistory, connection: str, established: Entry, pulse: Entry
) -> bool:
    """Whether a Start came between the last establishment and a pulse.

    In this case, the pulse is for the next establishment.
    """
    starts = history.executions(START, connection)
    return any(established.number < each.number < pulse.number for each in starts)


def nothing_comes_back_after_stop(history: ProjectHistory) -> Iterator[FactViolation]:
    """After Stop has ended a connection, the connection is not opened again without a Start."""
    for connection in history.connections:
        starts = history.executions(START, connection)
        for stop in history.executions(STOP, connection):
            ended = _ended_by(history.sessions_of(connection), stop)
            if ended is None:
                continue
            for session in history.sessions_of(connection):
                asked = any(
                    history.may_follow(each, stop)
                    and each.at <= session.opened.at + history.tolerance
                    for each in starts
                )
                if session.opened.at > ended.at + history.tolerance and not asked:
                    yield fact(
                        "STO-10",
                        f'the connection "{connection}" does not come back after Stop',
                        f"the connection was opened again at {session.opened.at:.4f} s",
                        session.opened,
                    )
                    if _is_repeated(history, connection, stop, session):
                        yield fact(
                            "STO-12",
                            f'a second Stop of the connection "{connection}" does no harm',
                            f"the connection was opened again at {session.opened.at:.4f} s",
                            session.opened,
                        )


def _is_repeated(
    history: ProjectHistory, connection: str, stop: Entry, session: SessionHistory
) -> bool:
    """Whether another Stop came after a Stop and before a connection was opened again."""
    stops = history.executions(STOP, connection)
    return any(stop.number < each.number < session.opened.number for each in stops)


def _ended_by(sessions: tuple[SessionHistory, ...], stop: Entry) -> Entry | None:
    """The termination that a Stop caused, or None.

    None if no session was open at the Stop, or if the open session has not been terminated.
    """
    for session in sessions:
        ending = session.ending
        if session.is_open(stop.at) and (ending is None or ending.number > stop.number):
            return session.terminated
    return None
