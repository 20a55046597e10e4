"""The Engine.IO session, without I/O."""

import json

import pytest

from pulsecheck.mock_server.engine_io.packets import Packet, PacketType
from pulsecheck.mock_server.engine_io.session import (
    AnswerPoll,
    Closed,
    CloseWebSocket,
    Deliver,
    DropProbe,
    SendFrames,
    SendProbe,
    Session,
    Settings,
    State,
    Upgraded,
)

SETTINGS = Settings(ping_interval=25.0, ping_timeout=20.0, max_payload=1000)
START = 100.0
CLOSE = Packet(PacketType.CLOSE)
NOOP = Packet(PacketType.NOOP)
PING = Packet(PacketType.PING)
PONG = Packet(PacketType.PONG)
HELLO = Packet(PacketType.MESSAGE, "hello")
PROBE = Packet(PacketType.PING, "probe")
UPGRADE = Packet(PacketType.UPGRADE)


def opened(transport: str = "polling") -> Session:
    session = Session("id", transport, SETTINGS, START)
    session.open()
    return session


# --- handshake ------------------------------------------------------------------------------


def test_a_polling_handshake_offers_the_upgrade_and_has_times_in_milliseconds() -> None:
    (answer,) = Session("id", "polling", Settings(0.3, 0.2, 1000), START).open()
    assert isinstance(answer, AnswerPoll)
    (packet,) = answer.packets
    assert packet.type is PacketType.OPEN
    assert json.loads(packet.data) == {
        "sid": "id",
        "upgrades": ["websocket"],
        "pingInterval": 300,
        "pingTimeout": 200,
        "maxPayload": 1000,
    }


def test_a_websocket_handshake_offers_no_upgrade() -> None:
    (sent,) = Session("id", "websocket", SETTINGS, START).open()
    assert isinstance(sent, SendFrames)
    assert json.loads(sent.packets[0].data)["upgrades"] == []


# --- messages -------------------------------------------------------------------------------


@pytest.mark.parametrize("message", ["hello", b"\x01"])
def test_a_message_is_delivered(message: str | bytes) -> None:
    packet = Packet(PacketType.MESSAGE, message)
    assert opened().receive(packet, START) == [Deliver(message)]


def test_sent_packets_wait_for_the_next_get_and_keep_their_order() -> None:
    session = opened()
    assert session.send(HELLO) == []
    assert session.send(PING) == []
    assert session.begin_poll() == [AnswerPoll((HELLO, PING))]


def test_a_sent_packet_answers_a_pending_get() -> None:
    session = opened()
    assert session.begin_poll() == []
    assert session.send(HELLO) == [AnswerPoll((HELLO,))]


def test_over_websocket_a_packet_is_sent_at_once() -> None:
    assert opened("websocket").send(HELLO) == [SendFrames((HELLO,))]


@pytest.mark.parametrize("kind", [PacketType.OPEN, PacketType.UPGRADE, PacketType.NOOP])
def test_a_packet_of_an_unused_type_is_ignored(kind: PacketType) -> None:
    session = opened()
    assert session.receive(Packet(kind), START) == []
    assert session.state is State.OPEN


# --- two requests at once -------------------------------------------------------------------


def test_a_second_get_ends_the_session_and_answers_the_first() -> None:
    session = opened()
    session.begin_poll()
    assert session.begin_poll() == [AnswerPoll((CLOSE,)), Closed("transport error")]


def test_a_second_post_ends_the_session() -> None:
    session = opened()
    assert session.begin_post() == []
    assert session.begin_post() == [Closed("transport error")]


def test_a_post_may_follow_a_post() -> None:
    session = opened()
    session.begin_post()
    session.end_post()
    assert session.begin_post() == []


# --- heartbeat ------------------------------------------------------------------------------


def test_a_ping_is_due_after_the_interval_and_not_before() -> None:
    session = opened("websocket")
    assert session.deadline == START + 25.0
    assert session.tick(START + 24.9) == []
    assert session.tick(START + 25.0) == [SendFrames((PING,))]


def test_a_pong_starts_the_next_interval() -> None:
    session = opened("websocket")
    session.tick(START + 25.0)
    session.receive(PONG, START + 26.0)
    assert session.deadline == START + 26.0 + 25.0


def test_without_a_pong_the_session_ends_after_the_timeout() -> None:
    session = opened("websocket")
    session.tick(START + 25.1)
    assert session.tick(START + 44.9) == []
    assert session.tick(START + 45.0) == [CloseWebSocket(), Closed("ping timeout")]
    assert session.deadline is None


def test_a_ping_timeout_answers_a_pending_get() -> None:
    session = opened()
    session.tick(START + 25.0)
    session.begin_poll()  # fetches the ping
    session.begin_poll()
    assert session.tick(START + 45.0) == [AnswerPoll((CLOSE,)), Closed("ping timeout")]


