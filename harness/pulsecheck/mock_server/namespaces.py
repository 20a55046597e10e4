"""Runs the Socket.IO session of one connection, and tracks the namespaces of its client."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from pulsecheck.mock_server.gates import Gate
from pulsecheck.mock_server.occurrences import Detail, Occurrence, Sign
from pulsecheck.mock_server.socket_io import session as socket
from pulsecheck.mock_server.socket_io.packets import InvalidPacketError, dump

LONGEST_NAME = 1_000
"""The maximum number of characters to record of a namespace, an event's name or a message."""
INVALID_NAMESPACE = "Invalid namespace"


@dataclass(frozen=True)
class Refusal:
    """The content of the CONNECT_ERROR that a client gets. `data` is None for no data."""

    message: str
    data: Any = None


@dataclass(frozen=True)
class Acknowledgement:
    """An acknowledgement to send: its namespace, its id and its arguments."""

    namespace: str
    id: int
    arguments: Sequence[Any]


class Carrier(Protocol):
    """The part of a connection that its namespaces use."""

    @property
    def is_open(self) -> bool: ...

    def send(self, messages: socket.Messages, receipt: Callable[[], None]) -> None:
        """Send messages. `receipt` is called when the kernel has the first message."""

    def close(self) -> None: ...

    def client_leaves(self, sign: Sign) -> None:
        """Called for each sign that the client disconnects. Only the first sign counts."""

    def client_stays(self) -> None:
        """Called when the client enters a namespace, and so no longer counts as disconnecting."""

    def violated(self, error: Exception) -> None:
        """Called when the client has broken the protocol. The error says how."""


class NamespaceHost(Protocol):
    """The part of the server that the namespaces of one connection use."""

    def record(self, what: Occurrence, **details: Detail) -> None: ...

    def refusal(self, namespace: str) -> Refusal | None:
        """Return the refusal of a request for the namespace, or None to accept it."""

    def established(self, namespace: str, auth: dict[str, Any]) -> None:
        """Called when the answer to the client's request has been handed to the kernel."""

    def event(
        self, received: socket.EventReceived, acknowledge: Callable[[Sequence[Any]], None]
    ) -> None:
        """Called when an event has arrived.

        `acknowledge` has no effect if the client did not ask for an acknowledgement.
        """

    def acknowledgements(self, correct: Acknowledgement) -> tuple[Acknowledgement, ...]:
        """Return the acknowledgements to send: the correct one, or those that a fault returns."""


class Namespaces:
    def __init__(self, carrier: Carrier, host: NamespaceHost, session: socket.Session) -> None:
        self._carrier = carrier
        self._host = host
        self._session = session
        self._established: list[str] = []
        self._answers: dict[str, Gate] = {}

    @property
    def established(self) -> tuple[str, ...]:
        """The namespaces that the client is in, in the order in which it entered them.

        The client enters a namespace when the kernel has the answer to its request.
        """
        return tuple(self._established)

    @property
    def deadline(self) -> float | None:
        """The earliest loop time at which `is_overdue` can become true; None for never."""
        return self._session.deadline

    def is_overdue(self, now: float) -> bool:
        """Return whether the deadline for the client's namespace request has passed."""
        return self.deadline is not None and now >= self.deadline

    def answers(self, namespace: str) -> Gate:
        """Return the gate for the answer to the client's request for a namespace."""
        return self._answers.setdefault(namespace, Gate())

    def end(self) -> None:
        """Remove the client from all namespaces, because the connection is closed."""
        self._established.clear()

    # --- from the client ------------------------------------------------------------------------

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
        refusal = self._host.refusal(namespace)
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
            self._host.established(request.namespace, request.auth)

    def _take_event(self, received: socket.EventReceived) -> None:
        self._record(
            Occurrence.EVENT_RECEIVED,
            received.namespace,
            event=str(received.event)[:LONGEST_NAME],
            arguments=dump(received.arguments),
            ack=received.id,
        )
        self._host.event(received, partial(self._acknowledge, received))

    # --- from the server ------------------------------------------------------------------------

    def emit(self, namespace: str, event: str, arguments: tuple[Any, ...], *, ack: bool) -> None:
        if namespace in self._established:
            self._carrier.send(
                self._session.emit(namespace, event, arguments, ack=ack),
                partial(
                    self._record,
                    Occurrence.EVENT_SENT,
                    namespace,
                    event=event,
                    arguments=dump(arguments),
                    **({"ack": True} if ack else {}),
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
        correct = Acknowledgement(received.namespace, received.id, arguments)
        for ack in self._host.acknowledgements(correct):
            messages = self._session.acknowledge(ack.namespace, ack.id, ack.arguments)
            self._carrier.send(messages, _no_receipt)

    def _forget(self, namespace: str, by: str) -> None:
        if namespace in self._established:
            self._established.remove(namespace)
        self._record(Occurrence.NAMESPACE_LEFT, namespace, by=by)

    def _record(self, what: Occurrence, namespace: str, **details: Detail) -> None:
        self._host.record(what, namespace=namespace[:LONGEST_NAME], **details)


def _no_receipt() -> None:
    pass
