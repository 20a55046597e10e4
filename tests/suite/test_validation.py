from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_bdd import given, parsers, then, when

from pulsecheck.suite.feature_files import FeatureError
from pulsecheck.suite.step_definitions import StepDefinition, step_definitions
from pulsecheck.suite.validation import load_suite

CATALOGUE = """
[[requirement]]
id = "STO-5"
level = "must"
fact = "On Stop waits."
page = "events/onsocketiostop"
"""
VALID = """
Feature: Stop
  @must @STO-5
  Scenario: On Stop waits
    Given something given
    When something happens
    Then something holds
"""


@given("something given")
def something() -> None: ...


@when("something happens")
def happens() -> None: ...


@then("something holds")
def holds() -> None: ...


@given("something twofold")
@given(parsers.re("something two.*"))
def twofold() -> None: ...


@when("something asynchronous happens")
async def asynchronous() -> None: ...


@when("something is generated")
def generated() -> Iterator[None]:
    yield


@when(parsers.parse('"{something}" is said'))
def without_parameter() -> None: ...


@when("nothing is said")
def with_extra_parameter(something: str) -> None: ...


@when("nothing more happens")
def nothing_more() -> None: ...


@when("a table is shown")
def without_table() -> None: ...


@pytest.fixture(scope="module")
def definitions() -> tuple[StepDefinition, ...]:
    here = Path(__file__).name
    return tuple(found for found in step_definitions() if found.where.startswith(here))


class Folder:
    def __init__(self, path: Path, definitions: tuple[StepDefinition, ...]) -> None:
        self.path = path
        self._definitions = definitions
        (path / "requirements.toml").write_text(CATALOGUE)

    def error_message(self, *features: str) -> str:
        """Return the error for these feature files, with paths shortened."""
        for number, text in enumerate(features):
            (self.path / f"{number}.feature").write_text(text.lstrip())
        with pytest.raises(FeatureError) as error:
            load_suite(self.path, self._definitions)
        return str(error.value).replace(f"{self.path}/", "")


@pytest.fixture
def folder(tmp_path: Path, definitions: tuple[StepDefinition, ...]) -> Folder:
    return Folder(tmp_path, definitions)


def test_a_valid_folder_is_loaded(tmp_path: Path, definitions: tuple[StepDefinition, ...]) -> None:
    (tmp_path / "requirements.toml").write_text(CATALOGUE)
    (tmp_path / "stop.feature").write_text(VALID)
    assert [found.name for found in load_suite(tmp_path, definitions).scenarios] == [
        "On Stop waits"
    ]


def test_each_step_has_its_definition(
    tmp_path: Path, definitions: tuple[StepDefinition, ...]
) -> None:
    (tmp_path / "requirements.toml").write_text(CATALOGUE)
    (tmp_path / "stop.feature").write_text(VALID)
    suite = load_suite(tmp_path, definitions)
    found = {step.text: definition.parser.name for step, definition in suite.definitions.items()}
    sentences = ("something given", "something happens", "something holds")
    assert found == {text: text for text in sentences}


def test_an_unknown_tag_is_rejected(folder: Folder) -> None:
    assert folder.error_message(VALID.replace("@must", "@must @mus")) == (
        '0.feature:3: the scenario "On Stop waits" has the unknown tag @mus\n'
        "  Use a requirement's id or one of: @dwell, @may, @must, @should, @silent."
    )


def test_an_id_that_is_not_in_the_catalogue_is_rejected(folder: Folder) -> None:
    assert folder.error_message(VALID.replace("@STO-5", "@STO-55")) == (
        '0.feature:3: the scenario "On Stop waits" is tagged @STO-55, but requirements.toml has '
        "no such requirement\n"
        "  Tag it with an id of requirements.toml, or add STO-55 there."
    )


def test_a_scenario_without_a_requirement_is_rejected(folder: Folder) -> None:
    assert folder.error_message(VALID.replace("@must @STO-5", "@must")) == (
        '0.feature:3: the scenario "On Stop waits" has no requirement tag\n'
        "  Tag it, its Rule or its Feature with the id of a requirement, such as @STO-5."
    )


def test_a_level_that_differs_from_the_catalogue_is_rejected(folder: Folder) -> None:
    assert folder.error_message(VALID.replace("@must", "@may")) == (
        '0.feature:3: the scenario "On Stop waits" is not tagged with the level of STO-5\n'
        "  Tag it @must, as in requirements.toml."
    )


def test_a_requirement_without_a_scenario_is_rejected(folder: Folder) -> None:
    more = CATALOGUE.replace("STO-5", "STO-6")
    (folder.path / "requirements.toml").write_text(CATALOGUE + more)
    assert folder.error_message(VALID) == (
        "requirements.toml: no scenario tests the requirement STO-6\n"
        "  Write a scenario tagged @STO-6, or remove the requirement."
    )