def test_after_a_skipped_heartbeat_the_next_one_is_due() -> None:
    session = opened("websocket")
    assert not session.ping_is_due(START + 24.9)
    assert session.ping_is_due(START + 90.0)
    session.skip_ping(START + 90.0)
    assert not session.ping_is_due(START + 90.0)
    assert session.tick(START + 90.0) == []
    assert session.tick(START + 115.0) == [SendFrames((PING,))]
    assert not session.ping_is_due(START + 130.0)


def test_a_ping_from_the_client_ends_the_session() -> None:
    assert opened("websocket").receive(PING, START) == [CloseWebSocket(), Closed("transport error")]


# --- the end --------------------------------------------------------------------------------


def test_a_close_packet_answers_a_pending_get_with_a_noop() -> None:
    session = opened()
    session.begin_poll()
    assert session.receive(CLOSE, START) == [AnswerPoll((NOOP,)), Closed("transport close")]


def test_a_close_packet_over_websocket_is_answered_with_a_close_frame() -> None:
    assert opened("websocket").receive(CLOSE, START) == [
        CloseWebSocket(),
        Closed("transport close"),
    ]


def test_a_session_that_has_ended_returns_no_actions() -> None:
    session = opened()
    session.lose("transport error")
    assert session.lose("parse error") == []
    assert session.send(HELLO) == []
    assert session.receive(HELLO, START) == []
    assert session.tick(START + 1000.0) == []


def test_the_server_closes_a_websocket_at_once() -> None:
    assert opened("websocket").close() == [CloseWebSocket(), Closed("forced close")]


def test_closing_answers_a_pending_get_after_the_waiting_packets() -> None:
    session = opened()
    session.begin_poll()
    assert session.close() == [AnswerPoll((CLOSE,)), Closed("forced close")]


def test_closing_without_a_pending_get_waits_for_the_next() -> None:
    session = opened()
    session.send(HELLO)
    assert session.close() == []
    assert session.send(PING) == []
    assert session.begin_poll() == [AnswerPoll((HELLO, CLOSE)), Closed("forced close")]


def test_the_wait_for_a_get_after_closing_is_limited() -> None:
    session = opened()
    session.close()
    session.receive(PONG, START)
    assert session.deadline == START + 45.0
    assert session.tick(START + 45.0) == [Closed("forced close")]


def test_a_second_close_has_no_effect() -> None:
    session = opened()
    session.close()
    session.tick(START + 25.0)
    assert session.close() == []
    assert session.deadline == START + 45.0


# --- upgrade --------------------------------------------------------------------------------


def probing() -> Session:
    session = opened()
    assert session.begin_probe()
    return session


def test_a_probe_is_answered_and_so_is_the_pending_get() -> None:
    session = opened()
    session.begin_poll()
    session.begin_probe()
    pong = Packet(PacketType.PONG, "probe")
    assert session.receive_probe(PROBE) == [SendProbe(pong), AnswerPoll((NOOP,))]


def test_a_get_during_the_upgrade_is_answered_at_once() -> None:
    session = probing()
    session.receive_probe(PROBE)
    assert session.begin_poll() == [AnswerPoll((NOOP,))]


def test_waiting_packets_are_sent_over_the_websocket_after_the_upgrade() -> None:
    session = probing()
    session.receive_probe(PROBE)
    session.send(HELLO)
    assert session.receive_probe(UPGRADE) == [Upgraded(), SendFrames((HELLO,))]
    assert session.transport == "websocket"


@pytest.mark.parametrize("packet", [UPGRADE, HELLO, PING])
def test_an_invalid_probe_is_dropped_and_the_session_goes_on(
    packet: Packet,
) -> None:
    session = probing()
    assert session.receive_probe(packet) == [DropProbe()]
    assert session.state is State.OPEN
    assert session.begin_probe()


def test_one_websocket_probes_at_a_time() -> None:
    assert not probing().begin_probe()


def test_a_session_is_upgraded_once() -> None:
    session = probing()
    session.receive_probe(PROBE)
    session.receive_probe(UPGRADE)
    assert not session.begin_probe()
    assert not opened("websocket").begin_probe()


def test_the_end_of_a_session_ends_its_probe() -> None:
    session = probing()
    assert session.lose("transport error") == [DropProbe(), Closed("transport error")]


def test_a_closing_session_ends_after_the_upgrade() -> None:
    session = probing()
    session.receive_probe(PROBE)
    session.close()
    assert session.receive_probe(UPGRADE) == [
        Upgraded(),
        CloseWebSocket(),
        Closed("forced close"),
    ]
