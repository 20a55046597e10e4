"""The Socket.IO session, without I/O."""

import pytest

from pulsecheck.mock_server.socket_io.packets import InvalidPacketError
from pulsecheck.mock_server.socket_io.session import (
    ConnectRequested,
    EventReceived,
    NamespaceLeft,
    Session,
    Standing,
    UnexpectedPacketError,
)

START = 100.0


def session() -> Session:
    return Session(connect_timeout=45.0, now=START)


def inside(*namespaces: str) -> Session:
    joined = session()
    for namespace in namespaces:
        joined.receive(f"0{namespace},")
        joined.accept(namespace, "id")
    return joined


def test_a_client_asks_for_a_namespace_with_its_auth() -> None:
    assert session().receive('0/admin,{"token":"123"}') == ConnectRequested(
        "/admin", {"token": "123"}
    )


def test_without_auth_a_request_has_an_empty_one() -> None:
    assert session().receive("0") == ConnectRequested("/", {})


def test_accept_returns_a_packet_with_the_session_id() -> None:
    asking = session()
    asking.receive("0")
    assert asking.accept("/", "id") == ('0{"sid":"id"}',)
    assert asking.standing("/") is Standing.INSIDE


def test_refuse_returns_a_packet_with_message_and_data() -> None:
    assert session().refuse("/a", "no", {"code": 1}) == ('4/a,{"message":"no","data":{"code":1}}',)


def test_refuse_without_data_returns_a_packet_without_data() -> None:
    assert session().refuse("/", "no") == ('4{"message":"no"}',)


def test_a_refused_client_may_ask_again() -> None:
    asking = session()
    asking.receive("0")
    asking.refuse("/", "no")
    assert asking.receive("0") == ConnectRequested("/", {})


def test_an_event_has_its_arguments_and_the_id_of_its_acknowledgement() -> None:
    assert inside("/").receive('27["foo",1,{"a":null}]') == EventReceived(
        "/", "foo", (1, {"a": None}), 7
    )


def test_an_acknowledgement_is_ignored() -> None:
    assert inside("/").receive("31[]") is None


def test_leaving_the_last_namespace_is_marked() -> None:
    joined = inside("/", "/a")
    assert joined.receive("1/a,") == NamespaceLeft("/a", is_last=False)
    assert joined.receive("1") == NamespaceLeft("/", is_last=True)


def test_a_client_may_withdraw_its_request() -> None:
    asking = session()
    asking.receive("0")
    assert asking.receive("1") == NamespaceLeft("/", is_last=True)


@pytest.mark.parametrize("message", ['2["foo"]', "31[]", "1", '2/a,["foo"]', '4{"message":"no"}'])
def test_a_packet_before_the_request_for_its_namespace_is_an_error(message: str) -> None:
    with pytest.raises(UnexpectedPacketError):
        session().receive(message)


def test_a_second_request_for_a_namespace_is_an_error() -> None:
    with pytest.raises(UnexpectedPacketError) as caught:
        inside("/").receive("0")
    assert str(caught.value) == "unexpected CONNECT for the namespace '/', whose state is INSIDE"


def test_an_event_before_the_answer_is_an_error() -> None:
    asking = session()
    asking.receive("0")
    with pytest.raises(UnexpectedPacketError):
        asking.receive('2["foo"]')


def test_an_invalid_packet_is_an_error() -> None:
    with pytest.raises(InvalidPacketError):
        session().receive("abc")


def test_the_deadline_for_a_namespace_is_the_connect_timeout() -> None:
    asking = session()
    assert asking.deadline == START + 45.0
    asking.receive("0")
    assert asking.deadline is None


def test_a_refusal_does_not_extend_the_deadline() -> None:
    asking = session()
    asking.receive("0")
    asking.refuse("/", "no")
    assert asking.deadline == START + 45.0


def test_after_an_acceptance_there_is_no_deadline() -> None:
    joined = inside("/")
    joined.receive("1")
    assert joined.deadline is None


def test_leave_returns_a_disconnect_packet() -> None:
    joined = inside("/a")
    assert joined.leave("/a") == ("1/a,",)
    assert joined.standing("/a") is Standing.OUTSIDE


def test_events_and_acknowledgements_have_their_namespace() -> None:
    joined = inside("/a")
    assert joined.emit("/a", "foo", (1,)) == ('2/a,["foo",1]',)
    assert joined.acknowledge("/a", 3, ()) == ("3/a,3[]",)


def test_each_event_that_asks_for_an_acknowledgement_has_an_id_of_its_own() -> None:
    joined = inside()
    assert joined.emit("/", "news", ["hello"], ack=True) == ('20["news","hello"]',)
    assert joined.emit("/", "news", ["hello"]) == ('2["news","hello"]',)
    assert joined.emit("/", "news", ["hello"], ack=True) == ('21["news","hello"]',)
