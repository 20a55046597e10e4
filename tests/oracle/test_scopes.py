"""TBX-2 for the nodes with a pulse input, on timelines written by hand.

In each timeline, a Project node is reached first. If it works and the Scene node does not, the
nodes do not work alike. If both fail, they do, and another requirement is broken.
"""

from typing import Any

import pytest

from pulsecheck.oracle.rules import violations
from recorded import ON_RECEIVE, ON_START, ON_STOP, SEND, START, STOP, Recorded

PATIENCE = 10.0
SUBSCRIBE, UNSUBSCRIBE = "Socket.IO Subscribe", "Socket.IO Unsubscribe"
BOTH_SCOPES = pytest.mark.parametrize("scope", ["Project", "Scene"])


def broken(timeline: Recorded) -> list[str]:
    found = violations(timeline.later(PATIENCE + 1).entries, patience=PATIENCE)
    return [each.requirement for each in found]


def pair(type_: str, scope: str = "Scene", **attributes: str) -> dict[str, dict[str, Any]]:
    """The nodes "control", which is in Project, and "judged", which is in `scope`."""
    node = {"type": type_, **attributes}
    return {"control": dict(node), "judged": {**node, "scope": scope}}


def open_connection(**nodes: dict[str, Any]) -> Recorded:
    timeline = Recorded(**nodes).into(START).pulsed(START)
    return timeline.established().pulsed(ON_START)


def row(scope: str, requirement: str) -> list[str]:
    """The broken requirements if only the node "judged" in `scope` fails."""
    return ["TBX-2"] if scope == "Scene" else [requirement]


# --- Send -----------------------------------------------------------------------------------


def sending(scope: str = "Scene") -> Recorded:
    return open_connection(**pair(SEND, scope, **{"Event Name": "news"}))


def sends(timeline: Recorded, node: str) -> Recorded:
    return timeline.into(node, Message=node).received("news", node).pulsed(node)


@BOTH_SCOPES
def test_a_node_that_does_nothing_only_in_scene_does_not_work_alike(scope: str) -> None:
    timeline = sends(sending(scope), "control").into("judged", Message="judged").pulsed("judged")
    assert broken(timeline) == row(scope, "SND-2")


def test_nodes_that_do_nothing_in_both_scopes_work_alike() -> None:
    timeline = sending().into("control").pulsed("control").into("judged").pulsed("judged")
    assert broken(timeline) == ["SND-2"]


def test_nodes_that_do_nothing_in_both_scopes_work_alike_whichever_comes_first() -> None:
    timeline = sending().into("judged").pulsed("judged").into("control").pulsed("control")
    assert broken(timeline) == ["SND-2"]


def test_a_node_that_fails_before_a_pulse_reaches_scene_is_not_compared() -> None:
    timeline = sends(sending(), "control").into("control", Message="second").pulsed("control")
    assert broken(timeline) == ["SND-2"]


def test_a_node_of_scene_alone_is_not_compared() -> None:
    timeline = sending().into("judged").pulsed("judged")
    assert broken(timeline) == ["SND-2"]


def test_a_project_node_that_fails_after_a_node_of_scene_worked_is_not_compared() -> None:
    timeline = sends(sends(sending(), "control"), "judged")
    assert broken(timeline.into("control", Message="second").pulsed("control")) == ["SND-2"]


def test_a_node_of_scene_that_has_worked_before_is_not_compared() -> None:
    timeline = sends(sends(sending(), "control"), "judged")
    assert broken(timeline.into("judged", Message="second").pulsed("judged")) == ["SND-2"]


@BOTH_SCOPES
def test_a_send_node_pulses_alike(scope: str) -> None:
    timeline = sends(sending(scope), "control").into("judged", Message="judged")
    assert broken(timeline.received("news", "judged")) == row(scope, "SND-4")


def test_send_nodes_that_never_pulse_work_alike() -> None:
    timeline = sending()
    for node in ("control", "judged"):
        timeline.into(node, Message=node).received("news", node)
    assert broken(timeline) == ["SND-4", "SND-4"]


def test_nodes_that_work_in_both_scopes_are_right() -> None:
    assert broken(sends(sends(sending(), "control"), "judged")) == []


# --- Start and Stop -------------------------------------------------------------------------

OTHER_START, OTHER_STOP = f"{START} (other)", f"{STOP} (other)"


def two_connections(scope: str, type_: str) -> Recorded:
    """Two connections. "judged" is the only node of its type for the connection "other"."""
    judged = {"type": type_, "Configuration": "other", "scope": scope}
    return Recorded("main", "other", judged=judged)


@BOTH_SCOPES
def test_a_start_node_starts_alike(scope: str) -> None:
    timeline = two_connections(scope, START).into(START).pulsed(START)
    timeline.established().pulsed(ON_START).into("judged").pulsed("judged")
    assert broken(timeline) == row(scope, "STA-2")


def test_start_nodes_that_start_nothing_work_alike() -> None:
    timeline = two_connections("Scene", START).into(START).pulsed(START)
    assert broken(timeline.into("judged").pulsed("judged")) == ["STA-2", "STA-2"]


def test_the_effect_on_another_connection_is_no_control() -> None:
    judged = {"type": START, "Configuration": "third", "scope": "Scene"}
    timeline = Recorded("main", "other", "third", judged=judged).into(START).pulsed(START)
    timeline.established("other").into("judged").pulsed("judged")
    assert broken(timeline) == ["STA-2", "STA-2", "CFG-3"]


