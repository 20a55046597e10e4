"""The sentences of sequences are those of the suite, as actions and as scenarios."""

import re
from functools import cache, partial
from pathlib import Path

import pytest

from pulsecheck.explore.generator import ENDS, FAULTS
from pulsecheck.explore.scenario_text import (
    JUDGED,
    feature_text,
    in_the_past,
    scenario_text,
    sequence_of,
    steps_of,
)
from pulsecheck.explore.sequence import Sentence, Sequence
from pulsecheck.runner.sequence_run import load_sentences, step_of
from pulsecheck.suite.feature_files import ScenarioSource, Step, read_scenarios
from pulsecheck.suite.step_definitions import StepDefinition, step_definitions

SETTLED = "everything that must happen has happened"


@pytest.fixture(scope="module", autouse=True)
def sentences() -> None:
    load_sentences()


known_definitions = cache(step_definitions)


@cache
def definitions(kind: str, text: str) -> tuple[StepDefinition, ...]:
    step = Step(kind=kind, text=text)
    return tuple(found for found in known_definitions() if found.matches(step))


def unmatched(kind: str, texts: set[str]) -> dict[str, list[str]]:
    """Return the texts that do not match exactly one definition, with those that match."""
    found = {text: [each.where for each in definitions(kind, text)] for text in texts}
    return {text: where for text, where in found.items() if len(where) != 1}


def called(text: str) -> tuple[object, ...]:
    """Return the function that a sentence calls, and its arguments."""
    step = step_of(text)
    assert isinstance(step, partial)
    return step.args


def written(sequences: tuple[Sequence, ...], folder: Path) -> tuple[ScenarioSource, ...]:
    scenarios = [
        scenario_text(each, "STA-5", "must", f"Sequence {number}")
        for number, each in enumerate(sequences, start=1)
    ]
    path = folder / "found.feature"
    path.write_text(feature_text("Sequences", scenarios), encoding="utf-8")
    return read_scenarios(path)


def test_each_sentence_calls_one_function(generated: tuple[Sequence, ...]) -> None:
    texts = {sentence.text for sequence in generated for sentence in sequence.sentences}
    functions = {
        text: {found.function for found in known_definitions() if found.parser.is_matching(text)}
        for text in texts
    }
    assert len(texts) > 1000
    assert {text: found for text, found in functions.items() if len(found) != 1} == {}


def test_the_sentences_of_a_project_are_givens(generated: tuple[Sequence, ...]) -> None:
    texts = {sentence.text for sequence in generated for sentence in sequence.project}
    assert unmatched("given", texts) == {}
    assert {in_the_past(text) for text in texts} == texts


def test_each_action_is_a_given_in_the_past(generated: tuple[Sequence, ...]) -> None:
    texts = {in_the_past(each.text) for sequence in generated for each in sequence.actions}
    assert unmatched("given", texts) == {}


def test_each_action_is_a_when(generated: tuple[Sequence, ...]) -> None:
    texts = {each.text for sequence in generated for each in sequence.actions}
    assert unmatched("when", texts) == {}


def test_the_past_of_an_action_calls_the_same_function(generated: tuple[Sequence, ...]) -> None:
    texts = {each.text for sequence in generated for each in sequence.actions}
    assert {text for text in texts if called(text) != called(in_the_past(text))} == set()


def test_the_last_sentence_of_a_scenario_is_a_then() -> None:
    assert unmatched("then", {JUDGED}) == {}


def test_the_sequences_contain_each_kind_of_action(generated: tuple[Sequence, ...]) -> None:
    lines = [each.text for sequence in generated for each in sequence.actions]
    fixed = [text.replace(' with the message "{message}"', "") for text in FAULTS.values()]
    fixed += [text.split("{name}")[0] for text in ENDS.values()]
    fixed += [SETTLED, "is back", 'with the "Message"', "with the payload"]
    assert [text for text in fixed if not any(text in line for line in lines)] == []


def test_a_sentence_of_no_step_definition_is_an_error() -> None:
    with pytest.raises(LookupError, match='no sentence matches "the moon is full"'):
        step_of("the moon is full")


def test_the_last_action_is_the_when() -> None:
    project = (Sentence(text='a project with the connection "a"'),)
    actions = ('"x" receives a pulse', 'the server of "a" emits the event "e" with "m"', "end")
    sequence = Sequence(project=project, actions=tuple(Sentence(text=text) for text in actions))
    assert list(steps_of(sequence)) == [
        ("Given", 'a project with the connection "a"'),
        ("And", '"x" has received a pulse'),
        ("And", 'the server of "a" has emitted the event "e" with "m"'),
        ("When", "end"),
    ]
    assert scenario_text(sequence, "STA-5", "must", "Title").splitlines() == [
        "  @must @STA-5",
        "  Scenario: Title",
        '    Given a project with the connection "a"',
        '    And "x" has received a pulse',
        '    And the server of "a" has emitted the event "e" with "m"',
        "    When end",
        "    Then no documented fact is contradicted",
    ]


def test_a_scenario_begins_with_a_project_though_its_first_connection_was_left_out() -> None:
    texts = ('another connection "b" over "WebSocket"', 'another connection "c" over "WebSocket"')
    project = tuple(Sentence(text=text) for text in texts)
    found = steps_of(Sequence(project=project, actions=(Sentence(text=SETTLED),)))
    assert list(found) == [
        ("Given", 'a project with the connection "b" over "WebSocket"'),
        ("And", 'another connection "c" over "WebSocket"'),
        ("When", SETTLED),
    ]


def test_a_written_feature_is_read_as_the_same_sequences(
    generated: tuple[Sequence, ...], tmp_path: Path
) -> None:
    scenarios = written(generated, tmp_path)
    assert len(scenarios) == len(generated)
    for sequence, scenario in zip(generated, scenarios, strict=True):
        assert scenario.requirements == ("STA-5",)
        assert scenario.steps[-1] == Step(kind="then", text=JUDGED)
        read = sequence_of(scenario)
        assert read.project == ()
        expected = [called(each.text) for each in sequence.sentences]
        assert [called(each.text) for each in read.actions] == expected


def test_a_written_feature_has_no_step_that_matches_two_definitions(
    generated: tuple[Sequence, ...], tmp_path: Path
) -> None:
    for scenario in written(generated[:50], tmp_path):
        found = {step.text: len(definitions(step.kind, step.text)) for step in scenario.steps}
        assert set(found.values()) == {1}, found


def test_a_sequence_that_was_read_is_written_as_the_same_text(
    generated: tuple[Sequence, ...], tmp_path: Path
) -> None:
    once = written(generated[:50], tmp_path)
    twice = written(tuple(map(sequence_of, once)), tmp_path)
    assert [each.steps for each in twice] == [each.steps for each in once]


def test_no_quoted_text_is_changed_by_the_past(generated: tuple[Sequence, ...]) -> None:
    quoted = re.compile(r'"[^"]*"')
    for sequence in generated:
        for each in sequence.actions:
            assert quoted.findall(in_the_past(each.text)) == quoted.findall(each.text)
