"""Shrinking: the shortest sequence that still fails, within the limits."""

from itertools import pairwise

import pytest

from pulsecheck.explore import shrinking
from pulsecheck.explore.sequence import Sentence, Sequence
from pulsecheck.explore.shrinking import MOST_TRIES, Fails, shrink


def made(nodes: int = 4, actions: int = 14) -> Sequence:
    """Return a sequence with one connection and several nodes. Each action uses one of them."""
    project = [Sentence(text="connection", makes="connection")]
    project += [
        Sentence(text=f"node {number}", makes=f"node {number}", uses=frozenset({"connection"}))
        for number in range(nodes)
    ]
    acting = (
        Sentence(text=f"action {number}", uses=frozenset({"connection", f"node {number % nodes}"}))
        for number in range(actions)
    )
    return Sequence(project=tuple(project), actions=tuple(acting))


def texts(sequence: Sequence) -> list[str]:
    return [each.text for each in sequence.sentences]


def contains(*needed: str) -> Fails:
    return lambda sequence: set(needed) <= set(texts(sequence))


class Counted:
    """A predicate that counts its calls, and keeps the sequences that it was asked about."""

    def __init__(self, fails: Fails) -> None:
        self.fails = fails
        self.asked: list[Sequence] = []

    def __call__(self, sequence: Sequence) -> bool:
        self.asked.append(sequence)
        return self.fails(sequence)


@pytest.mark.parametrize(("one", "other"), [(0, 1), (0, 13), (3, 9), (5, 6), (12, 13)])
def test_two_actions_that_a_failure_needs_are_found(one: int, other: int) -> None:
    needed = [f"action {one}", f"action {other}"]
    used = [f"node {number}" for number in sorted({one % 4, other % 4})]
    assert texts(shrink(made(), contains(*needed))) == ["connection", *used, *needed]


def test_one_action_that_a_failure_needs_is_found() -> None:
    found = shrink(made(), contains("action 7"))
    assert texts(found) == ["connection", "node 3", "action 7"]


def test_a_sentence_of_the_project_that_a_failure_needs_stays() -> None:
    found = shrink(made(), contains("node 2", "action 1"))
    assert texts(found) == ["connection", "node 1", "node 2", "action 1"]


def test_the_order_of_actions_that_a_failure_needs_stays() -> None:
    def fails(sequence: Sequence) -> bool:
        found = texts(sequence)
        return contains("action 2", "action 8", "action 11")(sequence) and (
            found.index("action 2") < found.index("action 8") < found.index("action 11")
        )

    shortest = shrink(made(), fails)
    assert [each.text for each in shortest.actions] == ["action 2", "action 8", "action 11"]


def test_a_further_round_leaves_out_what_the_first_had_to_keep() -> None:
    # Action 13 can be left out only once action 0 is gone, which is tried later.
    def fails(sequence: Sequence) -> bool:
        found = set(texts(sequence))
        return "action 5" in found and ("action 0" not in found or "action 13" in found)

    assert [each.text for each in shrink(made(), fails).actions] == ["action 5"]


def test_a_sequence_that_needs_everything_stays() -> None:
    whole = made(nodes=2, actions=5)
    assert shrink(whole, contains(*texts(whole))) == whole


def test_a_sequence_that_no_longer_fails_stays() -> None:
    assert shrink(made(), lambda _: False) == made()


def test_a_sequence_has_at_least_one_action_and_one_sentence_of_a_project() -> None:
    fails = Counted(lambda _: True)
    found = shrink(made(), fails)
    assert (len(found.project), len(found.actions)) == (2, 1), "the action uses a node"
    assert all(each.project and each.actions for each in fails.asked)


def test_each_sequence_that_is_tried_is_shorter() -> None:
    fails = Counted(contains("action 3", "action 9"))
    shrink(made(), fails)
    length = len(made().sentences)
    assert all(len(each.sentences) < length for each in fails.asked)


def test_no_more_sequences_are_tried_than_the_limit_allows() -> None:
    fails = Counted(lambda _: False)
    whole = made(nodes=200, actions=200)
    assert shrink(whole, fails) == whole
    assert len(fails.asked) == MOST_TRIES


