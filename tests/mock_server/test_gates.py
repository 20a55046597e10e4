"""Gates queue actions in order while they are held."""

from functools import partial

from pulsecheck.mock_server.gates import Gate, Gates


def test_an_action_passes_an_open_gate_at_once() -> None:
    gate, done = Gate(), list[int]()
    gate.do(lambda: done.append(1))
    assert done == [1]


def test_held_actions_pass_in_order_on_release() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    for number in range(3):
        gate.do(partial(done.append, number))
    assert done == []
    gate.release("a")
    assert done == [0, 1, 2]


def test_a_gate_is_held_until_its_last_holder_releases_it() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    gate.hold("b")
    gate.do(lambda: done.append(1))
    gate.release("a")
    gate.release("nobody")
    assert done == []
    gate.release("b")
    assert done == [1]


def test_an_action_added_during_the_release_runs_last() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    gate.do(lambda: gate.do(lambda: done.append(3)))
    gate.do(lambda: done.append(2))
    gate.release("a")
    assert done == [2, 3]


def test_a_hold_during_the_release_keeps_the_remaining_actions() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    gate.do(lambda: gate.hold("b"))
    gate.do(lambda: done.append(1))
    gate.release("a")
    assert done == []
    assert gate.is_held


def test_cleared_actions_never_pass() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    gate.do(lambda: done.append(1))
    gate.clear()
    gate.release("a")
    assert done == []


def test_holding_several_gates_holds_those_that_join_later() -> None:
    gates, early, late = Gates[object](), Gate(), Gate()
    gates.join(early)
    gates.hold("a")
    gates.join(late)
    assert early.is_held
    assert late.is_held
    gates.release("a")
    assert not early.is_held
    assert not late.is_held


def test_a_gate_that_leaves_the_group_is_released() -> None:
    gates, gate = Gates[object](), Gate()
    gates.hold("a")
    gates.join(gate)
    gate.hold("b")
    gates.leave(gate)
    gate.release("b")
    assert not gate.is_held
