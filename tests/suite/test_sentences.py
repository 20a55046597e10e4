"""The features that come with pulsecheck are valid and use every step definition."""

from pulsecheck.runner import plugin
from pulsecheck.suite.feature_files import all_scenarios, default_features
from pulsecheck.suite.step_definitions import step_definitions
from pulsecheck.suite.validation import load_suite


def test_the_features_are_valid() -> None:
    assert len(load_suite(default_features(), step_definitions()).scenarios) > 150


def test_each_step_definition_is_used() -> None:
    steps = {step for scenario in all_scenarios(default_features()) for step in scenario.steps}
    modules = {name.rpartition(".")[2] + ".py" for name in plugin.STEP_MODULES}
    unused = [
        f"{found.where} {found.parser.name}"
        for found in step_definitions()
        if found.where.split(":")[0] in modules and not any(found.matches(step) for step in steps)
    ]
    assert unused == []


def test_no_scenario_has_more_than_eight_steps() -> None:
    long = [found.where for found in all_scenarios(default_features()) if len(found.steps) > 8]
    assert long == []