def test_the_shortest_sequence_within_the_limit_is_returned() -> None:
    whole = made(nodes=1, actions=400)
    fails = Counted(contains(*(f"action {number}" for number in range(0, 200, 2))))
    found = shrink(whole, fails)
    assert len({id(each) for each in fails.asked}) == MOST_TRIES
    assert 100 < len(found.actions) <= 200
    assert fails.fails(found)


def test_a_failure_is_confirmed_before_a_sequence_is_shortened() -> None:
    fails = Counted(contains("action 0"))
    shrink(made(nodes=1, actions=2), fails)
    first, second, *_ = fails.asked
    assert first is second


def test_nothing_is_tried_after_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shrinking, "LONGEST", -1.0)
    fails = Counted(lambda _: True)
    assert shrink(made(), fails) == made()
    assert fails.asked == []


@pytest.mark.parametrize("period", [2, 3])
def test_a_failure_that_comes_only_sometimes_does_not_shorten(period: int) -> None:
    """The first of `period` calls says that the sequence fails, the others that it does not."""
    answers = Counted(lambda _: True)
    answers.fails = lambda _: len(answers.asked) % period == 1
    assert shrink(made(), answers) == made()


def waiting(sequence: Sequence, *after: int) -> Sequence:
    """Add a wait after some of the actions, by number."""
    actions = [
        each
        for number, action in enumerate(sequence.actions)
        for each in (action, Sentence(text="wait", waits=True))[: 1 + (number in after)]
    ]
    return Sequence(project=sequence.project, actions=tuple(actions))


def waited_for(sequence: Sequence) -> dict[int, bool]:
    """Return for each action, by identity, whether a wait follows it."""
    following = pairwise((*sequence.actions, Sentence(text="the end")))
    return {id(each): after.waits for each, after in following if not each.waits}


def keeps_waits(whole: Sequence, fails: Fails) -> bool:
    """Whether each action of all sequences that are tried still has the wait that it had."""
    counted = Counted(fails)
    shrink(whole, counted)
    before = waited_for(whole)
    tried = [item for each in counted.asked for item in waited_for(each).items()]
    return all(has_wait or not before[action] for action, has_wait in tried)


def test_an_action_is_left_out_with_the_wait_that_follows_it() -> None:
    whole = waiting(made(), 0, 1, 5, 6, 9, 13)
    found = shrink(whole, contains("action 4", "action 5", "action 8"))
    assert [each.text for each in found.actions] == ["action 4", "action 5", "wait", "action 8"]


def test_an_action_keeps_the_wait_that_follows_it() -> None:
    whole = waiting(made(), 0, 1, 5, 6, 9, 13)
    assert keeps_waits(whole, contains("action 5", "action 8"))
    assert keeps_waits(whole, lambda _: False)


def test_an_action_of_a_generated_sequence_keeps_the_wait_that_follows_it(
    generated: tuple[Sequence, ...],
) -> None:
    for whole in generated[:50]:
        assert keeps_waits(whole, contains(whole.actions[0].text))


def test_a_generated_sequence_is_shortened_to_two_actions_and_the_wait_between(
    generated: tuple[Sequence, ...],
) -> None:
    (whole, *_) = (
        each for each in generated if each.actions[1].waits and not each.actions[2].waits
    )
    needed = [each.text for each in whole.actions[:3]]

    def fails(sequence: Sequence) -> bool:
        return [each.text for each in sequence.actions[:3]] == needed

    assert [each.text for each in shrink(whole, fails).actions] == needed


def test_no_wait_follows_a_wait() -> None:
    whole = waiting(made(nodes=2, actions=5), 0, 1, 2, 3)

    def fails(sequence: Sequence) -> bool:
        found = texts(sequence)
        is_needed = {"action 0", "action 4"} <= set(found)
        return is_needed and ("action 1" in found) == ("action 3" in found)

    shortest = [each.text for each in shrink(whole, fails).actions]
    assert shortest == ["action 0", "wait", "action 4"]


def test_the_wait_at_the_end_is_left_out() -> None:
    found = shrink(waiting(made(), 3, 9), contains("action 3", "action 9"))
    assert [each.text for each in found.actions] == ["action 3", "wait", "action 9"]
