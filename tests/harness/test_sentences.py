"""Every sentence of the features has one definition, and every definition is used."""

from harness import plugin
from harness.gates import load_suite
from harness.step_definitions import step_definitions
from harness.suite import default_features, scenarios


def test_the_features_pass_all_gates() -> None:
    assert len(load_suite(default_features(), step_definitions()).scenarios) > 150


def test_each_definition_is_used() -> None:
    steps = {step for scenario in scenarios(default_features()) for step in scenario.steps}
    modules = {name.rpartition(".")[2] + ".py" for name in plugin.SENTENCES}
    unused = [
        f"{found.where} {found.parser.name}"
        for found in step_definitions()
        if found.where.split(":")[0] in modules and not any(found.matches(step) for step in steps)
    ]
    assert unused == []


def test_no_scenario_has_more_than_eight_steps() -> None:
    long = [found.where for found in scenarios(default_features()) if len(found.steps) > 8]
    assert long == []
