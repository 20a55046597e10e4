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


def three_listeners(second: str, third: str) -> Recorded:
    """On Start in the scope Project, and two more listeners in these scopes."""
    scopes = {"second": second, "third": third}
    nodes = {name: {"type": ON_START, "scope": scope} for name, scope in scopes.items()}
    return Recorded(**nodes).into(START).established().pulsed(ON_START)


def test_listeners_execute_in_each_scope() -> None:
    timeline = three_listeners("Project", "Scene").pulsed("second")
    assert broken(timeline.synced()) == ["TBX-2"]
    assert broken(timeline.pulsed("third").synced()) == []


def test_one_listener_in_each_scope_does_not_show_that_the_scope_is_the_reason() -> None:
    timeline = Recorded(second={"type": ON_START, "scope": "Scene"})
    timeline.into(START).established().pulsed(ON_START).synced()
    assert broken(timeline) == ["CFG-3"]


def test_the_scope_is_not_the_reason_if_a_listener_of_the_other_scope_fails_too() -> None:
    timeline = three_listeners("Project", "Scene")
    assert broken(timeline.synced()) == ["CFG-3", "CFG-3"]


def test_the_scope_is_not_the_reason_if_another_listener_of_it_executes() -> None:
    timeline = Recorded(**{
        name: {"type": ON_START, "scope": "Scene"} for name in ("second", "third")
    }, fourth={"type": ON_START})  # fmt: skip
    timeline.into(START).established().pulsed(ON_START).pulsed("second").pulsed("fourth").synced()
    assert broken(timeline) == ["CFG-3"]


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
