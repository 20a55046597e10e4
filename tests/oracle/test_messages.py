"""SND-2, SND-5, RCV-2, RCV-3 and CFG-3 of messages, on timelines written by hand."""

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_RECEIVE, ON_START, SEND, START, Recorded

SENDER = {"type": SEND, "Event Name": "news", "Message": "usual"}


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def sending(*connections: str, **nodes: dict[str, str]) -> Recorded:
    timeline = Recorded(*connections, sender=SENDER, **nodes)
    return timeline.into(START).established().pulsed(ON_START)


def test_what_is_sent_arrives() -> None:
    timeline = sending().into("sender").received("news", "usual")
    assert broken(timeline.into("sender", Message="other").received("news", "other")) == []


@pytest.mark.parametrize(
    ("event", "arguments", "namespace"),
    [
        ("News", ("usual",), "/"),
        ("news", ("Usual",), "/"),
        ("news", ("usual", "more"), "/"),
        ("news", (), "/"),
        ("news", ({"a": 1},), "/"),
        ("news", ("usual",), "/chat"),
    ],
)
def test_what_arrives_is_exactly_what_was_sent(
    event: str, arguments: tuple[object, ...], namespace: str
) -> None:
    timeline = sending().into("sender").received(event, *arguments, namespace=namespace)
    assert broken(timeline) == ["SND-2"]


def test_what_arrives_arrives_once() -> None:
    timeline = sending().into("sender").received("news", "usual").received("news", "usual")
    assert broken(timeline) == ["SND-2"]


def test_nothing_arrives_that_was_not_sent() -> None:
    assert broken(sending().received("news", "usual")) == ["SND-2"]


def test_equal_messages_are_sent_each() -> None:
    timeline = sending().into("sender").into("sender")
    assert broken(timeline.received("news", "usual").received("news", "usual")) == []


def test_a_linked_sender_may_send_whenever_the_link_brings_a_pulse() -> None:
    timeline = sending().link(ON_START, "sender").received("news", "usual")
    assert broken(timeline) == []
    assert broken(timeline.received("news", "made up")) == ["SND-2"]


def test_an_input_that_a_data_connection_feeds_may_bring_any_value() -> None:
    timeline = sending().link(START, "sender", output="Text", into="Message")
    assert broken(timeline.into("sender").received("news", "anything")) == []


def test_what_is_sent_over_one_connection_does_not_arrive_over_another() -> None:
    timeline = sending("main", "other").into("sender").received("news", "usual", server="other")
    assert broken(timeline) == ["CFG-3"]


def test_a_later_message_does_not_overtake_an_earlier_one() -> None:
    timeline = sending().into("sender", Message="1").into("sender", Message="2")
    assert broken(timeline.received("news", "2").received("news", "1")) == ["SND-5"]


def test_what_was_sent_before_the_connection_was_established_may_be_lost() -> None:
    timeline = Recorded(sender=SENDER).into("sender", Message="1")
    timeline.into(START).established().pulsed(ON_START)
    assert broken(timeline.into("sender", Message="2").received("news", "2")) == []


RECEIVER = {"type": ON_RECEIVE}


def receiving() -> Recorded:
    timeline = Recorded(receiver=RECEIVER).into(START).established().pulsed(ON_START)
    return timeline.sent("news", "hello", namespace="/chat")


def given(namespace: str = "/chat", event: str = "news", message: str = "hello") -> dict[str, str]:
    return {"Namespace": namespace, "Trigger_Name": event, "Message": message}


def test_on_receive_gives_what_the_server_sent() -> None:
    assert broken(receiving().pulsed("receiver", **given())) == []


@pytest.mark.parametrize(
    "values", [given(namespace="/"), given(event="chat"), given(message="Hello")]
)
def test_on_receive_gives_exactly_what_the_server_sent(values: dict[str, str]) -> None:
    assert broken(receiving().pulsed("receiver", **values)) == ["RCV-2"]


def test_an_event_executes_on_receive_once() -> None:
    timeline = receiving().pulsed("receiver", **given()).pulsed("receiver", **given())
    assert broken(timeline) == ["RCV-3"]


@pytest.mark.parametrize("payload", [({"a": 1},), (1,), (None,), ("a", "b"), ()])
def test_any_message_will_do_for_what_is_not_one_text(payload: tuple[object, ...]) -> None:
    timeline = Recorded(receiver=RECEIVER).into(START).established().pulsed(ON_START)
    timeline.sent("news", *payload).pulsed("receiver", **given("/", message="whatever"))
    assert broken(timeline) == []
