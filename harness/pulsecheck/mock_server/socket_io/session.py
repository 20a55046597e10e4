"""The server's side of a Socket.IO session, version 5 of the protocol.

A session does no I/O and reads no clock. The caller passes in the messages that have arrived,
reacts to the results of `receive`, and sends the messages that the other methods return.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any, ClassVar

from pulsecheck.mock_server.socket_io.packets import Decoder, Packet, PacketType, encode

Messages = tuple[str | bytes, ...]


@dataclass(frozen=True, slots=True)
class ConnectRequested:
    """A request for a namespace. Answer it with `accept` or `refuse`. `auth` is its payload."""

    namespace: str
    auth: dict[str, Any]


@dataclass(frozen=True, slots=True)
class EventReceived:
    """An event. `id` is the id of the acknowledgement that the client asks for, or None."""

    namespace: str
    event: str | int | float
    arguments: tuple[Any, ...]
    id: int | None


@dataclass(frozen=True, slots=True)
class NamespaceLeft:
    """The client has left a namespace.

    `is_last`: the client is in no other namespace, and no request for a namespace is pending.
    """

    namespace: str
    is_last: bool


Received = ConnectRequested | EventReceived | NamespaceLeft


class UnexpectedPacketError(Exception):
    """A packet that the protocol does not allow in the present state."""

    def __init__(self, packet: Packet, standing: str) -> None:
        super().__init__(packet, standing)
        self.packet = packet
        self.standing = standing

    def __str__(self) -> str:
        kind, namespace = self.packet.type.name, self.packet.namespace[:80]
        return f"unexpected {kind} for the namespace {namespace!r}, whose state is {self.standing}"


class Standing(Enum):
    """The client's state in a namespace."""

    OUTSIDE = auto()
    ASKING = auto()
    INSIDE = auto()


class Session:
    """One session. The caller must close the connection when `receive` raises an error."""

    def __init__(self, connect_timeout: float, now: float) -> None:
        self._standings: dict[str, Standing] = {}
        self._decoder = Decoder()
        self._connect_by = now + connect_timeout
        self._has_been_inside = False
        self._asked = 0
        """The number of events sent with an id so far, and the id of the next such event."""

    @property
    def deadline(self) -> float | None:
        """The time at which to close a connection whose client has asked for no namespace.

        The deadline is None while a request is pending, and after the client has entered a
        namespace.
        """
        waits = not self._has_been_inside and not self._standings
        return self._connect_by if waits else None

    def standing(self, namespace: str) -> Standing:
        return self._standings.get(namespace, Standing.OUTSIDE)

    def receive(self, message: str | bytes) -> Received | None:
        """Decode a message. Returns None for an ignored packet, or while attachments are missing.

        Raises InvalidPacketError or UnexpectedPacketError.
        """
        packet = self._decoder.feed(message)
        if packet is None:
            return None
        standing = self.standing(packet.namespace)
        take = self._HANDLERS.get((standing, packet.type))
        if take is None:
            raise UnexpectedPacketError(packet, standing.name)
        return take(self, packet)

    def accept(self, namespace: str, sid: str) -> Messages:
        self._standings[namespace] = Standing.INSIDE
        self._has_been_inside = True
        return encode(Packet(PacketType.CONNECT, namespace, {"sid": sid}))

    def refuse(self, namespace: str, message: str, data: Any = None) -> Messages:
        self._standings.pop(namespace, None)
        why = {"message": message} if data is None else {"message": message, "data": data}
        return encode(Packet(PacketType.CONNECT_ERROR, namespace, why))

    def emit(
        self, namespace: str, event: str, arguments: Sequence[Any], *, ack: bool = False
    ) -> Messages:
        """Return the messages of an event. `ack`: ask the client for an acknowledgement."""
        number = None
        if ack:
            number, self._asked = self._asked, self._asked + 1
        return encode(Packet(PacketType.EVENT, namespace, [event, *arguments], number))

    def acknowledge(self, namespace: str, number: int, arguments: Sequence[Any]) -> Messages:
        return encode(Packet(PacketType.ACK, namespace, list(arguments), number))

    def leave(self, namespace: str) -> Messages:
        """Remove the client from the namespace. Returns the DISCONNECT packet."""
        self._standings.pop(namespace, None)
        return encode(Packet(PacketType.DISCONNECT, namespace))

    def _take_connect(self, packet: Packet) -> Received:
        self._standings[packet.namespace] = Standing.ASKING
        return ConnectRequested(packet.namespace, packet.data or {})

    def _take_disconnect(self, packet: Packet) -> Received:
        del self._standings[packet.namespace]
        return NamespaceLeft(packet.namespace, is_last=not self._standings)

    def _take_event(self, packet: Packet) -> Received:
        event, *arguments = packet.data
        return EventReceived(packet.namespace, event, tuple(arguments), packet.id)

    def _ignore(self, _packet: Packet) -> None:
        """Ignore an acknowledgement, because the server does not wait for acknowledgements."""

    _HANDLERS: ClassVar[
        dict[tuple[Standing, PacketType], Callable[["Session", Packet], Received | None]]
    ] = {
        (Standing.OUTSIDE, PacketType.CONNECT): _take_connect,
        (Standing.ASKING, PacketType.DISCONNECT): _take_disconnect,
        (Standing.INSIDE, PacketType.DISCONNECT): _take_disconnect,
        (Standing.INSIDE, PacketType.EVENT): _take_event,
        (Standing.INSIDE, PacketType.ACK): _ignore,
    }
    """Any other packet is an error, after which the official server closes the connection."""
