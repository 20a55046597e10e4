"""Socket.IO packets (protocol 5, "Packet encoding")."""

import json
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

ROOT = "/"
MOST_ATTACHMENTS = 100


class InvalidSocketPacketError(Exception):
    """What came is not a Socket.IO packet."""


class SocketType(IntEnum):
    CONNECT = 0
    DISCONNECT = 1
    EVENT = 2
    ACK = 3
    CONNECT_ERROR = 4
    BINARY_EVENT = 5
    BINARY_ACK = 6


BINARY = {SocketType.EVENT: SocketType.BINARY_EVENT, SocketType.ACK: SocketType.BINARY_ACK}
PLAIN = {binary: plain for plain, binary in BINARY.items()}


@dataclass(frozen=True, slots=True)
class SocketPacket:
    """`type` is never a binary one: bytes in `data` make the packet binary on the wire."""

    type: SocketType
    namespace: str = ROOT
    data: Any = None
    id: int | None = None


def encode(packet: SocketPacket) -> list[str | bytes]:
    """The text of a packet, then its attachments."""
    attachments: list[bytes] = []
    data = _detach(packet.data, attachments)
    kind = BINARY.get(packet.type, packet.type) if attachments else packet.type
    text = str(int(kind))
    if attachments:
        text += f"{len(attachments)}-"
    if packet.namespace != ROOT:
        text += packet.namespace + ","
    if packet.id is not None:
        text += str(packet.id)
    if data is not None:
        text += json.dumps(data, separators=(",", ":"), ensure_ascii=False)
    return [text, *attachments]


def _detach(data: Any, attachments: list[bytes]) -> Any:
    if isinstance(data, bytes):
        attachments.append(data)
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(data, list | tuple):
        return [_detach(value, attachments) for value in data]
    if isinstance(data, dict):
        return {name: _detach(value, attachments) for name, value in data.items()}
    return data


HEADER = re.compile(r"(?P<type>[0-6])(?:(?P<count>\d+)-)?(?:(?P<namespace>/[^,]*),?)?(?P<id>\d+)?")


class Decoder:
    """Puts packets and their attachments together."""

    def __init__(self) -> None:
        self._waiting: SocketPacket | None = None
        self._missing = 0
        self._attachments: list[bytes] = []

    def feed(self, message: str | bytes) -> SocketPacket | None:
        """The packet that this message completes; None while attachments are missing.

        Raises InvalidSocketPacketError.
        """
        if isinstance(message, bytes):
            return self._attach(message)
        if self._waiting is not None:
            raise InvalidSocketPacketError("text instead of an attachment")
        packet, self._missing = _decode(message)
        if self._missing == 0:
            return packet
        self._waiting = packet
        return None

    def _attach(self, attachment: bytes) -> SocketPacket | None:
        waiting = self._waiting
        if waiting is None:
            raise InvalidSocketPacketError("an attachment without a packet")
        self._attachments.append(attachment)
        if len(self._attachments) < self._missing:
            return None
        data = _reattach(waiting.data, self._attachments)
        self._waiting, self._attachments = None, []
        return SocketPacket(waiting.type, waiting.namespace, data, waiting.id)


def _reattach(data: Any, attachments: list[bytes]) -> Any:
    if isinstance(data, list):
        return [_reattach(value, attachments) for value in data]
    if isinstance(data, dict):
        if data.get("_placeholder") is True:
            number = data.get("num")
            if not isinstance(number, int) or not 0 <= number < len(attachments):
                raise InvalidSocketPacketError("a placeholder without its attachment")
            return attachments[number]
        return {name: _reattach(value, attachments) for name, value in data.items()}
    return data


def _decode(text: str) -> tuple[SocketPacket, int]:
    header = HEADER.match(text)
    if header is None:
        raise InvalidSocketPacketError(f"no packet type: {text[:1]!r}")
    kind = SocketType(int(header["type"]))
    is_binary = kind in PLAIN
    if is_binary != (header["count"] is not None) or int(header["count"] or 0) > MOST_ATTACHMENTS:
        raise InvalidSocketPacketError("a wrong number of attachments")
    rest = text[header.end() :]
    try:
        data = json.loads(rest) if rest else None
    except ValueError:
        raise InvalidSocketPacketError("data that is not JSON") from None
    packet = SocketPacket(
        PLAIN.get(kind, kind),
        (header["namespace"] or ROOT).partition("?")[0],
        data,
        int(header["id"]) if header["id"] else None,
    )
    if not _fits(packet):
        raise InvalidSocketPacketError("data that the packet's type does not allow")
    return packet, int(header["count"] or 0)


def _fits(packet: SocketPacket) -> bool:
    data = packet.data
    match packet.type:
        case SocketType.CONNECT:
            return data is None or isinstance(data, dict)
        case SocketType.DISCONNECT:
            return data is None
        case SocketType.EVENT:
            return isinstance(data, list) and bool(data) and isinstance(data[0], str | int)
        case SocketType.ACK:
            return isinstance(data, list) and packet.id is not None
        case _:
            return isinstance(data, str | dict)
