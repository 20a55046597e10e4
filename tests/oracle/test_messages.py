"""SND-2, SND-5, RCV-2, RCV-3 and CFG-3 for messages, on timelines written by hand."""

from typing import Any

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_RECEIVE, ON_START, ON_STOP, SEND, START, STOP, Recorded

SENDER = {"type": SEND, "Event Name": "news", "Message": "usual"}


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def sending(*connections: str, **nodes: dict[str, str]) -> Recorded:
    timeline = Recorded(*connections, sender=SENDER, **nodes)
    return timeline.into(START).pulsed(START).established().pulsed(ON_START)


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
    ],
)
def test_what_arrives_is_exactly_what_was_sent(
    event: str, arguments: tuple[object, ...], namespace: str
) -> None:
    timeline = sending().into("sender").received(event, *arguments, namespace=namespace)
    assert broken(timeline) == ["SND-2"]


def test_without_a_namespace_it_arrives_in_the_main_one() -> None:
    timeline = sending().into("sender").received("news", "usual", namespace="/chat")
    assert broken(timeline) == ["SND-3"]


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


def test_one_server_of_two_connections_receives_what_either_sends() -> None:
    timeline = sharing().into("sender").received("news", "usual")
    assert broken(timeline.into("second").received("news", "more")) == []


def test_one_server_of_two_connections_receives_no_changed_message() -> None:
    timeline = sharing().into("sender").received("news", "")
    (found,) = violations(timeline.entries)
    assert (found.requirement, found.expected) == (
        "SND-2",
        'the server of "main" receives "news" in "/" with \'usual\'',
    )


def test_what_one_server_of_two_connections_receives_twice_is_left_to_scenarios() -> None:
    timeline = sharing().into("sender").received("news", "usual").received("news", "usual")
    assert broken(timeline.into("sender").received("news", "usual")) == []


def sharing() -> Recorded:
    """Return a timeline on which the connections "main" and "other" have the same server."""
    second = {**SENDER, "Message": "more", "Configuration": "other"}
    return sending("main", "other", second=second).sharing_a_server()


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


@pytest.mark.parametrize("message", ["", "ä", "a\tb", " a", "long" * 1000])
def test_a_text_is_given_unchanged_whatever_it_is(message: str) -> None:
    timeline = Recorded(receiver=RECEIVER).into(START).established().pulsed(ON_START)
    timeline.sent("news", message, namespace="/chat")
    assert broken(timeline.pulsed("receiver", **given(message="changed"))) == ["RCV-2"]


# --- missing messages -----------------------------------------------------------------------


def test_what_is_sent_on_an_open_connection_arrives_within_the_patience() -> None:
    timeline = sending().into("sender").pulsed("sender")
    assert broken(timeline) == []
    (found,) = violations(timeline.later().entries)
    assert (found.requirement, found.expected) == (
        "SND-2",
        """the server of "main" receives "news" in "/" with 'usual'""",
    )


def test_the_second_of_two_equal_messages_arrives_as_well() -> None:
    timeline = sending().into("sender").pulsed("sender").received("news", "usual")
    timeline.into("sender").pulsed("sender")
    assert broken(timeline.later()) == ["SND-2"]


def test_what_was_sent_before_a_stop_arrives_before_the_client_leaves() -> None:
    timeline = sending().into("sender").pulsed("sender").into(STOP).pulsed(STOP)
    timeline.leaves().terminated().pulsed("On Socket.IO Stop")
    assert broken(timeline.later()) == ["SND-2"]


def test_what_was_sent_between_two_stops_may_be_lost() -> None:
    timeline = sending().into(STOP).pulsed(STOP).into("sender").into(STOP).pulsed(STOP)
    assert broken(timeline.leaves().terminated().pulsed(ON_STOP).later()) == []


def test_what_was_sent_before_the_connection_was_lost_may_be_lost() -> None:
    timeline = sending().into("sender").pulsed("sender").terminated()
    assert broken(timeline.pulsed("On Socket.IO Stop").later()) == []


@pytest.mark.parametrize("fault", ["go silent", "refuse connection", "withhold connect answer"])
def test_a_fault_of_the_server_may_keep_a_message_back(fault: str) -> None:
    timeline = sending().begins(fault).into("sender").pulsed("sender")
    assert broken(timeline.later()) == []


def test_a_send_that_was_refused_sends_nothing() -> None:
    assert broken(sending().into("sender").answered(ok=False).later()) == []


@pytest.mark.parametrize("message", ["", "ä", "a\0b", "long" * 1000])
def test_a_message_that_is_changed_breaks_the_requirement_about_such_messages(
    message: str,
) -> None:
    timeline = sending().into("sender", Message=message).received("news", "changed")
    assert broken(timeline) == ["SND-5"]


