"""The data that the rules need, read from a timeline: pulses, requests, sessions and faults."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from pulsecheck.driver.occurrences import DriverOccurrence
from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.fault_history import FaultHistory, FaultKey, key_of
from pulsecheck.oracle.project_logic import HistoryNode, ProjectLogic
from pulsecheck.oracle.session_history import REFUSING, SessionHistory
from pulsecheck.shared.timeline import Entry

Entries = tuple[Entry, ...]
Announcements = Sequence[tuple[Entry, SessionHistory | None]]
Cause = Literal["established", "terminated"]
START, STOP = "Socket.IO Start", "Socket.IO Stop"
ON_START, ON_STOP = "On Socket.IO Start", "On Socket.IO Stop"
UNDERMINING = frozenset({"project/close", "studio/restart", "studio/removeConnection", "shutdown"})
"""Requests after which the nodes and connections may differ from those of the opened project."""

WITHHOLDING = frozenset({"hold disconnects", "withhold connect answer"})
"""Faults that hold only the answers of the server. The server continues to read, so it sees the
actions of the client even before such a fault ends."""

FIELDS: Mapping[str, str] = {Occurrence.UPGRADED: "upgraded", Occurrence.REFUSED: "refused"}
"""The fields of a session that keep the first occurrence of a kind."""

ABRUPT = frozenset({"cut", "leave namespace", "close transport", "close with code"})
"""Faults that end a connection at once, and delay nothing."""


class ProjectHistory:
    """The history of one project, as its timeline shows it.

    tolerance: how many seconds before its cause a pulse may be on the timeline, because the two are
        reported by different processes.
    patience: how many seconds an expected event may take.
    end: the time, in seconds, up to which the timeline is certainly complete. An event that is not
        on the timeline by then is missing. If there are `runtime/sync` requests, `end` is the time
        of the last request that was answered, or -1 if no request was answered. Otherwise `end` is
        the argument with this name. If the argument is None, or if the attribute `entries` is not
        the whole timeline, `end` is the time of the last entry. The argument `idle` is added.
    idle: how many seconds the timeline is assumed to go on without a further entry.
    entries: the entries until the project is closed or changed, or the driver fails.
    barrier: the numbers of two entries: the last `runtime/sync` request that was answered, and its
        answer.
    """

    def __init__(
        self,
        entries: Sequence[Entry],
        tolerance: float,
        patience: float,
        end: float | None = None,
        idle: float = 0.0,
    ) -> None:
        self.tolerance, self.patience = tolerance, patience
        self.entries: Entries = tuple(_until_the_end(entries))
        self.logic = ProjectLogic(self.entries)
        self.pulses: dict[str, list[Entry]] = defaultdict(list)
        self._announced: dict[tuple[str, str, Cause], Announcements] = {}
        self._executed: dict[tuple[str, str, bool], Entries] = {}
        self._foreign: dict[tuple[str, str, Cause], Mapping[int, Entry | None]] = {}
        self._all_pulses: list[Entry] = []
        self.requests: dict[str, list[Entry]] = defaultdict(list)
        self.sessions: dict[str, dict[object, SessionHistory]] = defaultdict(dict)
        self.faults = FaultHistory()
        self.barrier = (-1, -1)
        self._unanswered: dict[object, Entry] = {}
        self._refused: set[int] = set()
        self._held: dict[FaultKey, list[SessionHistory]] = defaultdict(list)
        self.end = self._last_moment(end, is_whole=len(self.entries) == len(entries))
        for entry in self.entries:
            self._read(entry)
        if self.end >= 0:
            self.end += idle

    # --- time -------------------------------------------------------------------------------

    def is_overdue(
        self,
        cause: Entry,
        connection: str,
        despite: Collection[str] = (),
        until: float | None = None,
    ) -> bool:
        """Whether the patience has passed since a cause, and since the last fault of the server.

        False if a fault of the server has not ended, or if a fault that does not only delay its
        effects ended after the cause. `connection`: the connection of the server.
        `despite`: the names of faults that do not count, because they do not delay the effect.
        `until`: the time, in seconds, by which the patience must have passed. The default is `end`.
        A time after `end` counts as `end`.
        """
        since = self.faults.undisturbed_since(connection, cause.at, despite)
        last = self.end if until is None else min(self.end, until)
        return since is not None and last - since >= self.patience

    def other_faults(self, connection: str, at: Entry) -> frozenset[str]:
        """The names of the faults that other connections' servers had when an entry was made."""
        others = (each.name for each in self.logic.project.connections if each.name != connection)
        return frozenset[str]().union(*(self.faults.active(other, at) for other in others))

    # --- connections ------------------------------------------------------------------------

    @property
    def connections(self) -> tuple[str, ...]:
        """The names of the connections that share their server with no other connection."""
        return self.logic.connections

    def each_listener(self, type_: str) -> Iterator[tuple[str, HistoryNode]]:
        """Each connection with each of its enabled event listener nodes of a type."""
        for connection in self.connections:
            for listener in self.logic.listeners(type_, connection):
                yield connection, listener

    def sessions_of(self, connection: str) -> tuple[SessionHistory, ...]:
        return tuple(self.sessions[connection].values())

    def usable_session(self, connection: str, at: Entry) -> SessionHistory | None:
        """The session that was open when an entry was made, and that an On Start had announced.

        The announcement proves that the runtime knew of the session. None if not exactly one
        session was open, or if the open session had not been announced.
        """
        found = [each for each in self.sessions_of(connection) if each.is_usable(at)]
        if len(found) != 1:
            return None
        announced = self.announcement(found[0], connection, "established")
        return found[0] if announced and announced.number <= at.number else None

    def open_session(self, connection: str, at: Entry) -> SessionHistory | None:
        """The `usable_session`, or None if it was stopped or ended before the patience was over."""
        session = self.usable_session(connection, at)
        if session is None or session.established is None:
            return None
        latest = at.at + self.patience
        stops = self.executions(STOP, connection)
        if any(session.established.number < each.number and each.at < latest for each in stops):
            return None
        return session if session.ending is None or session.ending.at >= latest else None

    def is_asked_for(self, session: SessionHistory, connection: str) -> bool:
        """Whether a Start may have opened a session. Otherwise, the runtime itself reconnected."""
        before = [
            each.established.number
            for each in self.sessions_of(connection)
            if each.established and each.established.number < session.opened.number
        ]
        latest = session.opened.at + self.tolerance
        return any(
            start.number > max(before, default=-1) and start.at <= latest
            for start in self.executions(START, connection)
        )

    def may_follow(self, start: Entry, stop: Entry) -> bool:
        """Whether a Start may have been executed after a Stop.

        A pulse that reached the Stop over a link may be on the timeline shortly after a request
        that the runtime handled later.
        """
        if start.number > stop.number:
            return True
        return stop.what != DriverOccurrence.REQUEST and start.at >= stop.at - self.tolerance

    def may_be_stopped(self, session: SessionHistory, connection: str) -> bool:
        """Whether a Stop may have ended a session, or the session has not ended."""
        ending = session.ending
        return ending is None or any(
            session.opened.number < stop.number and stop.at <= ending.at + self.tolerance
            for stop in self.executions(STOP, connection)
        )

    def announcements(self, listener: str, connection: str, cause: Cause) -> Announcements:
        """Each pulse of a listener, with the session whose `cause` the pulse announces.

        A pulse gets the first session that fits and that no earlier pulse of the listener
        announced. If there is no such session, the pulse is unexplained, and the session is None.
        `cause`: the change of a session that the listener announces.
        """
        key = (listener, connection, cause)
        if key not in self._announced:
            self._announced[key] = tuple(self._matched(*key))
        return self._announced[key]

    def _matched(
        self, listener: str, connection: str, cause: Cause
    ) -> Iterator[tuple[Entry, SessionHistory | None]]:
        left = [each for each in self.sessions_of(connection) if each.established]
        find = self._just_established if cause == "established" else self._just_terminated
        for pulse in self.pulses[listener]:
            found = next(iter(find(left, connection, pulse)), None)
            if found is not None:
                left.remove(found)
            yield pulse, found

    def _just_established(
        self, left: Sequence[SessionHistory], _: str, pulse: Entry
    ) -> list[SessionHistory]:
        """The sessions that had been established when a node pulsed.

        The sessions that have not ended come first. The reason: a runtime need not announce a
        session that was stopped at once.
        """
        found = [each for each in left if each.was_established(pulse, self.tolerance)]
        number = pulse.number
        return sorted(
            _latest_first(found, "established", pulse),
            key=lambda each: bool(each.ending and each.ending.number < number),
        )

    def _just_terminated(
        self, left: Sequence[SessionHistory], connection: str, pulse: Entry
    ) -> list[SessionHistory]:
        """The sessions that had been terminated when a node pulsed.

        Sessions that On Start announced come first. A session that On Start did not announce counts
        only if no later session was established before the pulse. The reason: On Stop had to
        announce the end of a session before the next session was established.
        """
        found = [each for each in left if self._was_terminated(each, connection, pulse)]
        found = _latest_first(found, "terminated", pulse)
        known = [each for each in found if self.was_announced(each, connection)]
        established = [each.established for each in self.sessions_of(connection)]
        return known + [
            each
            for each in found
            if each not in known
            and not any(
                each.opened.number < later.number and later.at < pulse.at - self.tolerance
                for later in established
                if later is not None and later is not each.established
            )
        ]

    def was_announced(self, session: SessionHistory, connection: str) -> bool:
        """Whether an On Start announced a session. True if the connection has no On Start."""
        has_listeners = bool(self.logic.listeners(ON_START, connection))
        return not has_listeners or bool(self.announcement(session, connection, "established"))

    def _was_terminated(self, session: SessionHistory, connection: str, pulse: Entry) -> bool:
        """Whether a pulse may announce that a session was terminated.

        The session must have been terminated. In addition, one of these must have happened before
        the pulse: the session began to end, a fault of the server began, or a Stop was executed.
        """
        if not session.was_terminated(pulse, self.tolerance):
            return False
        return (
            (session.ending is not None and session.ending.number < pulse.number)
            or self.faults.had_any(connection, pulse.at + self.tolerance)
            or any(
                session.opened.number < stop.number < pulse.number
                for stop in self.executions(STOP, connection)
            )
        )

    def announcement(self, session: SessionHistory, connection: str, cause: Cause) -> Entry | None:
        """The first pulse of a listener that announces the `cause` of a session, or None."""
        type_ = ON_START if cause == "established" else ON_STOP
        found = [
            pulse
            for listener in self.logic.listeners(type_, connection)
            for pulse, announced in self.announcements(listener.name, connection, cause)
            if announced is session
        ]
        return min(found, key=lambda entry: entry.number, default=None)

    def foreign_cause(self, connection: str, pulse: Entry, cause: Cause) -> Entry | None:
        """The event of another connection that explains an unexplained pulse of a listener.

        The event may come before an earlier pulse of the listener. `announcements` matched the
        earlier pulse with an event of the listener's own connection, but this match may be wrong:
        the earlier pulse may have announced the event of the other connection.

        None if no event of another connection explains the unexplained pulse. None also if the
        previous pulse on the timeline is of the same node. Then the unexplained pulse only repeats
        the previous pulse.
        """
        node = pulse.details["node"]
        place = bisect_left(self._all_pulses, pulse.number, key=lambda entry: entry.number)
        if place and self._all_pulses[place - 1].details["node"] == node:
            return None
        key = (node, connection, cause)
        if key not in self._foreign:
            self._foreign[key] = self._foreign_causes(*key)
        return self._foreign[key][pulse.number]

    def _foreign_causes(
        self, node: str, connection: str, cause: Cause
    ) -> Mapping[int, Entry | None]:
        """For each pulse of a node, the last event of another connection that may explain it."""
        found, latest = {}, None
        for pulse in self.pulses[node]:
            latest = self._happened_elsewhere(connection, pulse, cause) or latest
            found[pulse.number] = latest
        return found

    def _happened_elsewhere(self, connection: str, pulse: Entry, cause: Cause) -> Entry | None:
        """The last `cause` of another connection before a pulse, or None.

        None is also returned if `connection` had a Start, a Stop, an opening or an end between that
        `cause` and the pulse.
        """
        others = [
            entry
            for name in self.connections
            if name != connection
            for session in self.sessions_of(name)
            if (entry := getattr(session, cause)) and entry.number < pulse.number
        ]
        last = max(others, key=lambda entry: entry.number, default=None)
        own = (
            entry.number
            for entry in (
                *self.executions(START, connection),
                *self.executions(STOP, connection),
                *(each.opened for each in self.sessions_of(connection)),
                *(each.ending for each in self.sessions_of(connection) if each.ending),
            )
            if entry.number < pulse.number
        )
        return last if last and last.number > max(own, default=-1) else None

    # --- executions -------------------------------------------------------------------------

    def executions(self, type_: str, connection: str) -> Entries:
        """The moments at which a pulse may have reached a node of a type and connection."""
        return self._executions(type_, connection, is_certain=False)

    def certain_executions(self, type_: str, connection: str) -> Entries:
        """The moments at which a node of a type and connection certainly had to execute.

        A pulse that comes over a link counts only if the node has pulsed afterwards. Otherwise the
        branch may have ended before it reached the node. Other rules judge such a branch.
        """
        return self._executions(type_, connection, is_certain=True)

    def _executions(self, type_: str, connection: str, *, is_certain: bool) -> Entries:
        key = (type_, connection, is_certain)
        if key not in self._executed:
            self._executed[key] = self._of_all(type_, connection, is_certain=is_certain)
        return self._executed[key]

    def _of_all(self, type_: str, connection: str, *, is_certain: bool) -> Entries:
        found = [
            entry
            for node in self.logic.of(type_, connection)
            if node.executes or not is_certain
            for entry in self.arrivals(node, is_certain=is_certain)
            if not is_certain or self._was_executed(node, entry)
        ]
        return tuple(sorted(found, key=lambda entry: entry.number))

    def _was_executed(self, node: HistoryNode, arrival: Entry) -> bool:
        pulses = self.pulses[node.name]
        return arrival in self.requests[node.name] or any(
            each.number > arrival.number for each in pulses
        )

    def arrivals(
        self, node: HistoryNode, *, is_certain: bool = False, seen: frozenset[str] = frozenset()
    ) -> Entries:
        """The moments at which a pulse may have reached a node.

        With `is_certain`, only the moments at which a pulse certainly reached the node.
        A pulse comes from a request that was not refused, or from the output of a previous node,
        which is linked to this node. If pulses pass through the previous node, each pulse that
        reaches the previous node also reaches this node. `seen`: the names of nodes that must not
        be visited again, because links can form a cycle.
        """
        found = [each for each in self.requests[node.name] if not self.was_refused(each)]
        before = self.logic.certainly_before if is_certain else self.logic.before
        for source in before(node.name):
            if source.enabled and source.passes_through and source.name not in seen:
                path = seen | {node.name}
                found += self.arrivals(source, is_certain=is_certain, seen=path)
            if not (is_certain and source.passes_through):
                found += self.pulses[source.name]
        return tuple(sorted(found, key=lambda entry: entry.number))

    def was_refused(self, request: Entry) -> bool:
        return request.number in self._refused

    # --- reading ----------------------------------------------------------------------------

    def _last_moment(self, end: float | None, *, is_whole: bool) -> float:
        last = self.entries[-1].at if self.entries else 0.0
        if any(entry.details.get("method") == "runtime/sync" for entry in self.entries):
            return -1.0  # until a barrier is answered
        return end if end is not None and is_whole else last

    def _read(self, entry: Entry) -> None:
        if entry.what == DriverOccurrence.PULSED:
            self.pulses[entry.details["node"]].append(entry)
            self._all_pulses.append(entry)
        elif entry.what == DriverOccurrence.REQUEST:
            self._unanswered[entry.details["id"]] = entry
            if "node" in entry.details:
                self.requests[entry.details["node"]].append(entry)
        elif entry.what == DriverOccurrence.ANSWER:
            self._read_answer(entry)
        elif entry.what == Occurrence.FAULT_ENDS:
            self.faults.read(entry)
            for session in self._held.pop(key_of(entry), ()):
                session.releases.append(entry)
        elif entry.what == Occurrence.FAULT_BEGINS:
            self.faults.read(entry)
            for session in self.sessions[str(entry.details.get("server"))].values():
                self._doubt(session, {entry.details["fault"]}, entry)
        elif "server" in entry.details and entry.details.get("connection") is not None:
            self._read_session(entry)

    def _read_answer(self, entry: Entry) -> None:
        request = self._unanswered.pop(entry.details["id"], None)
        if request is None:
            return
        if not entry.details.get("ok"):
            self._refused.add(request.number)
        elif request.details["method"] == "runtime/sync":
            self.barrier = (request.number, entry.number)
            self.end = request.at

    def _read_session(self, entry: Entry) -> None:
        sessions = self.sessions[entry.details["server"]]
        number = entry.details["connection"]
        if entry.what == Occurrence.OPENED:
            sessions[number] = SessionHistory(opened=entry)
            faults = self.faults.active(entry.details["server"], entry)
            self._doubt(sessions[number], faults, entry)
            return
        session = sessions.get(number)
        if session is None:
            return
        if field := FIELDS.get(entry.what):
            setattr(session, field, getattr(session, field) or entry)
        match entry.what:
            case Occurrence.ESTABLISHED:
                session.established = session.established or entry
                session.namespaces.add(entry.details["namespace"])
            case Occurrence.NAMESPACE_LEFT:
                session.namespaces.discard(entry.details["namespace"])
                if entry.details["namespace"] == "/" or not session.namespaces:
                    session.ending = session.ending or entry
            case Occurrence.CLIENT_LEAVES | Occurrence.CLOSED:
                session.ending = session.ending or entry
            case Occurrence.TERMINATED:
                session.terminated = session.terminated or entry
                session.ending = session.ending or entry
            case Occurrence.FAULT_APPLIED if entry.details["fault"] in WITHHOLDING:
                self._held[key_of(entry)].append(session)
            case _:
                pass

    def _doubt(self, session: SessionHistory, faults: Collection[str], entry: Entry) -> None:
        """Mark a session as doubtful if one of `faults` refuses the requests of its client."""
        is_over = session.terminated is not None or session.doubtful is not None
        if not is_over and not (REFUSING - session.harmless).isdisjoint(faults):
            session.doubtful = entry


def _latest_first(
    sessions: Sequence[SessionHistory], cause: Cause, pulse: Entry
) -> list[SessionHistory]:
    """Sort sessions by how well a pulse can announce their `cause`.

    The session whose cause came last before the pulse comes first. Sessions whose cause is on the
    timeline only after the pulse come last.
    """

    def fit(session: SessionHistory) -> tuple[bool, int]:
        entry = session.established if cause == "established" else session.terminated
        number = entry.number if entry else pulse.number
        return number > pulse.number, abs(pulse.number - number)

    return sorted(sessions, key=fit)


def _until_the_end(entries: Sequence[Entry]) -> Sequence[Entry]:
    for place, entry in enumerate(entries):
        is_closed = (
            entry.what == DriverOccurrence.REQUEST and entry.details.get("method") in UNDERMINING
        )
        if is_closed or entry.what == DriverOccurrence.FAULT:
            return entries[:place]
    return entries
