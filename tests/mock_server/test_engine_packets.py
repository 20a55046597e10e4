"""Engine.IO packets, with the examples of the section "Packet encoding" of the protocol."""

import pytest

from pulsecheck.mock_server.engine_io.packets import (
    InvalidPacketError,
    Packet,
    PacketType,
    decode_frame,
    decode_payload,
    encode_frame,
    encode_payload,
)

TEXT = Packet(PacketType.MESSAGE, "hello")
BYTES = Packet(PacketType.MESSAGE, b"\x01\x02\x03\x04")
PING = Packet(PacketType.PING)


@pytest.mark.parametrize(
    ("packet", "frame"), [(TEXT, "4hello"), (BYTES, b"\x01\x02\x03\x04"), (PING, "2")]
)
def test_a_frame_is_type_and_text_or_bytes_only(packet: Packet, frame: str | bytes) -> None:
    assert encode_frame(packet) == frame
    assert decode_frame(frame) == packet


def test_a_payload_separates_packets_and_has_bytes_in_base64() -> None:
    assert encode_payload([TEXT, BYTES, PING]) == "4hello\x1ebAQIDBA==\x1e2"
    assert decode_payload("4hello\x1ebAQIDBA==\x1e2") == (TEXT, BYTES, PING)


@pytest.mark.parametrize("payload", ["", "abc", "7", "4a\x1e", "b%%%", "bAQ", "bü", "²"])
def test_an_invalid_packet_is_an_error(payload: str) -> None:
    with pytest.raises(InvalidPacketError):
        decode_payload(payload)


def test_the_error_has_the_format_and_the_received_text() -> None:
    with pytest.raises(InvalidPacketError) as caught:
        decode_frame("abc")
    assert str(caught.value) == (
        "expected an Engine.IO packet: a type from 0 to 6 followed by data, or (over "
        "long-polling) \"b\" followed by base64; got 'abc'"
    )