@pytest.mark.parametrize("message", ["usual", " a\tb ", '{"a": 1}', "42"])
def test_a_usual_message_arrives_unchanged(message: str) -> None:
    timeline = sending().into("sender", Message=message).received("news", "changed")
    assert broken(timeline) == ["SND-2"]


def test_a_node_that_does_not_execute_sends_nothing() -> None:
    disabled = {"type": SEND, "Event Name": "news", "Enabled": False}
    timeline = Recorded(disabled=disabled).into(START).established().into("disabled")
    assert broken(timeline.received("news", "")) == ["NOD-2"]
    passed = {"type": SEND, "Event Name": "news", "Pulse Pass Through": True}
    timeline = Recorded(passed=passed).into(START).established().into("passed")
    assert broken(timeline.received("news", "")) == ["NOD-3"]


def test_a_node_that_is_fed_takes_its_other_inputs_from_its_attributes() -> None:
    timeline = sending().link(START, "sender", output="Text", into="Event Name")
    assert broken(timeline.into("sender").received("any", "changed")) == ["NOD-7"]


def test_of_two_equal_messages_the_one_that_may_be_lost_is_the_one_that_is_missing() -> None:
    timeline = Recorded(sender=SENDER).into("sender").into(START).pulsed(START)
    timeline.established().pulsed(ON_START).into("sender").into("sender", Message="later")
    assert broken(timeline.received("news", "usual").received("news", "later")) == []


def test_what_arrives_changed_is_not_missing_as_well() -> None:
    timeline = sending().into("sender").pulsed("sender").received("other", "usual")
    assert broken(timeline.later()) == ["SND-2"]


# --- subscriptions --------------------------------------------------------------------------


def subscribing(**nodes: dict[str, Any]) -> Recorded:
    event = {"Event Name": "news", "Namespace": "/chat"}
    timeline = Recorded(
        receiver={**RECEIVER},
        subscribe={"type": "Socket.IO Subscribe", **event},
        unsubscribe={"type": "Socket.IO Unsubscribe", **event},
        elsewhere={"type": "Socket.IO Unsubscribe", "Event Name": "news"},
        **nodes,
    )
    return timeline.into(START).pulsed(START).established().pulsed(ON_START)


def subscribed(**nodes: dict[str, Any]) -> Recorded:
    return subscribing(**nodes).into("subscribe").pulsed("subscribe")


def test_an_event_that_was_subscribed_to_executes_on_receive_within_the_patience() -> None:
    timeline = subscribed().sent("news", "hello", namespace="/chat")
    assert broken(timeline) == []
    (found,) = violations(timeline.later().entries)
    assert (found.requirement, found.expected) == (
        "SUB-2",
        'an "On Socket.IO Receive" of "main" pulses for each subscribed event',
    )
    assert broken(timeline.pulsed("receiver", **given()).later()) == []


def test_an_event_that_nobody_subscribed_to_may_execute_on_receive() -> None:
    assert broken(subscribing().sent("news", "hello", namespace="/chat").later()) == []
    timeline = subscribed().sent("news", "hello").sent("other", "hello", namespace="/chat")
    assert broken(timeline.later()) == []
    timeline = subscribed().sent("other", "hello", namespace="/chat")
    assert broken(timeline.pulsed("receiver", **given(event="other")).later()) == []


def test_an_event_sent_before_subscribe_has_finished_may_be_missed() -> None:
    timeline = subscribing().into("subscribe").sent("news", "hello", namespace="/chat")
    assert broken(timeline.pulsed("subscribe").later()) == []


def test_each_event_executes_on_receive() -> None:
    timeline = subscribed().sent("news", "hello", namespace="/chat").pulsed("receiver", **given())
    assert broken(timeline.sent("news", "hello", namespace="/chat").later()) == ["RCV-2"]


def test_a_payload_of_any_kind_executes_on_receive() -> None:
    assert broken(subscribed().sent("news", 1, namespace="/chat").later()) == ["RCV-2"]


def test_an_event_that_a_later_one_overtakes_is_missing_at_once() -> None:
    timeline = subscribed().sent("news", "1", namespace="/chat")
    timeline.sent("news", "2", namespace="/chat").pulsed("receiver", **given(message="2"))
    assert broken(timeline) == ["RCV-2"]


def test_one_event_of_a_burst_is_missing() -> None:
    timeline = subscribed()
    for number in range(100):
        timeline.sent("news", str(number), namespace="/chat")
    for number in range(99):
        timeline.pulsed("receiver", **given(message=str(number)))
    assert broken(timeline.later()) == ["RCV-3"]


def test_an_event_that_is_given_wrong_is_not_missing_as_well() -> None:
    timeline = subscribed().sent("news", "hello", namespace="/chat")
    assert broken(timeline.pulsed("receiver", **given(message="?")).later()) == ["RCV-2"]


