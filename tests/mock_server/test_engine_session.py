import json

import pytest

from harness.mock_server.engine_packets import EnginePacket, EngineType
from harness.mock_server.engine_session import (
    REACTIONS,
    Deliver,
    End,
    EngineSession,
    Reaction,
    Settings,
)

SETTINGS = Settings(ping_interval=0.3, ping_timeout=0.2, max_payload=1000)
NOW = 100.0


@pytest.fixture
def session() -> EngineSession:
    made = EngineSession("id", SETTINGS, ("websocket",), NOW)
    made.take()
    return made


def test_it_begins_with_the_handshake_in_milliseconds_and_bytes() -> None:
    (packet,) = EngineSession("id", SETTINGS, ("websocket",), NOW).take()
    assert packet.type is EngineType.OPEN
    assert json.loads(packet.data) == {
        "sid": "id",
        "upgrades": ["websocket"],
        "pingInterval": 300,
        "pingTimeout": 200,
        "maxPayload": 1000,
    }


def test_every_type_of_packet_has_a_reaction() -> None:
    assert set(REACTIONS) == set(EngineType)


@pytest.mark.parametrize("kind", EngineType)
def test_a_packet_means_what_the_table_says(session: EngineSession, kind: EngineType) -> None:
    meaning = {
        Reaction.DELIVER: Deliver("x"),
        Reaction.LEAVE: End("transport close"),
        Reaction.REFUSE: End("parse error"),
    }
    received = session.receive(EnginePacket(kind, "x"), NOW)
    assert received == meaning.get(REACTIONS[kind])


def test_a_ping_is_sent_after_the_interval(session: EngineSession) -> None:
    assert session.due == NOW + 0.3
    assert session.tick(NOW + 0.29) is None
    assert session.take() == []
    assert session.tick(session.due) is None
    assert session.take() == [EnginePacket(EngineType.PING)]


def test_a_missing_pong_ends_the_session_after_the_timeout(session: EngineSession) -> None:
    session.tick(NOW + 0.3)
    assert session.due == NOW + 0.5
    assert session.tick(NOW + 0.5) == End("ping timeout")
    assert not session.is_open


def test_a_pong_puts_the_next_ping_off(session: EngineSession) -> None:
    session.tick(NOW + 0.3)
    session.receive(EnginePacket(EngineType.PONG), NOW + 0.4)
    assert session.due == NOW + 0.7


def test_a_session_that_ended_sends_takes_and_ends_nothing(session: EngineSession) -> None:
    session.send("lost")
    assert session.end("forced server close") == End("forced server close")
    session.send("late")
    assert session.take() == []
    assert session.receive(EnginePacket(EngineType.MESSAGE, "x"), NOW) is None
    assert session.tick(NOW + 99) is None
    assert session.end("again") is None
