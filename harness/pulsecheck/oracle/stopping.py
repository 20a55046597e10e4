"""On Socket.IO Stop pulses only for a termination: STO-5, STO-7, STO-8, STO-12, CFG-3."""

from collections.abc import Iterator

from pulsecheck.oracle.project_history import ON_STOP, START, STOP, ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.session_history import SessionHistory
from pulsecheck.oracle.violation import FactViolation, fact
from pulsecheck.shared.timeline import Entry


def on_stop_follows_a_termination(history: ProjectHistory) -> Iterator[FactViolation]:
    """On Stop pulses only after a termination, and at most once for each termination."""
    for connection, listener in history.each_listener(ON_STOP):
        excused = 0
        for pulse, ended in history.announcements(listener.name, connection, "terminated"):
            if ended is not None:
                continue
            if excused < _failed_starts(history, connection, pulse):
                excused += 1  # STO-14: On Stop may also announce a start that established nothing
            else:
                yield from _violations(history, listener, connection, pulse)


def _failed_starts(history: ProjectHistory, connection: str, pulse: Entry) -> int:
    """Count the failed starts that a pulse and the pulses before it may announce.

    A start that failed before the latest establishment does not count, because On Stop had to
    announce the failure before that establishment. No start counts while an earlier connection is
    still open, because On Stop must wait for its termination (STO-5).
    """
    latest, sessions = pulse.at - history.tolerance, history.sessions_of(connection)
    if any(
        each.is_open(latest) and not each.was_terminated(pulse, history.tolerance)
        for each in sessions
    ):
        return 0
    established = [each.established.at for each in sessions if each.established]
    since = max((at for at in established if at < latest), default=-1.0)
    starts = [
        each
        for each in history.executions(START, connection)
        if each.number < pulse.number and each.at > since
    ]
    late = [
        each
        for each in sessions
        if each.established is None
        and each.opened.at <= since
        and each.terminated
        and since < each.terminated.at <= pulse.at + history.tolerance
    ]
    pairs = zip(starts, [*starts[1:], pulse], strict=False)
    return len(late) + sum(_may_have_failed(history, connection, *pair) for pair in pairs)


def _may_have_failed(history: ProjectHistory, connection: str, start: Entry, after: Entry) -> bool:
    """Whether a start may have failed, or was stopped, before the entry `after`."""
    sessions = history.sessions_of(connection)
    if any(each.is_usable(start) for each in sessions):
        return False
    if any(_is_between(start, each.established, after) for each in sessions):
        return False
    ends = (
        *history.executions(STOP, connection),
        *(each.refused for each in sessions),
        *(each.terminated for each in sessions if not each.established),
    )
    return (
        any(_is_between(start, each, after) for each in ends)
        or history.faults.had_any(connection, after.at + history.tolerance)
        or connection not in history.logic.reachable
    )


def _is_between(first: Entry, entry: Entry | None, last: Entry) -> bool:
    return entry is not None and first.number < entry.number < last.number


def _violations(
    history: ProjectHistory, listener: HistoryNode, connection: str, pulse: Entry
) -> Iterator[FactViolation]:
    """Yield the violations of a pulse that no termination explains.

    If the pulse repeats an announcement after a Stop with nothing open, STO-12 is violated as well.
    """
    found = _violation(history, listener, connection, pulse)
    yield found
    stops = _stops_before(history, connection, pulse)
    sessions = history.sessions_of(connection)
    if (
        found.requirement == "STO-7"
        and stops
        and not any(each.is_open(stops[-1].at) for each in sessions)
    ):
        yield fact("STO-12", found.expected, f"{found.seen}, after a Stop with nothing open", pulse)


def _stops_before(history: ProjectHistory, connection: str, pulse: Entry) -> list[Entry]:
    return [stop for stop in history.executions(STOP, connection) if stop.number < pulse.number]


def _violation(
    history: ProjectHistory, listener: HistoryNode, connection: str, pulse: Entry
) -> FactViolation:
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
    if other := history.foreign_cause(connection, pulse, "terminated"):
        return fact(
            "CFG-3",
            f'{name} pulses for the connection "{connection}" and for no other',
            f"{at}, when another connection was terminated",
            pulse,
            other,
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
    expected = f'{name} does not pulse unless the connection "{connection}" ends'
    seen = f"{at}, although the connection had not been established"
    if _stops_before(history, connection, pulse):  # STO-8 forbids only pulses without a Stop
        return fact("STO-12", expected, f"{seen}, after a Stop with nothing open", pulse)
    return fact("STO-8", expected, seen, pulse)


def _since(stop: Entry, session: SessionHistory) -> bool:
    return session.established is not None and stop.number > session.established.number


def _how_early(pulse: Entry, session: SessionHistory) -> str:
    if session.terminated is None:
        return "and the connection was not terminated"
    early = (session.terminated.at - pulse.at) * 1000
    return f"{early:.1f} ms before the connection was terminated"
