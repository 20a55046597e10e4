"""CFG-3, TBX-2 and NOD-2 for event listener nodes, on timelines written by hand."""

from pulsecheck.oracle.rules import violations
from recorded import ON_START, START, Recorded


def broken(timeline: Recorded) -> list[str]:
    return [found.requirement for found in violations(timeline.entries)]


def test_each_listener_of_a_connection_executes() -> None:
    second = {"type": ON_START}
    timeline = Recorded(second=second).into(START).established().pulsed(ON_START)
    assert broken(timeline) == [], "the other pulse may still arrive"
    assert broken(timeline.synced()) == ["CFG-3"]
    assert broken(timeline.pulsed("second").synced()) == []


def test_a_pulse_that_comes_while_a_barrier_is_answered_may_precede_the_others() -> None:
    timeline = Recorded(second={"type": ON_START}).into(START).established()
    timeline.append("driver", "request", method="runtime/sync", id=3, params={}).pulsed(ON_START)
    timeline.append("driver", "answer", method="runtime/sync", id=3, ok=True, result="{}")
    assert broken(timeline) == []


def test_listeners_execute_in_each_scope() -> None:
    timeline = Recorded(second={"type": ON_START, "scope": "Scene"})
    timeline.into(START).established().pulsed(ON_START).synced()
    assert broken(timeline) == ["TBX-2"]


def test_a_listener_that_is_switched_off_does_not_execute() -> None:
    timeline = Recorded(second={"type": ON_START, "Enabled": False})
    timeline.into(START).established().pulsed(ON_START).synced()
    assert broken(timeline) == []
    assert broken(timeline.pulsed("second")) == ["NOD-2"]


def test_pulses_may_pass_through_a_node_that_is_switched_off() -> None:
    passed = {"type": START, "Enabled": False, "Pulse Pass Through": True}
    assert broken(Recorded(second=passed).into("second").pulsed("second")) == []


def test_a_listener_of_another_connection_does_not_count() -> None:
    timeline = Recorded(second={"type": ON_START, "Configuration": "other"})
    assert broken(timeline.into(START).established().pulsed(ON_START).synced()) == []
