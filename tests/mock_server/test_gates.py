"""Gates keep what is to pass them, in order, while somebody holds them."""

from functools import partial

from pulsecheck.mock_server.gates import Gate, Gates


def test_what_passes_a_gate_that_nobody_holds_passes_at_once() -> None:
    gate, done = Gate(), list[int]()
    gate.do(lambda: done.append(1))
    assert done == [1]


def test_what_was_held_passes_in_order_when_released() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    for number in range(3):
        gate.do(partial(done.append, number))
    assert done == []
    gate.release("a")
    assert done == [0, 1, 2]


def test_a_gate_is_held_until_the_last_holder_lets_go() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    gate.hold("b")
    gate.do(lambda: done.append(1))
    gate.release("a")
    gate.release("nobody")
    assert done == []
    gate.release("b")
    assert done == [1]


def test_what_is_caused_while_the_gate_empties_keeps_its_place_at_the_end() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    gate.do(lambda: gate.do(lambda: done.append(3)))
    gate.do(lambda: done.append(2))
    gate.release("a")
    assert done == [2, 3]


def test_a_gate_that_is_held_again_while_it_empties_keeps_the_rest() -> None:
    gate, done = Gate(), list[int]()
    gate.hold("a")
    gate.do(lambda: gate.hold("b"))
    gate.do(lambda: done.append(1))
    gate.release("a")
    assert done == []
    assert gate.is_held


def test_what_was_cleared_never_passes() -> None:
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


def test_a_gate_that_leaves_the_others_is_held_no_longer_for_them() -> None:
    gates, gate = Gates[object](), Gate()
    gates.hold("a")
    gates.join(gate)
    gate.hold("b")
    gates.leave(gate)
    gate.release("b")
    assert not gate.is_held
