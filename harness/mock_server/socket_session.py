"""The Socket.IO layer of one connection: its namespaces (protocol 5). No I/O, no clock."""

from dataclasses import dataclass
from typing import Any

from harness.mock_server.socket_packets import (
    Decoder,
    InvalidSocketPacketError,
    SocketPacket,
    SocketType,
)


@dataclass(frozen=True, slots=True)
class Requested:
    """The client asks for a namespace."""

    namespace: str
    auth: Any


@dataclass(frozen=True, slots=True)
class Left:
    """The client has left a namespace."""

    namespace: str


@dataclass(frozen=True, slots=True)
class Received:
    """An event came; `id` is what its acknowledgement must carry, None if none is asked for."""

    namespace: str
    event: str | int
    arguments: tuple[Any, ...]
    id: int | None


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """The acknowledgement of an event of ours came."""

    namespace: str
    id: int
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Invalid:
    """The client broke the protocol; the official server then closes the connection."""

    problem: str


Happening = Requested | Left | Received | Acknowledged | Invalid


class SocketSession:
    """`joined` maps the namespaces that are established to their session ids."""

    def __init__(self) -> None:
        self.joined: dict[str, str] = {}
        self._decoder = Decoder()

    def receive(self, message: str | bytes) -> Happening | None:
        """Take a message from the Engine.IO session; None while attachments are missing."""
        try:
            packet = self._decoder.feed(message)
        except InvalidSocketPacketError as error:
            return Invalid(str(error))
        return None if packet is None else self._meaning(packet)

    def _meaning(self, packet: SocketPacket) -> Happening | None:
        namespace, data = packet.namespace, packet.data
        is_joined = namespace in self.joined
        match packet.type:
            case SocketType.CONNECT if not is_joined:
                return Requested(namespace, data or {})
            case SocketType.DISCONNECT if is_joined:
                del self.joined[namespace]
                return Left(namespace)
            case SocketType.EVENT if is_joined:
                return Received(namespace, data[0], tuple(data[1:]), packet.id)
            case SocketType.ACK if is_joined and packet.id is not None:
                return Acknowledged(namespace, packet.id, tuple(data))
        return Invalid(f"{packet.type.name} does not fit the state of {namespace}")
