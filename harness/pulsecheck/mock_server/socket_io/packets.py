"""Socket.IO packets and their encoding (section "Packet encoding" of the protocol, version 5)."""

import json
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NoReturn

MAIN = "/"
MOST_ATTACHMENTS = 100
LONGEST_ID = 15
"""The largest number of digits in an acknowledgement's id. A double holds 15 digits exactly."""
DEEPEST = 100
"""The largest number of levels of nested arrays and objects."""


class InvalidPacketError(Exception):
    """The other side sent an invalid packet. `expected` describes a valid packet."""

    def __init__(self, expected: str, text: str) -> None:
        super().__init__(expected, text)
        self.expected = expected
        self.text = text

    def __str__(self) -> str:
        return f"expected {self.expected}; got {self.text[:80]!r}"


class PacketType(IntEnum):
    CONNECT = 0
    DISCONNECT = 1
    EVENT = 2
    ACK = 3
    CONNECT_ERROR = 4
    BINARY_EVENT = 5
    BINARY_ACK = 6


BINARY = {PacketType.EVENT: PacketType.BINARY_EVENT, PacketType.ACK: PacketType.BINARY_ACK}
PLAIN = {binary: plain for plain, binary in BINARY.items()}


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet. `data` is a JSON value that may contain bytes; None means no payload.

    `type` is never a binary type. A packet is encoded as binary if its data contains bytes.
    """

    type: PacketType
    namespace: str = MAIN
    data: Any = None
    id: int | None = None


def encode(packet: Packet) -> tuple[str | bytes, ...]:
    """Return the messages that carry the packet: its text, then its attachments."""
    attachments: list[bytes] = []
    data = _take_out(packet.data, attachments)
    head = str(int(packet.type))
    if attachments:
        head = f"{BINARY[packet.type]}{len(attachments)}-"
    namespace = "" if packet.namespace == MAIN else f"{packet.namespace},"
    identity = "" if packet.id is None else str(packet.id)
    payload = "" if data is None else dump(data)
    return (f"{head}{namespace}{identity}{payload}", *attachments)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dump(data: Any) -> str:
    """Return compact JSON, with placeholders for bytes."""
    data = _take_out(data, [])
    text = _ENCODER.encode(data)
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate can be sent only as an escape
        return json.dumps(data, separators=(",", ":"))
    return text


_PATTERN = re.compile(
    r"(?P<type>[0-6])"
    r"(?:(?<=[56])(?P<attachments>[0-9]{1,9})-)?"
    r"(?P<namespace>/[^,]*)?,?"
    r"(?P<id>[0-9]+)?"
    r"(?P<payload>.*)",
    re.DOTALL,
)


class Decoder:
    """Decodes messages into packets. A packet with attachments takes several messages."""

    def __init__(self) -> None:
        self._packet: Packet | None = None
        self._text = ""
        self._missing = 0
        self._attachments: list[bytes] = []

    def feed(self, message: str | bytes) -> Packet | None:
        """Take a message. Return the packet that the message completes, or None.

        Raises InvalidPacketError.
        """
        if isinstance(message, bytes):
            return self._feed_attachment(message)
        if self._packet is not None:
            raise InvalidPacketError(f"{self._missing} more attachments", message)
        packet, count = _decode(message)
        if not count:
            return packet
        self._packet, self._text, self._missing = packet, message, count
        return None

    def _feed_attachment(self, attachment: bytes) -> Packet | None:
        if self._packet is None:
            raise InvalidPacketError("the text of a packet before attachments", repr(attachment))
        self._attachments.append(attachment)
        self._missing -= 1
        if self._missing:
            return None
        packet, self._packet = self._packet, None
        attachments, self._attachments = self._attachments, []
        data = _put_in(packet.data, attachments, self._text)
        return Packet(packet.type, packet.namespace, data, packet.id)


def _decode(text: str) -> tuple[Packet, int]:
    found = _PATTERN.fullmatch(text)
    if found is None:
        raise InvalidPacketError("a packet type from 0 to 6", text)
    kind = PacketType(int(found["type"]))
    count = _count(kind, found["attachments"], text)
    packet = Packet(
        type=PLAIN.get(kind, kind),
        namespace=found["namespace"] or MAIN,
        data=_load(found["payload"], text),
        id=_identity(found["id"], text),
    )
    if not _is_valid(packet):
        raise InvalidPacketError(f"a valid payload for {kind.name}", text)
    return packet, count


def _count(kind: PacketType, digits: str | None, text: str) -> int:
    if kind not in PLAIN:
        return 0
    if digits is None or int(digits) > MOST_ATTACHMENTS:
        raise InvalidPacketError(f"a number of attachments up to {MOST_ATTACHMENTS}", text)
    return int(digits)


def _identity(digits: str | None, text: str) -> int | None:
    if digits is None:
        return None
    if len(digits) > LONGEST_ID:
        raise InvalidPacketError(f"an acknowledgement id of up to {LONGEST_ID} digits", text)
    return int(digits)


def _load(payload: str, text: str) -> Any:
    if not payload:
        return None
    try:
        data = _DECODER.decode(payload)
    except (ValueError, RecursionError):
        raise InvalidPacketError("a JSON payload", text) from None
    if not _is_shallow(data, DEEPEST):
        raise InvalidPacketError(f"JSON with up to {DEEPEST} levels", text)
    return data


def _is_shallow(data: Any, levels: int) -> bool:
    match data:
        case list():
            return levels > 0 and all(_is_shallow(item, levels - 1) for item in data)
        case dict():
            return levels > 0 and all(_is_shallow(item, levels - 1) for item in data.values())
    return True


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


_RESERVED_EVENTS = frozenset(
    {
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "newListener",
        "removeListener",
    }
)


def _is_valid(packet: Packet) -> bool:
    match packet.type, packet.data:
        case (PacketType.CONNECT, None | dict()) | (PacketType.DISCONNECT, None):
            return True
        case PacketType.CONNECT_ERROR, str() | dict():
            return True
        case PacketType.EVENT, [str() as event, *_]:
            return event not in _RESERVED_EVENTS
        case (PacketType.EVENT, [int() | float(), *_]) | (PacketType.ACK, [*_]):
            return True
    return False


def _take_out(data: Any, attachments: list[bytes]) -> Any:
    """Return the data with placeholders for bytes, and append the bytes to `attachments`."""
    match data:
        case bytes():
            attachments.append(data)
            return {"_placeholder": True, "num": len(attachments) - 1}
        case list() | tuple():
            return [_take_out(item, attachments) for item in data]
        case dict():
            return {key: _take_out(value, attachments) for key, value in data.items()}
    return data


def _put_in(data: Any, attachments: list[bytes], text: str) -> Any:
    match data:
        case {"_placeholder": True, "num": number}:
            if type(number) is not int or not 0 <= number < len(attachments):
                raise InvalidPacketError("an attachment for each placeholder", text)

            return attachments[number]
        case list():
            return [_put_in(item, attachments, text) for item in data]
        case dict():
            return {key: _put_in(value, attachments, text) for key, value in data.items()}
    return data
