"""Leaving sentences out of a sequence, with everything that uses what they add."""

import re

from pulsecheck.explore.sequence import Sentence, Sequence

NAMES_A_CONNECTION = re.compile(
    r'(?:the server of|the network connection of|same server as|node "[^"]*" for) "([^"]*)"'
)


def sentence(text: str, *uses: str, makes: str = "") -> Sentence:
    return Sentence(text=text, uses=frozenset(uses), makes=makes)


ONE = sentence("one connection", makes="connection one")
OTHER = sentence("another connection", makes="connection other")
SENDER = sentence("a sender", "connection one", makes="sender")
FURTHER = sentence("a further node", "connection other", makes="further")
EVENT = sentence("the event of the sender", "connection one", "sender")
LINK = sentence("a link", "connection one", "sender", "connection other", "further")
START = sentence("start", "connection one")
START_OTHER = sentence("start the other", "connection other")
SEND = sentence("send", "connection one", "sender")
USE_FURTHER = sentence("use the further node", "connection other", "further")
PROJECT = (ONE, OTHER, SENDER, FURTHER, EVENT, LINK)
ACTIONS = (START, START_OTHER, SEND, USE_FURTHER, SEND)
SEQUENCE = Sequence(project=PROJECT, actions=ACTIONS)


def left(*left_out: Sentence) -> tuple[Sentence, ...]:
    return SEQUENCE.without(left_out).sentences


def test_the_sentences_are_those_of_the_project_and_then_the_actions() -> None:
    assert SEQUENCE.sentences == PROJECT + ACTIONS


def test_the_situations_are_those_of_the_actions_in_order() -> None:
    first = Sentence(text="a", situations=({"node": "1"}, {"node": "2"}))
    second = Sentence(text="b", situations=({"node": "3"},))
    sequence = Sequence(project=(), actions=(first, second))
    assert [each["node"] for each in sequence.situations] == ["1", "2", "3"]


def test_without_nothing_a_sequence_is_the_same() -> None:
    assert SEQUENCE.without([]) == SEQUENCE


def test_an_action_is_left_out_alone() -> None:
    assert left(START) == (*PROJECT, START_OTHER, SEND, USE_FURTHER, SEND)


def test_a_sentence_that_adds_nothing_is_left_out_alone() -> None:
    assert left(EVENT) == (ONE, OTHER, SENDER, FURTHER, LINK, *ACTIONS)


def test_what_uses_a_node_that_is_left_out_is_left_out() -> None:
    assert left(SENDER) == (ONE, OTHER, FURTHER, START, START_OTHER, USE_FURTHER)


def test_what_uses_a_node_of_a_connection_that_is_left_out_is_left_out() -> None:
    assert left(ONE) == (OTHER, FURTHER, START_OTHER, USE_FURTHER)


def test_a_node_is_missed_even_where_its_connection_is_not_named() -> None:
    action = sentence("names the node alone", "sender")
    sequence = Sequence(project=PROJECT, actions=(action, START_OTHER))
    assert sequence.without([ONE]).actions == (START_OTHER,)


def test_several_sentences_are_left_out_together() -> None:
    assert left(FURTHER, START) == (ONE, OTHER, SENDER, EVENT, START_OTHER, SEND, SEND)


def test_a_sentence_that_is_equal_to_one_that_is_left_out_stays() -> None:
    one, same = (sentence("the same", "connection one") for _ in range(2))
    sequence = Sequence(project=(ONE,), actions=(one, same))
    (kept,) = sequence.without([same]).actions
    assert kept is one


def test_sentences_of_another_sequence_leave_nothing_out() -> None:
    assert left(sentence("one connection", makes="connection one")) == PROJECT + ACTIONS


def test_what_is_left_of_a_generated_sequence_uses_what_exists(
    generated: tuple[Sequence, ...],
) -> None:
    for sequence in generated[:100]:
        for each in sequence.project:
            shorter = sequence.without([each])
            made = {found.makes for found in shorter.project}
            assert each not in shorter.project
            assert all(found.uses <= made for found in shorter.sentences)
            kept = iter(sequence.sentences)
            assert all(found in kept for found in shorter.sentences), "the order stays"


def test_one_action_of_a_generated_sequence_is_left_out_alone(
    generated: tuple[Sequence, ...],
) -> None:
    for sequence in generated:
        for each in acting(sequence):
            assert len(acting(sequence.without([each]))) == len(acting(sequence)) - 1


def acting(sequence: Sequence) -> list[Sentence]:
    """Return the actions that do not only wait."""
    return [each for each in sequence.actions if not each.waits]


def test_no_sentence_names_a_connection_that_was_left_out(
    generated: tuple[Sequence, ...],
) -> None:
    for sequence in generated:
        for each in sequence.project:
            if each.makes.startswith("connection "):
                shorter = sequence.without([each]).sentences
                named = {name for left in shorter for name in NAMES_A_CONNECTION.findall(left.text)}
                assert each.makes.removeprefix("connection ") not in named
