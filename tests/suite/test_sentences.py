"""The features that come with pulsecheck are valid and use every step definition."""

from collections.abc import Iterator
from itertools import islice

from pulsecheck.driver.protocol import NODE_TYPES
from pulsecheck.explore.planning import Profile
from pulsecheck.explore.scenario_text import JUDGED, in_the_past
from pulsecheck.explore.stream import sequences
from pulsecheck.runner import plugin
from pulsecheck.suite.feature_files import Step, all_scenarios, default_features
from pulsecheck.suite.step_definitions import step_definitions
from pulsecheck.suite.validation import load_suite
from pulsecheck.world.world import TRANSPORTS


def test_the_features_are_valid() -> None:
    assert len(load_suite(default_features(), step_definitions()).scenarios) > 150


def test_each_step_definition_is_used() -> None:
    steps = {step for scenario in all_scenarios(default_features()) for step in scenario.steps}
    steps |= set(steps_of_sequences())
    modules = {name.rpartition(".")[2] + ".py" for name in plugin.STEP_MODULES}
    unused = [
        f"{found.where} {found.parser.name}"
        for found in step_definitions()
        if found.where.split(":")[0] in modules and not any(found.matches(step) for step in steps)
    ]
    assert unused == []


def steps_of_sequences() -> Iterator[Step]:
    """Yield the steps of generated sequences, each as a Given and as a When."""
    profile = Profile(
        nodes=frozenset(NODE_TYPES),
        transports=tuple(TRANSPORTS),
        has_links=True,
        has_pass_through=True,
    )
    for sequence in islice(sequences(1, profile), 300):
        for sentence in sequence.sentences:
            yield Step(kind="given", text=in_the_past(sentence.text))
            yield Step(kind="when", text=sentence.text)
    yield Step(kind="then", text=JUDGED)


def test_no_scenario_has_more_than_eight_steps() -> None:
    long = [found.where for found in all_scenarios(default_features()) if len(found.steps) > 8]
    assert long == []
