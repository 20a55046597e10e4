"""The execution of nodes and their outputs: NOD-2, NOD-3, NOD-6, NOD-8 and NOD-9."""

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_START, ON_STOP, SEND, START, STOP, Recorded

SENDER = {"type": SEND, "Event Name": "news", "Message": "usual"}


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def started(**nodes: dict[str, object]) -> Recorded:
    timeline = Recorded(sender={**SENDER}, second={**SENDER}, **nodes)
    return timeline.into(START).pulsed(START).established().pulsed(ON_START)


def set_attribute(timeline: Recorded, node: str, name: str, value: object) -> Recorded:
    project = timeline.entries[0].details["params"]["project"]
    for each in project["logic"]["Project"]["nodes"]:
        if each["id"] == node:
            each["attributes"][name] = value
    return timeline


def test_a_node_pulses_after_a_pulse_into_it() -> None:
    timeline = started().into("sender").pulsed("sender").received("news", "usual")
    assert broken(timeline.later()) == []


def test_a_node_pulses_once_for_a_pulse_into_it() -> None:
    timeline = started().into("sender").pulsed("sender").pulsed("sender")
    (found,) = violations(timeline.received("news", "usual").entries)
    assert (found.requirement, found.expected, found.seen) == (
        "SND-4",
        '"sender" pulses once for each pulse that reaches it',
        "it pulsed once more, at 0.8000 s",
    )


def test_a_node_that_is_reached_by_no_pulse_does_not_pulse() -> None:
    (found,) = violations(started().pulsed("sender").entries)
    assert (found.requirement, found.expected) == (
        "NOD-9",
        '"sender" pulses only if a pulse reaches it',
    )


def test_a_value_alone_does_not_execute_a_node() -> None:
    timeline = started().link(ON_START, "sender", output="Text", into="Message")
    assert broken(timeline.pulsed("sender")) == ["NOD-6"]


def test_the_node_before_pulses_first() -> None:
    timeline = started().link("sender", "second").into("sender")
    (found,) = violations(timeline.pulsed("second").pulsed("sender").entries)
    assert (found.requirement, found.seen) == (
        "NOD-8",
        'it pulsed at 0.7000 s, and "sender" pulsed only at 0.8000 s',
    )
    timeline = started().link("sender", "second").into("sender")
    assert broken(timeline.pulsed("sender").pulsed("second")) == []


def test_a_node_that_passes_a_pulse_on_says_so() -> None:
    timeline = started().link("sender", "second").into("sender").pulsed("second")
    assert broken(timeline) == ["SND-4"]


def test_a_pulse_reaches_the_next_node() -> None:
    timeline = started().link(ON_START, "sender")
    assert broken(timeline) == []
    assert broken(timeline.later()) == ["NOD-8"]


def test_one_of_two_links_of_an_output_may_have_been_refused() -> None:
    timeline = started().link(ON_START, "sender").link(ON_START, "second")
    assert broken(timeline.later()) == []


def test_a_node_that_has_finished_pulses() -> None:
    timeline = started().into("sender").received("news", "usual")
    assert broken(timeline) == []
    assert broken(timeline.later()) == ["SND-4"]


def test_a_node_that_finds_nothing_open_may_report_an_error_instead() -> None:
    timeline = started().terminated().pulsed("On Socket.IO Stop").into("sender").later()
    assert broken(timeline) == []


def test_an_error_that_replaced_an_earlier_pulse_leaves_no_pulse_missing() -> None:
    timeline = Recorded(sender={**SENDER}).into("sender")
    timeline.append("node", "runtime error", node="sender", type=SEND, message="not established")
    timeline.into(START).pulsed(START).established().pulsed(ON_START)
    timeline.into("sender").pulsed("sender").received("news", "usual")
    assert broken(timeline.later()) == []


def test_a_start_without_effect_may_report_an_error_instead() -> None:
    assert broken(started().into(START).later()) == []


def test_a_node_may_wait_for_a_server_that_holds_the_disconnect() -> None:
    timeline = started().begins("hold disconnects").into(STOP).leaves().later()
    assert broken(timeline) == []


@pytest.mark.parametrize("node", ["sender", ON_START])
def test_nodes_after_a_disabled_one_are_not_executed(node: str) -> None:
    timeline = set_attribute(Recorded(sender={**SENDER}, second={**SENDER}), node, "Enabled", False)
    timeline.link(node, "second").into(START).pulsed(START).established()
    if node == "sender":
        timeline.pulsed(ON_START).into("sender")
    assert broken(timeline.later()) == []
    (found,) = violations(timeline.pulsed("second").entries)
    assert (found.requirement, found.expected) == (
        "NOD-2",
        f'"second" is not executed, because "{node}", which leads to it, has Enabled off',
    )


def passing() -> Recorded:
    timeline = set_attribute(started(), "sender", "Pulse Pass Through", True)
    return timeline.link("sender", "second").into("sender")


def test_nodes_after_one_that_pulses_pass_through_are_executed() -> None:
    assert broken(passing()) == []
    assert broken(passing().pulsed("second").received("news", "usual").later()) == []
    assert broken(passing().later()) == ["NOD-3"]


def test_a_node_that_pulses_pass_through_may_say_so() -> None:
    timeline = passing().pulsed("sender").pulsed("second").received("news", "usual")
    assert broken(timeline) == []


def test_links_in_a_circle_are_followed_once() -> None:
    timeline = set_attribute(started(), "sender", "Pulse Pass Through", True)
    set_attribute(timeline, "second", "Pulse Pass Through", True)
    timeline.link("sender", "second").link("second", "sender").into("sender")
    assert broken(timeline.later()) == []


def test_another_server_that_holds_a_disconnect_keeps_no_node_back() -> None:
    timeline = Recorded("main", "other").begins("hold disconnects", "other").into(START)
    assert broken(timeline.established().pulsed(ON_START).later()) == ["STO-13"]


def stopped(**nodes: dict[str, object]) -> Recorded:
    """Return a timeline on which On Stop leads to "sender", up to the client's goodbye."""
    timeline = started(**nodes).link(ON_STOP, "sender")
    return timeline.into(STOP).pulsed(STOP).leaves()


def test_a_node_on_the_branch_of_on_stop_that_finds_the_connection_open() -> None:
    timeline = stopped().pulsed("sender").terminated().pulsed(ON_STOP)
    assert broken(timeline) == ["STO-6"]


def test_a_node_that_pulses_before_on_stop_once_the_connection_is_gone() -> None:
    timeline = stopped().terminated().pulsed("sender").pulsed(ON_STOP)
    assert broken(timeline) == ["NOD-8"]


def test_a_pulse_that_was_not_reported_before_a_node_that_it_passes_through() -> None:
    timeline = Recorded("main", sender={**SENDER}, passed={**SENDER, "Pulse Pass Through": True})
    timeline.link(START, "passed").link("passed", "sender").into(START).established()
    timeline.pulsed(ON_START).pulsed("sender").received("news", "usual")
    assert broken(timeline) == ["STA-3"]