def test_an_event_of_an_unusual_name_executes_on_receive() -> None:
    names = {"Event Name": "__proto__", "Namespace": "/"}
    timeline = subscribing(odd={"type": "Socket.IO Subscribe", **names}).into("odd").pulsed("odd")
    assert broken(timeline.sent("__proto__", "hello").later()) == ["RCV-2"]


def test_an_event_sent_right_before_the_end_may_be_missed() -> None:
    timeline = subscribed().sent("news", "hello", namespace="/chat").into(STOP).pulsed(STOP)
    timeline.leaves().terminated().pulsed("On Socket.IO Stop")
    assert broken(timeline.later()) == []


def test_the_receiver_of_another_connection_or_a_disabled_one_does_not_count() -> None:
    timeline = subscribed(other={**RECEIVER, "Enabled": False})
    timeline.sent("news", "hello", namespace="/chat").pulsed("receiver", **given())
    assert broken(timeline.later()) == []


def test_each_receiver_executes() -> None:
    timeline = subscribed(other={**RECEIVER}).sent("news", "hello", namespace="/chat")
    assert broken(timeline.pulsed("receiver", **given()).later()) == ["CFG-3"]


def test_nothing_executes_for_an_event_that_was_unsubscribed_from() -> None:
    timeline = subscribed().into("unsubscribe").pulsed("unsubscribe")
    timeline.sent("news", "hello", namespace="/chat")
    assert broken(timeline.later()) == []
    assert broken(timeline.pulsed("receiver", **given())) == ["SUB-4"]


def test_a_runtime_may_forget_at_a_restart_what_was_unsubscribed_from() -> None:
    timeline = subscribed().into("unsubscribe").pulsed("unsubscribe").into(STOP).pulsed(STOP)
    timeline.leaves().terminated().pulsed(ON_STOP).into(START).pulsed(START)
    timeline.established(connection=2).pulsed(ON_START)
    timeline.sent("news", "hello", namespace="/chat", connection=2)
    assert broken(timeline.pulsed("receiver", **given())) == []


def test_a_message_that_is_lost_beside_the_fault_of_another_server_breaks_its_own_row() -> None:
    timeline = sending("main", "other").begins("hold disconnects", "other")
    assert broken(timeline.into("sender").pulsed("sender").later()) == ["SND-2"]


def test_one_unsubscribe_ends_two_subscriptions() -> None:
    timeline = subscribed().into("subscribe").pulsed("subscribe")
    timeline.into("unsubscribe").pulsed("unsubscribe").sent("news", "hello", namespace="/chat")
    assert broken(timeline.pulsed("receiver", **given())) == ["SUB-4"]


def test_a_subscription_from_before_the_start_need_not_count() -> None:
    timeline = subscribing().into("subscribe").pulsed("subscribe")
    assert broken(timeline.sent("news", "hello", namespace="/chat").later()) == ["SUB-2"]
    timeline = subscribing().into("subscribe").pulsed("subscribe").leaves().terminated()
    timeline.pulsed(ON_STOP).into(START).pulsed(START).established(connection=2).pulsed(ON_START)
    timeline.sent("news", "hello", namespace="/chat", connection=2)
    assert broken(timeline.later()) == []


def test_an_event_can_be_subscribed_to_again() -> None:
    timeline = subscribed().into("unsubscribe").pulsed("unsubscribe")
    timeline.into("subscribe").pulsed("subscribe").sent("news", "hello", namespace="/chat")
    assert broken(timeline) == []
    assert broken(timeline.later()) == ["SUB-4"]


def test_other_subscriptions_stay() -> None:
    timeline = subscribed(subscribe_elsewhere={"type": "Socket.IO Subscribe", "Event Name": "news"})
    timeline.into("subscribe_elsewhere").pulsed("subscribe_elsewhere")
    timeline.into("elsewhere").pulsed("elsewhere")
    assert broken(timeline.sent("news", "hello", namespace="/chat").later()) == ["SUB-3"]


@pytest.mark.parametrize("node", ["elsewhere", "unsubscribe"])
def test_unsubscribing_without_a_subscription_ends_nothing(node: str) -> None:
    timeline = subscribing().into(node).pulsed(node).into("subscribe").pulsed("subscribe")
    assert broken(timeline.sent("news", "hello", namespace="/chat").later()) == ["SUB-7"]


def test_an_event_that_arrives_twice_is_not_what_another_node_was_to_send() -> None:
    nodes = {name: {"type": SEND, "Event Name": name} for name in ("first", "second")}
    timeline = Recorded(**nodes).into(START).pulsed(START).established().pulsed(ON_START)
    timeline.into("first", Message="x").pulsed("first").received("first", "x")
    timeline.into("second", Message="y").pulsed("second").received("first", "x")
    found = [each for each in violations(timeline.entries) if "receives" in each.expected]
    assert '"first" in "/" with' in found[0].expected