def test_two_scenarios_with_one_name_in_two_files_are_rejected(folder: Folder) -> None:
    assert folder.error_message(VALID, VALID) == (
        '1.feature:3: a second scenario is named "On Stop waits"; the first is at 0.feature:3\n'
        "  Give each scenario its own title."
    )


def test_two_scenarios_with_one_name_in_one_file_are_rejected(folder: Folder) -> None:
    assert 'a second scenario is named "On Stop waits"' in folder.error_message(
        VALID + VALID.replace("\nFeature: Stop", "")
    )


def test_a_title_that_is_contained_in_another_is_rejected(folder: Folder) -> None:
    longer = VALID.replace("On Stop waits", "On Stop waits long")
    assert folder.error_message(VALID, longer) == (
        '0.feature:3: "on_stop_waits" selects more than one scenario\n'
        "  Reword the title so that it is not contained in another title."
    )


def test_a_scenario_without_steps_is_rejected(folder: Folder) -> None:
    # gherkin-official accepts a scenario without steps, and in pytest-bdd the scenario would pass.
    assert folder.error_message(VALID.partition("    Given")[0]) == (
        '0.feature:3: the scenario "On Stop waits" has no steps, so it would pass\n'
        "  Write its steps or remove it."
    )


def test_a_step_without_a_definition_is_rejected(folder: Folder) -> None:
    assert folder.error_message(VALID.replace("given", "else")) == (
        '0.feature:3: no step definition matches "Given something else"\n'
        "  Use a sentence of pulsecheck.steps, or define this sentence there."
    )


def test_an_ambiguous_step_is_rejected(folder: Folder) -> None:
    message = folder.error_message(VALID.replace("given", "twofold"))
    assert message.startswith(
        '0.feature:3: "Given something twofold" is ambiguous: it matches test_validation.py:'
    )


def test_an_asynchronous_step_is_rejected(folder: Folder) -> None:
    text = VALID.replace("When something happens", "When something asynchronous happens")
    assert folder.error_message(text).endswith(
        'the function of the step "something asynchronous happens" is an async def, so the step '
        "would pass without running\n  Make it a plain function. "
        "Use the world's methods to wait for the event loop."
    )


def test_a_step_that_is_a_generator_is_rejected(folder: Folder) -> None:
    assert folder.error_message(
        VALID.replace("When something happens", "When something is generated")
    ).endswith(
        'the function of the step "something is generated" is a generator, so the step would pass '
        "without running\n"
        "  Make it a plain function. Use the world's methods to wait for the event loop."
    )


def test_a_parameter_that_the_sentence_does_not_have_is_rejected(folder: Folder) -> None:
    assert folder.error_message(
        VALID.replace("When something happens", "When nothing is said")
    ).endswith(
        'the function of the step "nothing is said" has the parameter "something", but the '
        "sentence has no such placeholder\n"
        "  Use the name of a {placeholder} in the sentence, or world."
    )


@pytest.mark.parametrize(
    ("step", "parameter", "argument"),
    [
        ('"a word" is said', "something", 'the placeholder "something"'),
        ("a table is shown\n      | one |", "datatable", "a datatable"),
        ('a table is shown\n      """\n      text\n      """', "docstring", "a docstring"),
    ],
)
def test_a_step_function_without_a_parameter_of_its_sentence_is_rejected(
    folder: Folder, step: str, parameter: str, argument: str
) -> None:
    message = folder.error_message(VALID.replace("When something happens", f"When {step}"))
    sentence = step.partition("\n")[0]
    assert message.endswith(
        f'the step "{sentence}" has {argument}, but its function has no such parameter\n'
        f'  Add the parameter "{parameter}" to the step function and use it.'
    )


@pytest.mark.parametrize(
    ("end", "whens"),
    [("Then something holds", 0), ("When something happens\n    And nothing more happens", 2)],
)
def test_a_scenario_without_exactly_one_when_is_rejected(
    folder: Folder, end: str, whens: int
) -> None:
    assert folder.error_message(VALID.replace("When something happens", end)) == (
        f'0.feature:3: the scenario "On Stop waits" has {whens} When steps, expected 1\n'
        "  Test one behaviour: move preparation to Given, and other behaviours to their own "
        "scenarios."
    )


@pytest.mark.parametrize("end", ["", "    Given something given\n"])
def test_a_scenario_that_does_not_end_with_a_then_is_rejected(folder: Folder, end: str) -> None:
    assert folder.error_message(VALID.replace("    Then something holds\n", end)) == (
        '0.feature:3: the steps of the scenario "On Stop waits" are not in the order Given, When, '
        "Then\n  Put preparation before the When, and at least one Then after it: without a Then "
        "the scenario could not fail."
    )


def test_an_unknown_transport_is_rejected(folder: Folder) -> None:
    outline = VALID.replace("Scenario:", "Scenario Outline:") + (
        "\n    Examples:\n      | transport |\n      | pigeon    |\n"
    )
    assert folder.error_message(outline) == (
        '0.feature:10: the scenario "On Stop waits" has the unknown transport "pigeon"\n'
        "  Use one of: WebSocket, upgraded, long-polling."
    )
