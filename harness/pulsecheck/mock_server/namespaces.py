"""The namespaces of one connection: the Socket.IO session, run."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, Protocol

from pulsecheck.mock_server.gates import Gate
from pulsecheck.mock_server.occurrences import Detail, Occurrence
from pulsecheck.mock_server.socket_io import session as socket
from pulsecheck.mock_server.socket_io.packets import InvalidPacketError, dump

Sign = Literal["Close frame", "41", "1", "end of TCP"]
"""How a client shows that it leaves."""
LONGEST_NAME = 1_000
"""Characters of a namespace, an event's name or a message that are recorded."""
INVALID_NAMESPACE = "Invalid namespace"


@dataclass(frozen=True)
class Refusal:
    """Why a client may not enter a namespace, as it is told."""

    message: str
    data: Any = None


@dataclass(frozen=True)
class Acknowledgement:
    """What an event is acknowledged with, and under which id."""

    namespace: str
    id: int
    arguments: Sequence[Any]


class Carrier(Protocol):
    """The connection that carries the session."""

    @property
    def is_open(self) -> bool: ...

    def send(self, messages: socket.Messages, receipt: Callable[[], None]) -> None: ...

    def close(self) -> None: ...

    def client_leaves(self, sign: Sign) -> None: ...

    def client_stays(self) -> None: ...

    def violated(self, error: Exception) -> None: ...


class Desk(Protocol):
    """Where a server decides about one connection, and is told about it."""

    def record(self, what: Occurrence, **details: Detail) -> None: ...

    def refusal(self, namespace: str) -> Refusal | None:
        """Why a request for that namespace is refused, None if it is not."""

    def established(self, namespace: str, auth: dict[str, Any]) -> None:
        """The client's answer is with the kernel."""

    def event(
        self, received: socket.EventReceived, acknowledge: Callable[[Sequence[Any]], None]
    ) -> None:
        """An event came; `acknowledge` does nothing if the client wants no acknowledgement."""

    def acknowledgements(self, right: Acknowledgement) -> tuple[Acknowledgement, ...]:
        """What is sent instead of that; itself alone, if nothing is wrong."""


class Namespaces:
    def __init__(self, carrier: Carrier, desk: Desk, session: socket.Session) -> None:
        self._carrier = carrier
        self._desk = desk
        self._session = session
        self._established: list[str] = []
        self._answers: dict[str, Gate] = {}

    @property
    def established(self) -> tuple[str, ...]:
        """The namespaces that the client is in, as far as it can know."""
        return tuple(self._established)

    @property
    def deadline(self) -> float | None:
        """When `is_overdue` may become true, None for never."""
        return self._session.deadline

    def is_overdue(self, now: float) -> bool:
        """The client has asked for no namespace in time."""
        return self.deadline is not None and now >= self.deadline

    def answers(self, namespace: str) -> Gate:
        """What the answer to a request for that namespace passes."""
        return self._answers.setdefault(namespace, Gate())

    def end(self) -> None:
        """The connection is closed."""
        self._established.clear()

    # --- what the client says -------------------------------------------------------------------

    def receive(self, message: str | bytes) -> None:
        try:
            received = self._session.receive(message)
        except (InvalidPacketError, socket.UnexpectedPacketError) as error:
            self._carrier.violated(error)
            self._carrier.close()
            return
        match received:
            case socket.ConnectRequested():
                self._take_request(received)
            case socket.EventReceived():
                self._take_event(received)
            case socket.NamespaceLeft(namespace, is_last):
                self._forget(namespace, by="client")
                if is_last:
                    self._carrier.client_leaves("41")

    def _take_request(self, request: socket.ConnectRequested) -> None:
        namespace = request.namespace
        self._record(Occurrence.CONNECT_REQUESTED, namespace)
        refusal = self._desk.refusal(namespace)
        if refusal is not None:
            self._refuse(namespace, refusal)
            return
        self.answers(namespace).do(partial(self._accept, request))

    def _refuse(self, namespace: str, refusal: Refusal) -> None:
        messages = self._session.refuse(namespace, refusal.message, refusal.data)
        message = refusal.message[:LONGEST_NAME]
        self._carrier.send(
            messages, partial(self._record, Occurrence.REFUSED, namespace, message=message)
        )

    def _accept(self, request: socket.ConnectRequested) -> None:
        still_asks = self._session.standing(request.namespace) is socket.Standing.ASKING
        if not (still_asks and self._carrier.is_open):
            return
        self._carrier.client_stays()
        messages = self._session.accept(request.namespace, secrets.token_urlsafe(15))
        self._carrier.send(messages, partial(self._has_accepted, request))

    def _has_accepted(self, request: socket.ConnectRequested) -> None:
        inside = self._session.standing(request.namespace) is socket.Standing.INSIDE
        if inside and self._carrier.is_open:
            self._established.append(request.namespace)
            self._record(Occurrence.ESTABLISHED, request.namespace)
            self._desk.established(request.namespace, request.auth)

    def _take_event(self, received: socket.EventReceived) -> None:
        self._record(
            Occurrence.EVENT_RECEIVED,
            received.namespace,
            event=str(received.event)[:LONGEST_NAME],
            arguments=dump(received.arguments),
            ack=received.id,
        )
        self._desk.event(received, partial(self._acknowledge, received))

    # --- what the server says -------------------------------------------------------------------

    def emit(self, namespace: str, event: str, arguments: tuple[Any, ...]) -> None:
        if namespace in self._established:
            self._carrier.send(
                self._session.emit(namespace, event, arguments),
                partial(
                    self._record,
                    Occurrence.EVENT_SENT,
                    namespace,
                    event=event,
                    arguments=dump(arguments),
                ),
            )

    def leave(self, namespace: str) -> None:
        if namespace in self._established:
            self._carrier.send(
                self._session.leave(namespace), partial(self._forget, namespace, by="server")
            )

    def _acknowledge(self, received: socket.EventReceived, arguments: Sequence[Any]) -> None:
        if received.id is None or received.namespace not in self._established:
            return
        right = Acknowledgement(received.namespace, received.id, arguments)
        for ack in self._desk.acknowledgements(right):
            messages = self._session.acknowledge(ack.namespace, ack.id, ack.arguments)
            self._carrier.send(messages, _nothing)

    def _forget(self, namespace: str, by: str) -> None:
        if namespace in self._established:
            self._established.remove(namespace)
        self._record(Occurrence.NAMESPACE_LEFT, namespace, by=by)

    def _record(self, what: Occurrence, namespace: str, **details: Detail) -> None:
        self._desk.record(what, namespace=namespace[:LONGEST_NAME], **details)


def _nothing() -> None:
    """No one needs to know when an acknowledgement is through."""
