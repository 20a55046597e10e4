"""Only Start opens a connection: STA-2, STA-8, STA-9, NOD-2, NOD-3, NOD-9, CFG-3."""

from collections.abc import Collection, Iterator

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.project_history import ABRUPT, ON_STOP, START, STOP, ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.session_history import SessionHistory
from pulsecheck.oracle.violation import FactViolation, fact, row_beside
from pulsecheck.shared.timeline import Entry

REACHABLE = ABRUPT | {
    "refuse connection",
    "withhold connect answer",
    "never answer",
    "answer HTTP",
    "hold disconnects",
    "delay FIN",
}
"""Faults with which a server can still be reached."""
REACHED = (Occurrence.TCP_OPENED, Occurrence.OPENED)


def start_opens_the_connection(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, a Start of an unused connection has established the connection.

    If the server answers wrongly or not at all, the runtime must at least have reached the server.
    """
    for connection in history.connections:
        if connection not in history.logic.reachable:
            continue
        for start in history.certain_executions(START, connection):
            row = _row_of(history, connection, start)
            if (
                row is None
                or _is_taken_back(history, connection, start)
                or _was_not_reached(history, connection, start)
            ):
                continue
            beside = row_beside(history.other_faults(connection, start), row)
            if _had_to_succeed(history, connection, start) and not _seen(
                history, connection, start, Occurrence.ESTABLISHED
            ):
                yield _not_opened(connection, start, beside, "established")
            elif _had_to_succeed(history, connection, start, REACHABLE) and not _seen(
                history, connection, start, *REACHED
            ):
                yield _not_opened(connection, start, beside, "opened")


def start_opens_a_connection_of_its_server(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, the first Start has reached the server that several connections have.

    The server cannot tell which client belongs to which connection, so later Starts are not judged.
    """
    for names in history.logic.shared_servers:
        starts = [each for name in names for each in history.certain_executions(START, name)]
        first = min(starts, key=lambda entry: entry.number, default=None)
        if (
            first is not None
            and history.logic.reachable.issuperset(names)
            and not any(history.executions(STOP, name) for name in names)
            and all(_had_to_succeed(history, name, first, REACHABLE) for name in names)
            and not any(_seen(history, name, first, *REACHED) for name in names)
        ):
            yield _not_opened(names[0], first, "STA-2", "opened")


def no_connection_opens_without_start(history: ProjectHistory) -> Iterator[FactViolation]:
    """A connection is opened only if a Start of this connection was executed at any time before."""
    for connection in history.connections:
        nodes = history.logic.of(START, connection)
        for session in history.sessions_of(connection):
            latest = session.opened.at + history.tolerance
            ignored = [node for node in nodes if _may_have_been_reached(history, node, latest)]
            if any(node.executes for node in ignored):
                continue
            row = "NOD-9"
            if ignored:
                row = "NOD-3" if ignored[0].enabled else "NOD-2"
            elif _another_started(history, connection, latest):
                row = "CFG-3"
            yield fact(
                row,
                f'the connection "{connection}" is opened only when one of its Socket.IO Start '
                "nodes is executed",
                f"the connection was opened at {session.opened.at:.4f} s",
                session.opened,
            )
            break


def _may_have_been_reached(history: ProjectHistory, node: HistoryNode, latest: float) -> bool:
    """Whether a pulse may have reached a node by the time `latest`, in seconds.

    A pulse that comes over a link always counts, whatever its time, because the driver may report
    the pulse long after the pulse had an effect.
    """
    requests = history.requests[node.name]
    return any(each.at <= latest or each not in requests for each in history.arrivals(node))


def no_second_connection_opens(history: ProjectHistory) -> Iterator[FactViolation]:
    """A Start of a connection that is open or being started establishes no second connection."""
    for connection in history.connections:
        for second in history.sessions_of(connection):
            first = _open_beside(history, connection, second)
            if first is not None and second.established is not None:
                yield fact(
                    "STA-9",
                    f'at most one connection "{connection}" is open at a time',
                    f"a second one was established at {second.established.at:.4f} s, while the "
                    "first was open",
                    first.opened,
                    second.established,
                )


def _row_of(history: ProjectHistory, connection: str, start: Entry) -> str | None:
    """The requirement by which a Start must open a connection, or None.

    A Start must open the connection if nothing happened to the connection before. A Start must also
    open it if every On Stop has announced the end of the connection, and nothing has happened to
    the connection since. This is STA-8 only if a Stop may have ended the connection. In other
    cases, it is not certain that the Start must open the connection.
    """
    acts = (*history.executions(START, connection), *history.executions(STOP, connection))
    earlier = [each.number for each in acts if each.number < start.number]
    sessions = [
        each for each in history.sessions_of(connection) if each.opened.number < start.number
    ]
    if not sessions:
        return None if earlier else "STA-2"
    announced = _announced(history, connection, sessions[-1])
    if announced is None or announced.number > start.number:
        return None
    is_idle = all(number < announced.number for number in earlier)
    is_over = all(each.terminated for each in sessions)
    if not (is_idle and is_over):
        return None
    return "STA-8" if history.may_be_stopped(sessions[-1], connection) else "STA-2"


def _announced(history: ProjectHistory, connection: str, session: SessionHistory) -> Entry | None:
    """The last On Stop pulse that announces the end of a session, or None.

    None if one of the On Stop nodes has not announced this end.
    """
    listeners = history.logic.listeners(ON_STOP, connection)
    pulses = [
        pulse
        for listener in listeners
        for pulse, announced in history.announcements(listener.name, connection, "terminated")
        if announced is session
    ]
    is_complete = len(pulses) == len(listeners)
    return max(pulses, key=lambda each: each.number, default=None) if is_complete else None


def _had_to_succeed(
    history: ProjectHistory, connection: str, start: Entry, despite: Collection[str] = ()
) -> bool:
    """Whether a Start must have succeeded: the patience has passed, and no fault disturbed it.

    A fault that ended after the Start also counts as a disturbance. The Start may have failed
    because of the fault, and a runtime need not try again. `despite`: the names of faults that do
    not count.
    """
    since = history.faults.undisturbed_since(connection, start.at, despite)
    return since == start.at and history.is_overdue(start, connection, despite)


def _is_taken_back(history: ProjectHistory, connection: str, start: Entry) -> bool:
    return any(stop.number > start.number for stop in history.executions(STOP, connection))


def _was_not_reached(history: ProjectHistory, connection: str, start: Entry) -> bool:
    """Whether `start` is a pulse of another node that should have reached a Start but did not.

    The rules for NOD-3 and NOD-8 judge this mistake.
    """
    nodes = history.logic.of(START, connection)
    return not any(
        start in history.requests[node.name]
        or any(pulse.number > start.number for pulse in history.pulses[node.name])
        for node in nodes
    )


def _seen(history: ProjectHistory, connection: str, start: Entry, *what: Occurrence) -> bool:
    """Whether the server saw one of these occurrences after a Start.

    If another node leads to the Start, the pulse of that node may be reported later than the
    effects of the Start. So occurrences shortly before this pulse count too.
    """
    earlier = {
        number
        for number, session in history.sessions[connection].items()
        if session.terminated is not None and session.terminated.number < start.number
    }
    slack = 0.0 if start.what == DriverOccurrence.REQUEST else history.tolerance
    return any(
        entry.what in what
        and entry.details["server"] == connection
        and entry.details.get("connection") not in earlier
        for entry in history.entries
        if entry.number > start.number or entry.at >= start.at - slack
    )


def _not_opened(connection: str, start: Entry, row: str, state: str) -> FactViolation:
    return fact(
        row,
        f'the connection "{connection}" is {state} after its Socket.IO Start is executed',
        f"it was not {state} after the Start at {start.at:.4f} s",
        start,
    )


def _another_started(history: ProjectHistory, connection: str, latest: float) -> bool:
    return any(
        each.at <= latest
        for other in history.connections
        if other != connection
        for each in history.executions(START, other)
    )


def _open_beside(
    history: ProjectHistory, connection: str, second: SessionHistory
) -> SessionHistory | None:
    """The session that was open when the session `second` was established, or None.

    None also if a fault was active at that time, or if fewer than two Starts had been executed.
    """
    at = second.established
    if at is None or history.faults.active(connection, at):
        return None
    starts = [each for each in history.executions(START, connection) if each.number < at.number]
    if len(starts) < 2:
        return None
    sessions = history.sessions_of(connection)
    return next((each for each in sessions if each is not second and each.is_usable(at)), None)
