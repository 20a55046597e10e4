"""The Socket.IO session: messages in, meanings out."""

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


def test_a_client_without_auth_has_an_empty_one() -> None:
    assert session().receive("0") == ConnectRequested("/", {})


def test_acceptance_gives_the_session_id() -> None:
    asking = session()
    asking.receive("0")
    assert asking.accept("/", "id") == ('0{"sid":"id"}',)
    assert asking.standing("/") is Standing.INSIDE


def test_refusal_gives_the_message_and_the_data() -> None:
    assert session().refuse("/a", "no", {"code": 1}) == ('4/a,{"message":"no","data":{"code":1}}',)


def test_refusal_without_data_says_nothing_of_data() -> None:
    assert session().refuse("/", "no") == ('4{"message":"no"}',)


def test_a_client_that_was_refused_may_ask_again() -> None:
    asking = session()
    asking.receive("0")
    asking.refuse("/", "no")
    assert asking.receive("0") == ConnectRequested("/", {})


def test_an_event_comes_with_its_arguments_and_the_id_it_wants_acknowledged() -> None:
    assert inside("/").receive('27["foo",1,{"a":null}]') == EventReceived(
        "/", "foo", (1, {"a": None}), 7
    )


def test_an_acknowledgement_means_nothing() -> None:
    assert inside("/").receive("31[]") is None


def test_leaving_tells_whether_the_client_is_in_another_namespace() -> None:
    joined = inside("/", "/a")
    assert joined.receive("1/a,") == NamespaceLeft("/a", is_last=False)
    assert joined.receive("1") == NamespaceLeft("/", is_last=True)


def test_a_client_may_take_its_request_back() -> None:
    asking = session()
    asking.receive("0")
    assert asking.receive("1") == NamespaceLeft("/", is_last=True)


@pytest.mark.parametrize("message", ['2["foo"]', "31[]", "1", '2/a,["foo"]', '4{"message":"no"}'])
def test_nothing_may_come_before_the_namespace_was_asked_for(message: str) -> None:
    with pytest.raises(UnexpectedPacketError):
        session().receive(message)


def test_a_namespace_is_asked_for_once() -> None:
    with pytest.raises(UnexpectedPacketError) as caught:
        inside("/").receive("0")
    assert str(caught.value) == "CONNECT came for the namespace '/', whose state is INSIDE"


def test_an_event_may_not_come_before_the_answer() -> None:
    asking = session()
    asking.receive("0")
    with pytest.raises(UnexpectedPacketError):
        asking.receive('2["foo"]')


def test_what_is_no_packet_is_an_error() -> None:
    with pytest.raises(InvalidPacketError):
        session().receive("abc")


def test_a_client_has_so_long_to_ask_for_a_namespace() -> None:
    asking = session()
    assert asking.deadline == START + 45.0
    asking.receive("0")
    assert asking.deadline is None


def test_a_client_that_was_refused_has_no_longer_than_the_others() -> None:
    asking = session()
    asking.receive("0")
    asking.refuse("/", "no")
    assert asking.deadline == START + 45.0


def test_a_client_that_was_inside_has_no_deadline_any_more() -> None:
    joined = inside("/")
    joined.receive("1")
    assert joined.deadline is None


def test_the_server_puts_a_client_out() -> None:
    joined = inside("/a")
    assert joined.leave("/a") == ("1/a,",)
    assert joined.standing("/a") is Standing.OUTSIDE


def test_events_and_acknowledgements_go_out_with_their_namespace() -> None:
    joined = inside("/a")
    assert joined.emit("/a", "foo", (1,)) == ('2/a,["foo",1]',)
    assert joined.acknowledge("/a", 3, ()) == ("3/a,3[]",)
