"""When On Socket.IO Stop pulses: STO-5, STO-7, STO-8, CFG-3."""

from collections.abc import Iterator

from pulsecheck.oracle.project_history import ON_STOP, START, STOP, ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.session_history import SessionHistory
from pulsecheck.oracle.violation import FactViolation, fact
from pulsecheck.shared.timeline import Entry


def on_stop_follows_a_termination(history: ProjectHistory) -> Iterator[FactViolation]:
    """Each pulse of a listener announces a termination that no earlier pulse of it announced."""
    for connection, listener in history.each_listener(ON_STOP):
        excused = 0
        for pulse, ended in history.announcements(listener.name, connection, "terminated"):
            if ended is not None:
                continue
            if excused < _failed_starts(history, connection, pulse.at):
                excused += 1  # STO-14: a start that established nothing may be announced as well
            else:
                yield _violation(history, listener, connection, pulse)


def _failed_starts(history: ProjectHistory, connection: str, at: float) -> int:
    """How many starts had established nothing by then, leaving out those of what is open."""
    sessions = history.sessions_of(connection)
    opened = [session.opened.at for session in sessions if session.is_open(at)]
    until = min([at, *opened])
    starts = sum(entry.at <= until for entry in history.executions(START, connection))
    established = sum(
        session.established is not None and session.opened.at < until for session in sessions
    )
    return starts - established - len(opened)


def _violation(
    history: ProjectHistory, listener: HistoryNode, connection: str, pulse: Entry
) -> FactViolation:
    """Say which fact a pulse breaks that no termination explains."""
    if other := history.foreign_cause(connection, pulse, "terminated"):
        return fact(
            "CFG-3",
            f'"{listener.name}" pulses for the connection "{connection}" and for no other',
            f"it pulsed at {pulse.at:.4f} s, when another connection was terminated",
            pulse,
            other,
        )
    sessions = history.sessions_of(connection)
    name = f'"{listener.name}"'
    at = f"it pulsed at {pulse.at:.4f} s"
    still_open = [session for session in sessions if session.is_open(pulse.at)]
    for session in still_open:
        ending = session.ending
        asked = [stop for stop in history.executions(STOP, connection) if _since(stop, session)]
        if (ending and ending.at <= pulse.at) or any(stop.at <= pulse.at for stop in asked):
            proof = [pulse, session.terminated] if session.terminated else [pulse]
            return fact(
                "STO-5",
                f'no pulse of {name} before the connection "{connection}" is terminated',
                f"{at}, {_how_early(pulse, session)}",
                *proof,
            )
    if still_open:
        return fact(
            "STO-8",
            f'{name} does not pulse while nothing ends the connection "{connection}"',
            f"{at}, while the connection was open",
            pulse,
        )
    if any(session.established for session in sessions):
        return fact(
            "STO-7",
            f"{name} pulses once for each termination",
            f"{at}, for a termination that it had announced already",
            pulse,
        )
    return fact(
        "STO-8",
        f'{name} does not pulse unless the connection "{connection}" ends',
        f"{at}, although the connection had not been established",
        pulse,
    )


def _since(stop: Entry, session: SessionHistory) -> bool:
    return session.established is not None and stop.number > session.established.number


def _how_early(pulse: Entry, session: SessionHistory) -> str:
    if session.terminated is None:
        return "and the connection was not terminated"
    early = (session.terminated.at - pulse.at) * 1000
    return f"{early:.1f} ms before the connection was terminated"
