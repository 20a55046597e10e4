"""Engine.IO packets and their encoding (section "Packet encoding" of the protocol, version 4)."""

import base64
import binascii
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import IntEnum

SEPARATOR = "\x1e"
BINARY_PREFIX = "b"


class InvalidPacketError(Exception):
    """The other side sent an invalid packet. `text` is the packet's text."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def __str__(self) -> str:
        return (
            "expected an Engine.IO packet: a type from 0 to 6 followed by data, or (over "
            f'long-polling) "b" followed by base64; got {self.text[:40]!r}'
        )


class PacketType(IntEnum):
    OPEN = 0
    CLOSE = 1
    PING = 2
    PONG = 3
    MESSAGE = 4
    UPGRADE = 5
    NOOP = 6


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet. Only a message can carry bytes.

    If the type is None, the data is sent unchanged, and need not be a valid packet.
    `receipt` is called when the packet's last byte has been handed to the kernel.
    """

    type: PacketType | None
    data: str | bytes = ""
    receipt: Callable[[], None] | None = field(default=None, compare=False, repr=False)


_DIGITS = {kind: str(kind.value) for kind in PacketType}


def encode_frame(packet: Packet) -> str | bytes:
    """Return the content of one WebSocket frame: text, or unchanged bytes."""
    if isinstance(packet.data, bytes) or packet.type is None:
        return packet.data
    return _DIGITS[packet.type] + packet.data


def decode_frame(frame: str | bytes) -> Packet:
    """Decode one WebSocket frame. Raises InvalidPacketError."""
    if isinstance(frame, bytes):
        return Packet(PacketType.MESSAGE, frame)
    if frame[:1] not in {"0", "1", "2", "3", "4", "5", "6"}:
        raise InvalidPacketError(frame)
    return Packet(PacketType(int(frame[0])), frame[1:])


def encode_payload(packets: Iterable[Packet]) -> str:
    """Return the body of a long-polling response."""
    return SEPARATOR.join(_encode_part(packet) for packet in packets)


def decode_payload(payload: str) -> tuple[Packet, ...]:
    """Decode the body of a long-polling request. Raises InvalidPacketError."""
    return tuple(_decode_part(part) for part in payload.split(SEPARATOR))


def _encode_part(packet: Packet) -> str:
    frame = encode_frame(packet)
    return BINARY_PREFIX + base64.b64encode(frame).decode() if isinstance(frame, bytes) else frame


def _decode_part(part: str) -> Packet:
    if not part.startswith(BINARY_PREFIX):
        return decode_frame(part)
    try:
        return Packet(PacketType.MESSAGE, base64.b64decode(part[1:], validate=True))
    except (binascii.Error, ValueError):
        raise InvalidPacketError(part) from None
