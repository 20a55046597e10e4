import pytest

from harness.mock_server.socket_session import (
    Acknowledged,
    Invalid,
    Left,
    Received,
    Requested,
    SocketSession,
)


@pytest.fixture
def joined() -> SocketSession:
    session = SocketSession()
    session.joined["/"] = "sid"
    return session


def test_a_request_for_a_namespace_carries_the_auth() -> None:
    assert SocketSession().receive('0/chat,{"token":1}') == Requested("/chat", {"token": 1})


def test_a_request_without_auth_carries_an_empty_one() -> None:
    assert SocketSession().receive("0") == Requested("/", {})


def test_an_event_carries_its_arguments_and_the_id_of_its_acknowledgement(
    joined: SocketSession,
) -> None:
    assert joined.receive('27["hey",1,"b"]') == Received("/", "hey", (1, "b"), 7)


def test_an_acknowledgement_carries_its_arguments(joined: SocketSession) -> None:
    assert joined.receive("37[1]") == Acknowledged("/", 7, (1,))


def test_a_client_that_leaves_a_namespace_has_left_it(joined: SocketSession) -> None:
    assert joined.receive("1") == Left("/")
    assert joined.joined == {}


@pytest.mark.parametrize("text", ['2["hey"]', "1", "30[]"])
def test_nothing_but_a_request_comes_before_a_namespace_is_established(text: str) -> None:
    assert isinstance(SocketSession().receive(text), Invalid)


def test_a_second_request_for_a_namespace_is_invalid(joined: SocketSession) -> None:
    assert isinstance(joined.receive("0"), Invalid)


def test_what_is_no_packet_is_invalid(joined: SocketSession) -> None:
    assert joined.receive("nonsense") == Invalid("no packet type: 'n'")
