"""On Subscribe and On Unsubscribe pulse after a change: SUB-6 and CFG-3."""

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_START, START, Recorded

ON_SUBSCRIBE, ON_UNSUBSCRIBE = "On Socket.IO Subscribe", "On Socket.IO Unsubscribe"


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def started(*connections: str, **nodes: dict[str, object]) -> Recorded:
    timeline = Recorded(
        *connections,
        subscribe={"type": "Socket.IO Subscribe", "Event Name": "news"},
        unsubscribe={"type": "Socket.IO Unsubscribe", "Event Name": "news"},
        subscribed={"type": ON_SUBSCRIBE},
        unsubscribed={"type": ON_UNSUBSCRIBE},
        **nodes,
    )
    return timeline.into(START).pulsed(START).established().pulsed(ON_START)


def executed(timeline: Recorded, node: str, **values: str) -> Recorded:
    return timeline.into(node, **values).pulsed(node)


def test_each_change_is_announced() -> None:
    timeline = executed(started(), "subscribe").pulsed("subscribed", Namespace="/")
    executed(timeline, "unsubscribe").pulsed("unsubscribed", Namespace="/")
    executed(timeline, "subscribe").pulsed("subscribed", Namespace="/")
    assert broken(timeline.later()) == []


def test_a_subscription_that_is_not_announced() -> None:
    (found,) = violations(executed(started(), "subscribe").later().entries)
    assert (found.requirement, found.expected, found.seen) == (
        "SUB-6",
        '"On Socket.IO Subscribe" pulses with Namespace "/" after "news" was subscribed to',
        "it had not pulsed by 11.8000 s",
    )


def test_the_end_of_a_subscription_that_is_not_announced() -> None:
    timeline = executed(started(), "subscribe").pulsed("subscribed", Namespace="/")
    (found,) = violations(executed(timeline, "unsubscribe").later().entries)
    assert (found.requirement, found.expected) == (
        "SUB-6",
        '"On Socket.IO Unsubscribe" pulses with Namespace "/" after "news" was unsubscribed from',
    )


def test_a_second_subscription_that_is_not_announced() -> None:
    timeline = executed(started(), "subscribe").pulsed("subscribed", Namespace="/")
    executed(timeline, "subscribe", Event_Name="sports")
    assert broken(timeline.later()) == ["SUB-6"]


def test_an_announcement_gives_the_namespace() -> None:
    timeline = executed(started(), "subscribe", Namespace="/chat")
    assert broken(timeline.pulsed("subscribed", Namespace="/")) == ["SUB-6"]


def test_what_changes_nothing_may_be_announced_or_not() -> None:
    timeline = executed(started(), "unsubscribe")
    executed(timeline, "subscribe").pulsed("subscribed", Namespace="/")
    executed(timeline, "subscribe")
    assert broken(timeline.later()) == []
    timeline.pulsed("subscribed", Namespace="/").pulsed("unsubscribed", Namespace="/")
    assert broken(timeline) == []


def test_changes_without_an_open_connection_need_no_announcement() -> None:
    timeline = executed(started().leaves().terminated(), "subscribe")
    timeline.pulsed("On Socket.IO Stop")
    assert broken(timeline.later()) == []


def test_an_announcement_without_a_change() -> None:
    (found,) = violations(started().pulsed("subscribed", Namespace="/").entries)
    assert (found.requirement, found.expected, found.seen) == (
        "SUB-6",
        '"subscribed" pulses after a "Socket.IO Subscribe" of "main" was executed, with its '
        "Namespace",
        'it pulsed at 0.6000 s with Namespace "/"',
    )


def test_a_change_of_another_connection_is_not_announced() -> None:
    other: dict[str, object] = {"type": ON_SUBSCRIBE, "Configuration": "other"}
    timeline = executed(started("main", "other", elsewhere=other), "subscribe")
    timeline.pulsed("subscribed", Namespace="/")
    assert broken(timeline.pulsed("elsewhere", Namespace="/")) == ["CFG-3"]


@pytest.mark.parametrize(
    ("attribute", "value", "row"),
    [("Enabled", False, "NOD-2"), ("Pulse Pass Through", True, "NOD-3")],
)
def test_a_node_that_is_not_executed_is_not_announced(
    attribute: str,
    value: bool,
    row: str,
) -> None:
    passed: dict[str, object] = {
        "type": "Socket.IO Subscribe",
        "Event Name": "news",
        attribute: value,
    }
    timeline = started(passed=passed).into("passed")
    assert broken(timeline.pulsed("subscribed", Namespace="/")) == [row]


@pytest.mark.parametrize("namespace", ["", "chat"])
def test_an_unusual_namespace_may_be_announced_under_another_name(namespace: str) -> None:
    timeline = executed(started(), "subscribe", Namespace=namespace)
    assert broken(timeline.later()) == []
    assert broken(timeline.pulsed("subscribed", Namespace="/")) == []
