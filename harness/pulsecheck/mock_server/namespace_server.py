"""The server's side of the namespaces of one connection."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pulsecheck.mock_server.connection import Connection
from pulsecheck.mock_server.faults.base import Record
from pulsecheck.mock_server.faults.registry import FaultRegistry
from pulsecheck.mock_server.handlers import Handlers
from pulsecheck.mock_server.inbox import Inbox, ReceivedEvent
from pulsecheck.mock_server.namespaces import INVALID_NAMESPACE, Acknowledgement, Refusal
from pulsecheck.mock_server.occurrences import Detail, Occurrence
from pulsecheck.mock_server.socket_io import session as socket


@dataclass(frozen=True)
class NamespaceServer:
    """Accepts requests for namespaces, keeps received events, and calls faults and handlers.

    `allowed` are the only namespaces that exist. None allows every namespace.
    """

    connection: Connection
    allowed: frozenset[str] | None
    faults: FaultRegistry
    handlers: Handlers
    inbox: Inbox
    write_record: Record

    def record(self, what: Occurrence, **details: Detail) -> None:
        self.write_record(what, connection=self.connection.id, **details)

    def refusal(self, namespace: str) -> Refusal | None:
        if self.allowed is not None and namespace not in self.allowed:
            return Refusal(INVALID_NAMESPACE)
        return self.faults.refusal(self.connection, namespace)

    def established(self, namespace: str, auth: dict[str, Any]) -> None:
        self.faults.established(self.connection, namespace)
        self.handlers.call(self.handlers.on_connect.get(namespace), self.connection, (auth,))

    def acknowledgements(self, correct: Acknowledgement) -> tuple[Acknowledgement, ...]:
        return self.faults.acknowledgements(self.connection, correct)

    def event(
        self, received: socket.EventReceived, acknowledge: Callable[[Sequence[Any]], None]
    ) -> None:
        self.inbox.take(
            ReceivedEvent(
                connection=self.connection.id,
                namespace=received.namespace,
                name=received.event,
                arguments=received.arguments,
                wants_ack=received.id is not None,
            )
        )
        handler = self.handlers.on_event.get((received.namespace, str(received.event)))
        self.handlers.call(handler, self.connection, received.arguments, acknowledge)
