from pathlib import Path

import pytest

from pulsecheck.suite.feature_files import FeatureError, feature_files, read_scenarios

FEATURE = """
@studio
Feature: Stop

  @must @STO-5
  Rule: On Stop waits

    Scenario: It is silent
      Given a project
      And a server
      When a pulse comes
      Then nothing happens
      But later it does

    @dwell
    Scenario Outline: It is silent over all
      When a pulse comes over "<transport>"

      Examples:
        | transport    |
        | WebSocket    |
        | long-polling |
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    file = tmp_path / "stop.feature"
    file.write_text(FEATURE)
    return file


def test_each_row_of_an_outline_is_a_scenario(path: Path) -> None:
    assert [scenario.selector for scenario in read_scenarios(path)] == [
        "it_is_silent",
        "it_is_silent_over_all[websocket]",
        "it_is_silent_over_all[long_polling]",
    ]


def test_tags_of_feature_rule_and_scenario_count(path: Path) -> None:
    assert read_scenarios(path)[1].tags == ("studio", "must", "STO-5", "dwell")


def test_requirements_are_the_tags_that_look_like_ids(path: Path) -> None:
    assert read_scenarios(path)[0].requirements == ("STO-5",)


def test_and_and_but_take_the_kind_of_the_step_before(path: Path) -> None:
    kinds = [step.kind for step in read_scenarios(path)[0].steps]
    assert kinds == ["given", "given", "when", "then", "then"]


def test_a_row_fills_in_the_sentences_and_sets_the_transport(path: Path) -> None:
    scenario = read_scenarios(path)[2]
    assert scenario.steps[0].text == 'a pulse comes over "long-polling"'
    assert scenario.transport == "long-polling"


def test_a_scenario_has_its_line(path: Path) -> None:
    assert [scenario.line for scenario in read_scenarios(path)] == [8, 21, 22]


def test_a_file_that_is_not_gherkin_is_rejected_with_the_line(tmp_path: Path) -> None:
    file = tmp_path / "bad.feature"
    file.write_text("Feature: Bad\n  Scenario: One\n    Given a\n    Whenever I feel like it\n")
    with pytest.raises(FeatureError) as error:
        read_scenarios(file)
    assert str(error.value).startswith(f"{file}: is not Gherkin: (4:5): expected:")
    assert str(error.value).endswith("\n  Fix this line.")


def test_a_file_that_is_not_utf_8_is_rejected(tmp_path: Path) -> None:
    file = tmp_path / "bad.feature"
    file.write_bytes(b"Feature: \xff")
    with pytest.raises(FeatureError, match="cannot be read: 'utf-8' codec"):
        read_scenarios(file)


def test_a_folder_without_features_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(FeatureError, match="the folder has no feature files"):
        feature_files(tmp_path)
