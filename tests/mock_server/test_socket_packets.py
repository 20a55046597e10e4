"""Socket.IO packets, with the examples of the section "Packet encoding" of the protocol."""

import pytest

from pulsecheck.mock_server.socket_io.packets import (
    MOST_ATTACHMENTS,
    Decoder,
    InvalidPacketError,
    Packet,
    PacketType,
    dump,
    encode,
)

ONE = b"\x01\x02"
TWO = b"\x03\x04"

EXAMPLES: list[tuple[Packet, tuple[str | bytes, ...]]] = [
    (Packet(PacketType.CONNECT), ("0",)),
    (Packet(PacketType.CONNECT, "/admin", {"sid": "o"}), ('0/admin,{"sid":"o"}',)),
    (
        Packet(PacketType.CONNECT_ERROR, "/", {"message": "Not authorized"}),
        ('4{"message":"Not authorized"}',),
    ),
    (Packet(PacketType.EVENT, "/", ["foo"]), ('2["foo"]',)),
    (Packet(PacketType.EVENT, "/admin", ["bar"]), ('2/admin,["bar"]',)),
    (Packet(PacketType.EVENT, "/", ["foo"], 12), ('212["foo"]',)),
    (Packet(PacketType.ACK, "/admin", ["bar"], 13), ('3/admin,13["bar"]',)),
    (
        Packet(PacketType.EVENT, "/", ["baz", ONE]),
        ('51-["baz",{"_placeholder":true,"num":0}]', ONE),
    ),
    (
        Packet(PacketType.EVENT, "/admin", ["baz", ONE, {"deep": [TWO]}]),
        (
            '52-/admin,["baz",{"_placeholder":true,"num":0},'
            '{"deep":[{"_placeholder":true,"num":1}]}]',
            ONE,
            TWO,
        ),
    ),
    (
        Packet(PacketType.ACK, "/", ["bar", ONE], 15),
        ('61-15["bar",{"_placeholder":true,"num":0}]', ONE),
    ),
    (Packet(PacketType.DISCONNECT), ("1",)),
    (Packet(PacketType.DISCONNECT, "/admin"), ("1/admin,",)),
]


def decode(*messages: str | bytes) -> Packet | None:
    decoder = Decoder()
    *incomplete, last = (decoder.feed(message) for message in messages)
    assert incomplete == [None] * len(incomplete)
    return last


@pytest.mark.parametrize(
    ("packet", "messages"), EXAMPLES, ids=[str(messages[0]) for _, messages in EXAMPLES]
)
def test_the_protocols_examples_are_encoded_and_decoded(
    packet: Packet, messages: tuple[str | bytes, ...]
) -> None:
    assert encode(packet) == messages
    assert decode(*messages) == packet


def test_a_namespace_needs_no_comma_at_the_end() -> None:
    assert decode("0/random") == Packet(PacketType.CONNECT, "/random")


def test_a_binary_packet_may_have_no_attachment() -> None:
    assert decode('50-["foo"]') == Packet(PacketType.EVENT, "/", ["foo"])


@pytest.mark.parametrize(
    "text",
    [
        "",
        "abc",
        "7",
        "2",
        "2{}",
        "2[]",
        "2[null]",
        '2["foo"',
        '2["connect"]',
        '2["foo",NaN]',
        'abc["message-with-ack"]',
        '2abc["message-with-ack"]',
        '2²["foo"]',
        '29999999999999999["foo"]',
        "2" + "[" * 100_000,
        '2["foo",' + "[" * 100 + "]" * 101,
        "0[]",
        '0"token"',
        '1{"a":1}',
        "3",
        "3{}",
        "4",
        '5["foo"]',
        '5-["foo"]',
        f'5{MOST_ATTACHMENTS + 1}-["foo"]',
    ],
)
def test_an_invalid_packet_is_an_error(text: str) -> None:
    with pytest.raises(InvalidPacketError):
        decode(text)


def test_an_attachment_without_its_packet_is_an_error() -> None:
    with pytest.raises(InvalidPacketError):
        decode(ONE)


def test_text_instead_of_an_attachment_is_an_error() -> None:
    with pytest.raises(InvalidPacketError):
        decode('51-["foo",{"_placeholder":true,"num":0}]', '2["bar"]')


@pytest.mark.parametrize("number", ["1", "-1", "true", '"0"', "0.0"])
def test_a_placeholder_without_its_attachment_is_an_error(number: str) -> None:
    with pytest.raises(InvalidPacketError):
        decode(f'51-["foo",{{"_placeholder":true,"num":{number}}}]', ONE)


def test_a_decoder_accepts_packets_after_a_binary_packet() -> None:
    decoder = Decoder()
    for _ in range(2):
        assert decoder.feed('51-["foo",{"_placeholder":true,"num":0}]') is None
        assert decoder.feed(ONE) == Packet(PacketType.EVENT, "/", ["foo", ONE])


def test_the_error_has_the_expected_and_the_received_packet() -> None:
    with pytest.raises(InvalidPacketError) as caught:
        decode("2{}")
    assert str(caught.value) == "expected a valid payload for EVENT; got '2{}'"


def test_json_keeps_every_character_and_is_always_utf_8() -> None:
    assert dump(["grüß 😀"]) == '["grüß 😀"]'
    assert dump(["\ud83d"]) == '["\\ud83d"]'
