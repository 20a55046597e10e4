from typing import Any

import pytest

from harness.mock_server.socket_packets import (
    Decoder,
    InvalidSocketPacketError,
    SocketPacket,
    SocketType,
    encode,
)

PACKETS = {
    '0{"sid":"x"}': SocketPacket(SocketType.CONNECT, "/", {"sid": "x"}),
    "0/chat,": SocketPacket(SocketType.CONNECT, "/chat"),
    "1/chat,": SocketPacket(SocketType.DISCONNECT, "/chat"),
    '2["hey",1]': SocketPacket(SocketType.EVENT, "/", ["hey", 1]),
    '2/chat,12["hey"]': SocketPacket(SocketType.EVENT, "/chat", ["hey"], 12),
    "3/chat,12[]": SocketPacket(SocketType.ACK, "/chat", [], 12),
    '4{"message":"no"}': SocketPacket(SocketType.CONNECT_ERROR, "/", {"message": "no"}),
}


@pytest.mark.parametrize(("text", "packet"), PACKETS.items(), ids=PACKETS)
def test_a_packet_is_written_as_the_protocol_says(text: str, packet: SocketPacket) -> None:
    assert encode(packet) == [text]


@pytest.mark.parametrize(("text", "packet"), PACKETS.items(), ids=PACKETS)
def test_a_packet_is_read_as_the_protocol_says(text: str, packet: SocketPacket) -> None:
    assert Decoder().feed(text) == packet


def test_bytes_travel_behind_the_packet() -> None:
    packet = SocketPacket(SocketType.EVENT, "/", ["file", {"data": b"\x01"}, b"\x02"])
    text, *attachments = encode(packet)
    assert text == (
        '52-["file",{"data":{"_placeholder":true,"num":0}},{"_placeholder":true,"num":1}]'
    )
    assert attachments == [b"\x01", b"\x02"]
    decoder = Decoder()
    assert [decoder.feed(part) for part in (text, *attachments)] == [None, None, packet]


def test_a_binary_acknowledgement_has_its_own_type() -> None:
    packet = SocketPacket(SocketType.ACK, "/", [b"\x01"], 3)
    assert encode(packet) == ['61-3[{"_placeholder":true,"num":0}]', b"\x01"]


def test_a_query_behind_a_namespace_is_not_part_of_it() -> None:
    packet = Decoder().feed("0/chat?token=1,")
    assert packet is not None
    assert packet.namespace == "/chat"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9",
        "x",
        "2",
        "2{}",
        "2[]",
        "2[{}]",
        '2["a"',
        "3[]",
        "3x[]",
        "0[]",
        '1["a"]',
        '5["a"]',
        '21-["a"]',
        '5101-["a"]',
        "4",
    ],
)
def test_anything_else_is_invalid(text: str) -> None:
    with pytest.raises(InvalidSocketPacketError):
        Decoder().feed(text)


def test_an_attachment_that_nobody_announced_is_invalid() -> None:
    with pytest.raises(InvalidSocketPacketError, match="an attachment without a packet"):
        Decoder().feed(b"\x01")


def test_text_in_place_of_an_attachment_is_invalid() -> None:
    decoder = Decoder()
    decoder.feed('51-["a",{"_placeholder":true,"num":0}]')
    with pytest.raises(InvalidSocketPacketError, match="text instead of an attachment"):
        decoder.feed('2["a"]')


@pytest.mark.parametrize("number", [1, -1, "null", '"0"'])
def test_a_placeholder_without_its_attachment_is_invalid(number: Any) -> None:
    decoder = Decoder()
    decoder.feed(f'51-["a",{{"_placeholder":true,"num":{number}}}]')
    with pytest.raises(InvalidSocketPacketError, match="a placeholder without its attachment"):
        decoder.feed(b"\x01")
