"""Engine.IO packets on the wire (protocol 4, "Packet encoding")."""

import base64
import binascii
from dataclasses import dataclass
from enum import StrEnum

SEPARATOR = "\x1e"
BINARY_MARK = "b"


class InvalidPacketError(Exception):
    """What came is not a packet."""


class EngineType(StrEnum):
    OPEN = "0"
    CLOSE = "1"
    PING = "2"
    PONG = "3"
    MESSAGE = "4"
    UPGRADE = "5"
    NOOP = "6"


@dataclass(frozen=True, slots=True)
class EnginePacket:
    """`data` is bytes only in a message."""

    type: EngineType
    data: str | bytes = ""


def encode_frame(packet: EnginePacket) -> str | bytes:
    """A packet as a WebSocket frame: binary data goes as it is."""
    return packet.data if isinstance(packet.data, bytes) else packet.type + packet.data


def decode_frame(frame: str | bytes) -> EnginePacket:
    """Raises InvalidPacketError."""
    if isinstance(frame, bytes):
        return EnginePacket(EngineType.MESSAGE, frame)
    try:
        return EnginePacket(EngineType(frame[:1]), frame[1:])
    except ValueError:
        raise InvalidPacketError(f"no packet type: {frame[:1]!r}") from None


def encode_payload(packets: list[EnginePacket]) -> str:
    """Packets as the body of an HTTP request or response."""
    return SEPARATOR.join(
        BINARY_MARK + base64.b64encode(packet.data).decode()
        if isinstance(packet.data, bytes)
        else packet.type + packet.data
        for packet in packets
    )


def decode_payload(body: str) -> list[EnginePacket]:
    """Raises InvalidPacketError if any part of it is not a packet."""
    return [_decode_part(part) for part in body.split(SEPARATOR)]


def _decode_part(part: str) -> EnginePacket:
    if not part.startswith(BINARY_MARK):
        return decode_frame(part)
    try:
        data = base64.b64decode(part.removeprefix(BINARY_MARK), validate=True)
    except binascii.Error:
        raise InvalidPacketError("not base64") from None
    return EnginePacket(EngineType.MESSAGE, data)