@BOTH_SCOPES
def test_a_start_node_pulses_alike(scope: str) -> None:
    timeline = two_connections(scope, START).into(START).pulsed(START)
    timeline.established().pulsed(ON_START).into("judged").established("other")
    assert broken(timeline.pulsed(f"{ON_START} (other)")) == row(scope, "STA-3")


@BOTH_SCOPES
def test_a_stop_node_stops_alike(scope: str) -> None:
    timeline = two_connections(scope, STOP)
    timeline.into(START).pulsed(START).established().pulsed(ON_START)
    timeline.into(STOP).pulsed(STOP).leaves().terminated().pulsed(ON_STOP)
    timeline.into(OTHER_START).pulsed(OTHER_START).established("other")
    timeline.pulsed(f"{ON_START} (other)").into("judged").pulsed("judged")
    assert broken(timeline) == row(scope, "STO-2")


def test_stop_nodes_that_stop_nothing_work_alike() -> None:
    timeline = two_connections("Scene", STOP)
    timeline.into(START).pulsed(START).established().pulsed(ON_START)
    timeline.into(OTHER_START).pulsed(OTHER_START).established("other")
    timeline.pulsed(f"{ON_START} (other)").into(STOP).pulsed(STOP)
    assert broken(timeline.into("judged").pulsed("judged")) == ["STO-2", "STO-2"]


# --- Subscribe and Unsubscribe --------------------------------------------------------------


def subscribing(type_: str, scope: str = "Scene") -> Recorded:
    """An On Receive, and nodes of a type: "control" for "news", and "judged" for "alert"."""
    nodes = pair(type_, scope)
    nodes["control"]["Event Name"], nodes["judged"]["Event Name"] = "news", "alert"
    first = {each: {"type": SUBSCRIBE, "Event Name": each} for each in ("news", "alert")}
    return open_connection(receiver={"type": ON_RECEIVE}, **nodes, **first)


def sent(timeline: Recorded, event: str, *, executes: bool) -> Recorded:
    timeline.sent(event, "hello")
    if executes:
        timeline.pulsed("receiver", Namespace="/", Trigger_Name=event, Message="hello")
    return timeline


@BOTH_SCOPES
def test_a_subscribe_node_subscribes_alike(scope: str) -> None:
    timeline = subscribing(SUBSCRIBE, scope).into("control").pulsed("control")
    sent(timeline, "news", executes=True).into("judged").pulsed("judged")
    assert broken(sent(timeline, "alert", executes=False)) == row(scope, "SUB-2")


def test_subscribe_nodes_that_subscribe_to_nothing_work_alike() -> None:
    timeline = subscribing(SUBSCRIBE).into("control").pulsed("control")
    sent(timeline, "news", executes=False).into("judged").pulsed("judged")
    assert broken(sent(timeline, "alert", executes=False)) == ["SUB-2"]


@BOTH_SCOPES
def test_a_subscribe_node_pulses_alike(scope: str) -> None:
    timeline = subscribing(SUBSCRIBE, scope).into("control").pulsed("control")
    assert broken(sent(timeline, "news", executes=True).into("judged")) == row(scope, "SUB-2")


def unsubscribing(scope: str = "Scene") -> Recorded:
    timeline = subscribing(UNSUBSCRIBE, scope)
    for node in ("news", "alert", "control"):
        timeline.into(node).pulsed(node)
    return timeline


@BOTH_SCOPES
def test_an_unsubscribe_node_unsubscribes_alike(scope: str) -> None:
    timeline = sent(unsubscribing(scope), "news", executes=False).into("judged").pulsed("judged")
    assert broken(sent(timeline, "alert", executes=True)) == row(scope, "SUB-4")


def test_unsubscribe_nodes_that_go_on_listening_work_alike() -> None:
    timeline = sent(unsubscribing(), "news", executes=True).into("judged").pulsed("judged")
    assert broken(sent(timeline, "alert", executes=True)) == ["SUB-4"]


def test_an_event_that_executes_late_is_about_the_earlier_node() -> None:
    timeline = sent(unsubscribing(), "news", executes=False).into("judged").pulsed("judged")
    timeline.pulsed("receiver", Namespace="/", Trigger_Name="news", Message="hello")
    assert broken(timeline) == ["SUB-4"]


def test_an_unsubscribe_node_is_tested_only_by_its_own_event() -> None:
    timeline = sent(unsubscribing(), "other", executes=False).into("judged").pulsed("judged")
    assert broken(sent(timeline, "alert", executes=True)) == ["SUB-4"]


@BOTH_SCOPES
def test_an_unsubscribe_node_pulses_alike(scope: str) -> None:
    timeline = sent(unsubscribing(scope), "news", executes=False).into("judged")
    assert broken(timeline) == row(scope, "SUB-4")


def test_a_mistake_of_both_scopes_is_no_difference_of_the_scopes() -> None:
    nodes = {
        name: {"type": SEND, "Event Name": name, "Message": "x", "scope": scope}
        for name, scope in (("first", "Project"), ("second", "Scene"))
    }
    timeline = Recorded(**nodes).into(START).pulsed(START).established().pulsed(ON_START)
    for name in nodes:
        timeline.into(name).pulsed(name).received(name, "x").received(name, "x")
    found = violations(timeline.later().entries)
    assert {each.requirement for each in found} == {"SND-2"}
