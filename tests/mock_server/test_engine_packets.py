"""Engine.IO packets, by the examples of the protocol's section "Packet encoding"."""

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
def test_a_frame_is_the_type_and_the_data_or_the_bytes_alone(
    packet: Packet, frame: str | bytes
) -> None:
    assert encode_frame(packet) == frame
    assert decode_frame(frame) == packet


def test_a_payload_has_a_separator_between_packets_and_bytes_in_base64() -> None:
    assert encode_payload([TEXT, BYTES, PING]) == "4hello\x1ebAQIDBA==\x1e2"
    assert decode_payload("4hello\x1ebAQIDBA==\x1e2") == (TEXT, BYTES, PING)


@pytest.mark.parametrize("payload", ["", "abc", "7", "4a\x1e", "b%%%", "bAQ", "bü", "²"])
def test_what_is_no_packet_is_refused(payload: str) -> None:
    with pytest.raises(InvalidPacketError):
        decode_payload(payload)


def test_the_error_says_what_a_packet_is_and_what_came() -> None:
    with pytest.raises(InvalidPacketError) as caught:
        decode_frame("abc")
    assert str(caught.value) == (
        "an Engine.IO packet begins with its type, a digit from 0 to 6, "
        "or over long-polling with b and base64; got 'abc'"
    )
