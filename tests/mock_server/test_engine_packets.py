import pytest

from harness.mock_server.engine_packets import (
    EnginePacket,
    EngineType,
    InvalidPacketError,
    decode_frame,
    decode_payload,
    encode_frame,
    encode_payload,
)

TEXT = EnginePacket(EngineType.MESSAGE, "hello €")
BINARY = EnginePacket(EngineType.MESSAGE, b"\x01\x02\x03\x04")


def test_a_text_frame_begins_with_the_type() -> None:
    assert encode_frame(TEXT) == "4hello €"


def test_a_binary_frame_is_the_data_alone() -> None:
    assert encode_frame(BINARY) == b"\x01\x02\x03\x04"


@pytest.mark.parametrize("packet", [TEXT, BINARY, EnginePacket(EngineType.PING, "probe")])
def test_a_frame_comes_back_as_the_packet_it_was(packet: EnginePacket) -> None:
    assert decode_frame(encode_frame(packet)) == packet


def test_a_payload_separates_packets_and_encodes_binary_as_base64() -> None:
    assert encode_payload([TEXT, BINARY]) == "4hello €\x1ebAQIDBA=="


def test_a_payload_comes_back_as_the_packets_it_was() -> None:
    assert decode_payload(encode_payload([TEXT, BINARY, TEXT])) == [TEXT, BINARY, TEXT]


@pytest.mark.parametrize("frame", ["", "7", "a", "x4"])
def test_a_frame_without_a_packet_type_is_invalid(frame: str) -> None:
    with pytest.raises(InvalidPacketError):
        decode_frame(frame)


@pytest.mark.parametrize("body", ["", "4a\x1e", "b!!!", "bAQI", "abc"])
def test_a_payload_with_anything_but_packets_is_invalid(body: str) -> None:
    with pytest.raises(InvalidPacketError):
        decode_payload(body)
