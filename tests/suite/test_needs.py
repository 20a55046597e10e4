from pathlib import Path

import pytest
from pytest_bdd import given, then, when

from pulsecheck.driver.protocol import Ability, NodeName
from pulsecheck.steps.phrase import phrase
from pulsecheck.suite.needs import needs
from pulsecheck.suite.step_definitions import StepDefinition, step_definitions
from pulsecheck.suite.validation import load_suite

CATALOGUE = """
[[requirement]]
id = "STO-5"
level = "must"
fact = "On Stop waits."
page = "events/onsocketiostop"
"""


@given(phrase("the need {thing}"))
def thing_is(thing: str) -> None: ...


@given("a hidden need")
@needs(NodeName.SUBSCRIBE, Ability.LINKING)
def hidden() -> None: ...


@given(phrase("{word} is needed"))
@needs(word={"Namespace": Ability.DYNAMIC_NAMESPACES})
def of_word(word: str) -> None: ...


@when("a need arises")
def arises() -> None: ...


@then("the need is met")
def is_met() -> None: ...


@pytest.fixture(scope="module")
def definitions() -> tuple[StepDefinition, ...]:
    return step_definitions()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ('the need "something"', set()),
        ('the need "Socket.IO Send"', {"Socket.IO Send"}),
        ('the need "On Socket.IO Stop (other)"', {"On Socket.IO Stop"}),
        ('the need "Socket.IO Sender"', set()),
        ('the need "all nodes"', set()),
        ("a hidden need", {"Socket.IO Subscribe", "linking"}),
        ('"Namespace" is needed', {"dynamic-namespaces"}),
        ('"Message" is needed', set()),
    ],
)
def test_a_scenario_needs_what_its_sentences_need(
    tmp_path: Path, definitions: tuple[StepDefinition, ...], sentence: str, expected: set[str]
) -> None:
    (tmp_path / "requirements.toml").write_text(CATALOGUE)
    (tmp_path / "stop.feature").write_text(
        "Feature: Stop\n  @must @STO-5\n  Scenario: It waits\n"
        f"    Given {sentence}\n    When a need arises\n    Then the need is met\n"
    )
    suite = load_suite(tmp_path, definitions)
    assert suite.needs(suite.scenarios[0]) == expected
    assert suite.abilities(suite.scenarios[0]) == expected & set(Ability)


def test_the_examples_of_a_transport_need_it(
    tmp_path: Path, definitions: tuple[StepDefinition, ...]
) -> None:
    (tmp_path / "requirements.toml").write_text(CATALOGUE)
    (tmp_path / "stop.feature").write_text(
        "Feature: Stop\n  @must @STO-5\n  Scenario Outline: It waits\n"
        '    Given the need "<transport>"\n    When a need arises\n    Then the need is met\n'
        "    Examples:\n      | transport    |\n      | long-polling |\n      | upgraded     |\n"
    )
    suite = load_suite(tmp_path, definitions)
    assert [suite.needs(found) for found in suite.scenarios] == [{"polling"}, {"upgraded"}]
