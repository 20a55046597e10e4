"""Servers receive all events that Send nodes sent, and no others: SND-2, SND-5, CFG-3."""

import json
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from pulsecheck.mock_server.occurrences import Occurrence
from pulsecheck.oracle.project_history import STOP, ProjectHistory
from pulsecheck.oracle.project_logic import HistoryNode
from pulsecheck.oracle.session_history import SessionHistory
from pulsecheck.oracle.texts import is_usual
from pulsecheck.oracle.violation import FactViolation, fact
from pulsecheck.shared.timeline import Entry

SEND = "Socket.IO Send"
DEFAULTS = {"Event Name": "", "Namespace": "/", "Message": ""}
READING = frozenset({"hold disconnects", "delay FIN"})
"""Faults with which a server still reads from its open connections."""
UNKNOWN = None
"""The value of an input that a data link feeds. The timeline does not contain this value."""


class Sending(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """The event that one execution of a Send node sends. A value that is not known is None.

    `cause` is the request that sent a pulse into the node. If the pulses come over a link, `cause`
    is None, and one Sending stands for all these executions, because a link may carry any number of
    pulses.
    """

    node: HistoryNode
    event: object
    namespace: object
    message: object
    cause: Entry | None

    def fits(self, received: Entry) -> bool:
        details = received.details
        return (
            _same(self.event, details["event"])
            and _same(self.namespace, details["namespace"])
            and (self.message is UNKNOWN or [self.message] == _arguments(received))
            and (self.cause is None or self.cause.number < received.number)
        )

    def resembles(self, received: Entry) -> bool:
        """Whether the sent event and a received event have the same name and namespace."""
        return _same(self.event, received.details["event"]) and _same(
            self.namespace, received.details["namespace"]
        )

    def is_elsewhere(self, received: Entry) -> bool:
        """Whether a received event differs only in its namespace."""
        details = received.details
        return (
            _same(self.event, details["event"])
            and not _same(self.namespace, details["namespace"])
            and [self.message] == _arguments(received)
        )

    def __str__(self) -> str:
        return f'"{self.event}" in "{self.namespace}" with {_quoted(self.message)}'


def servers_receive_what_was_sent(history: ProjectHistory) -> Iterator[FactViolation]:
    """Each event that a server receives was sent by a Send node of the server's connection.

    An event that was sent once does not arrive twice. If several connections have the same server,
    only the messages of events are judged, because the connection of an event is not known.
    """
    for names in history.logic.servers:
        left = [each for name in names for each in sendings(history, name)]
        arrived: list[Sending] = []
        for received in received_by(history, *names):
            found = next((each for each in left if each.fits(received)), None)
            if found is not None:
                if found.cause is not None:
                    left.remove(found)
                    arrived.append(found)
            elif len(names) == 1:
                twice = [each for each in arrived if each.fits(received)]
                yield _unsent(history, names[0], received, twice or left)
            elif changed := _changed(left, received):
                yield _unsent(history, changed.node.connection or "", received, [changed])


def _changed(left: Sequence[Sending], received: Entry) -> Sending | None:
    """The send that a received event may come from although its message differs, or None."""
    return next(
        (
            each
            for each in left
            if each.cause and each.cause.number < received.number and each.resembles(received)
        ),
        None,
    )


def sends_arrive_in_order(history: ProjectHistory) -> Iterator[FactViolation]:
    """Events of one namespace arrive in the order in which they were sent, without gaps."""
    for connection in history.connections:
        for received, found, earlier in Arrivals(history, connection).in_order():
            if earlier is not None and earlier.cause and found.cause:
                yield fact(
                    "SND-5",
                    f"the server receives {earlier} before {found}",
                    f"it received {found}, but had not received {earlier} by then",
                    earlier.cause,
                    found.cause,
                    received,
                )
                break


def sends_arrive(history: ProjectHistory) -> Iterator[FactViolation]:
    """After the patience, the server has received each event that was sent on an open connection.

    Events that were sent before a Stop must arrive as well. If an event arrived changed or in the
    wrong order, only the other rules judge the connection.
    """
    for connection in history.connections:
        arrivals = Arrivals(history, connection)
        matched = list(arrivals.in_order())
        received = list(received_by(history, connection))
        if len(matched) < len(received) or any(earlier for _, _, earlier in matched):
            continue
        for missing in arrivals.left:
            cause = missing.cause
            if cause is None or history.was_refused(cause):
                continue
            if row := _row_of_missing(history, connection, cause):
                yield fact(
                    row,
                    f'the server of "{connection}" receives {missing}',
                    f"it did not receive this by {history.end:.4f} s",
                    cause,
                )
                break


class Arrivals:
    """Finds the send of each event that a server received. `left`: the sends that did not arrive.

    A send must arrive if the runtime knew that the connection was open. If several sends fit an
    event, the send that must arrive next is preferred, and after it a send that may be lost.
    """

    def __init__(self, history: ProjectHistory, connection: str) -> None:
        self._history, self._connection = history, connection
        self.left = [each for each in sendings(history, connection) if each.cause is not None]
        self._sessions = {
            each.cause.number: _session_for(history, connection, each.cause)
            for each in self.left
            if each.cause is not None
        }

    def in_order(self) -> Iterator[tuple[Entry, Sending, Sending | None]]:
        """Each received event with its send, and with an earlier send that it overtook, or None."""
        for received in received_by(self._history, self._connection):
            first = next((each for each in self.left if self._is_due(each, received)), None)
            found = first if first and first.fits(received) else self._other(received)
            if found is None:
                continue
            is_overtaking = self._is_due(found, received) and found is not first
            yield received, found, first if is_overtaking else None
            self.left.remove(found)

    def _other(self, received: Entry) -> Sending | None:
        fitting = [each for each in self.left if each.fits(received)]
        optional = (each for each in fitting if not self._is_due(each, received))
        return next(optional, None) or next(iter(fitting), None)

    def _is_due(self, sending: Sending, received: Entry) -> bool:
        """Whether a send had to arrive no later than a received event.

        False for a send in another session or namespace than the event.
        """
        cause = sending.cause
        if cause is None or sending.namespace != received.details["namespace"]:
            return False
        sessions = self._history.sessions[self._connection]
        session = sessions.get(received.details["connection"])
        return (
            cause.number < received.number
            and session is not None
            and self._sessions[cause.number] is session
        )


def _row_of_missing(history: ProjectHistory, connection: str, cause: Entry) -> str | None:
    """The requirement by which a send must have arrived, or None if the send may be lost."""
    session = _session_for(history, connection, cause)
    if session is None or not history.is_overdue(cause, connection, READING | session.harmless):
        return None
    ending = session.ending
    if ending is None or ending.at - cause.at >= history.patience:
        return "SND-2"
    stops = history.executions(STOP, connection)
    is_stopped = any(cause.number < stop.number < ending.number for stop in stops)
    return "SND-2" if is_stopped and ending.what == Occurrence.CLIENT_LEAVES else None


def _session_for(history: ProjectHistory, connection: str, cause: Entry) -> SessionHistory | None:
    """The session on which a send must arrive.

    None if the send may be lost: after a Stop, or without a session that the runtime knew of.
    """
    session = history.usable_session(connection, cause)
    if session is None or session.established is None:
        return None
    since = session.established.number
    stops = history.executions(STOP, connection)
    return None if any(since < each.number < cause.number for each in stops) else session


def sendings(
    history: ProjectHistory, connection: str, *, executes: bool = True
) -> Iterator[Sending]:
    """The sends of the Send nodes of a connection, in the order of the requests.

    Nodes with a link to their pulse input come last, each with one send that has no cause.
    `executes`: True for nodes that execute, False for nodes that are disabled or that pulses pass
    through.
    """
    nodes = [node for node in history.logic.of(SEND, connection) if node.executes is executes]
    requests = sorted(
        ((entry, node) for node in nodes for entry in history.requests[node.name]),
        key=lambda pair: pair[0].number,
    )
    for entry, node in requests:
        yield _sending(history, node, entry.details["values"], entry)
    for node in nodes:
        if history.logic.before(node.name):
            yield _sending(history, node, {}, None)


def received_by(history: ProjectHistory, *servers: str) -> Iterator[Entry]:
    for entry in history.entries:
        if entry.what == Occurrence.EVENT_RECEIVED and entry.details["server"] in servers:
            yield entry


def _sending(
    history: ProjectHistory, node: HistoryNode, given: Mapping[str, object], cause: Entry | None
) -> Sending:
    def value(name: str) -> object:
        if history.logic.is_fed(node.name, name):
            return UNKNOWN
        return given.get(name, node.attributes.get(name, DEFAULTS[name]))

    return Sending(
        node=node,
        event=value("Event Name"),
        namespace=value("Namespace"),
        message=value("Message"),
        cause=cause,
    )


def _unsent(
    history: ProjectHistory, connection: str, received: Entry, left: list[Sending]
) -> FactViolation:
    details = received.details
    seen = (
        f'"{details["event"]}" in "{details["namespace"]}" with {details["arguments"]!s:.80} '
        f"at {received.at:.4f} s"
    )
    for other in history.connections:
        if other != connection and any(each.fits(received) for each in sendings(history, other)):
            return fact(
                "CFG-3",
                f'nothing that nodes of "{other}" send arrives over the connection "{connection}"',
                f"its server received {seen}",
                received,
            )
    for each in sendings(history, connection, executes=False):
        if each.fits(received):
            row, why = (
                ("NOD-3", "Pulse Pass Through is on")
                if each.node.enabled
                else ("NOD-2", "Enabled is off")
            )
            return fact(
                row,
                f'"{each.node.name}" sends nothing, because {why}',
                f"the server received {seen}",
                received,
            )
    meant = next((each for each in left if each.resembles(received)), None) or next(
        iter(left), None
    )
    wanted = f"receives {meant}" if meant else "receives nothing more"
    causes = [meant.cause] if meant and meant.cause else []
    return fact(
        _row_of_changed(history, connection, meant, received),
        f'the server of "{connection}" {wanted}',
        f"it received {seen}",
        *causes,
        received,
    )


def _row_of_changed(
    history: ProjectHistory, connection: str, meant: Sending | None, received: Entry
) -> str:
    """The requirement that is broken if a server receives an event that no Send node sent."""
    fed = [node for node in history.logic.of(SEND, connection) if history.logic.is_fed(node.name)]
    if any(len(history.pulses[node.name]) > len(history.arrivals(node)) for node in fed):
        return "NOD-6"
    if meant is None:
        return "SND-2"
    if meant.node in fed:
        return "NOD-7"
    if meant.is_elsewhere(received) and "Namespace" not in meant.node.attributes:
        return "SND-3"
    return "SND-2" if is_usual(meant.message) else "SND-5"


def _same(wanted: object, came: object) -> bool:
    return wanted is UNKNOWN or wanted == came


def _arguments(received: Entry) -> object:
    return json.loads(received.details["arguments"])


def _quoted(message: object) -> str:
    return "a message" if message is UNKNOWN else f"{message!r:.60}"
