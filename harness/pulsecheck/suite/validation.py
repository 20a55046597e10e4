"""Validation of a suite before it runs, for errors that pytest-bdd would hide.

pytest-bdd drops one of two scenarios with the same name. A scenario without steps or without a Then
passes. A step whose function is an `async def` or a generator passes too, although the function's
body does not run. If two definitions match a step, pytest-bdd uses one of them. If a step function
has no parameter for an argument, pytest-bdd drops the argument.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from pulsecheck.driver.profile import TRANSPORT_NAMES
from pulsecheck.driver.protocol import Ability
from pulsecheck.suite.feature_files import (
    CATALOGUE,
    REQUIREMENT_TAG,
    FeatureError,
    ScenarioSource,
    Step,
    feature_files,
    read_scenarios,
)
from pulsecheck.suite.needs import Need
from pulsecheck.suite.requirements import Catalogue, Level, load
from pulsecheck.suite.step_definitions import StepDefinition

DWELL_TAG = "dwell"
ORDER = ("given", "when", "then")
FIXTURES = frozenset({"world"})
"""Parameters that a step function may have besides the parameters for its placeholders."""
TRANSPORTS = {name: use for use, name in TRANSPORT_NAMES.items()}
"""The transports that the examples of a scenario can name."""


class Suite(msgspec.Struct, frozen=True):
    """A valid suite: a catalogue, scenarios that test its requirements, and step definitions.

    `definitions`: the definition of each step.
    """

    catalogue: Catalogue
    scenarios: tuple[ScenarioSource, ...]
    definitions: Mapping[Step, StepDefinition]

    def needs(self, scenario: ScenarioSource) -> frozenset[Need]:
        """Return the needs of a scenario: an implementation must declare them for it to apply."""
        found = {need for step in scenario.steps for need in self.definitions[step].needs(step)}
        if scenario.transport is not None:
            found.add(TRANSPORTS[scenario.transport])
        return frozenset(found)

    def abilities(self, scenario: ScenarioSource) -> frozenset[Need]:
        """Return the abilities among the needs of a scenario."""
        return self.needs(scenario) & set(Ability)


def load_suite(features: Path, definitions: Sequence[StepDefinition]) -> Suite:
    """Read a folder of features with its catalogue. Validate that every scenario can be judged.

    Raises FeatureError or CatalogueError for the first error.
    """
    catalogue = load(features / CATALOGUE)
    scenarios = tuple(
        scenario for path in feature_files(features) for scenario in read_scenarios(path)
    )
    defined: dict[Step, StepDefinition] = {}
    for scenario in scenarios:
        _check_tags(scenario, catalogue)
        _check_transport(scenario)
        _check_steps(scenario)
        for step in scenario.steps:
            if step not in defined:
                defined[step] = _definition(step, scenario.where, definitions)
    _check_names(scenarios)
    _check_selectors(scenarios)
    _check_complete(features, catalogue, scenarios)
    return Suite(catalogue, scenarios, defined)


def _check_tags(scenario: ScenarioSource, catalogue: Catalogue) -> None:
    for tag in scenario.tags:
        _check_tag(scenario, tag, catalogue)
    if not scenario.requirements:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" has no requirement tag',
            "Tag it, its Rule or its Feature with the id of a requirement, such as @STO-5.",
        )
    levels = {catalogue[identifier].level for identifier in scenario.requirements}
    if set(Level) & set(scenario.tags) != levels:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" is not tagged with the level of '
            f"{', '.join(scenario.requirements)}",
            f"Tag it {_tags(levels)}, as in {CATALOGUE}.",
        )


def _check_tag(scenario: ScenarioSource, tag: str, catalogue: Catalogue) -> None:
    known = {*Level, DWELL_TAG}
    if REQUIREMENT_TAG.fullmatch(tag):
        if tag not in catalogue:
            raise FeatureError(
                scenario.where,
                f'the scenario "{scenario.name}" is tagged @{tag}, '
                f"but {CATALOGUE} has no such requirement",
                f"Tag it with an id of {CATALOGUE}, or add {tag} there.",
            )
    elif tag not in known:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" has the unknown tag @{tag}',
            f"Use a requirement's id or one of: {_tags(known, ', ')}.",
        )


def _tags(names: Iterable[str], separator: str = " ") -> str:
    return separator.join(f"@{name}" for name in sorted(names))


def _check_transport(scenario: ScenarioSource) -> None:
    if scenario.transport not in {None, *TRANSPORTS}:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" has the unknown transport "{scenario.transport}"',
            f"Use one of: {', '.join(TRANSPORTS)}.",
        )


def _check_steps(scenario: ScenarioSource) -> None:
    kinds = [step.kind for step in scenario.steps]
    if not kinds:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" has no steps, so it would pass',
            "Write its steps or remove it.",
        )
    if kinds.count("when") != 1:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" has {kinds.count("when")} When steps, expected 1',
            "Test one behaviour: move preparation to Given, and other behaviours to their own "
            "scenarios.",
        )
    if kinds[-1] != "then" or kinds != sorted(kinds, key=ORDER.index):
        raise FeatureError(
            scenario.where,
            f'the steps of the scenario "{scenario.name}" are not in the order Given, When, Then',
            "Put preparation before the When, and at least one Then after it: without a Then the "
            "scenario could not fail.",
        )


def _definition(step: Step, where: str, definitions: Iterable[StepDefinition]) -> StepDefinition:
    """Return the one definition that matches a step. `where`: the first scenario with the step."""
    matching = [found for found in definitions if found.matches(step)]
    if not matching:
        raise FeatureError(
            where,
            f'no step definition matches "{step.kind.title()} {step.text}"',
            "Use a sentence of pulsecheck.steps, or define this sentence there.",
        )
    if len(matching) > 1:
        places = " and ".join(found.where for found in matching)
        raise FeatureError(
            where,
            f'"{step.kind.title()} {step.text}" is ambiguous: it matches {places}',
            "Reword the sentence, or change one of the definitions so that only the other matches.",
        )
    _check_definition(step, matching[0])
    return matching[0]


def _check_definition(step: Step, definition: StepDefinition) -> None:
    """Reject a definition that does not fit a step.

    pytest-bdd would let the step pass without running the function's body, or drop an argument. Or
    the function has a parameter that the step does not give.
    """
    if definition.not_run:
        raise FeatureError(
            definition.where,
            f'the function of the step "{step.text}" is {definition.not_run}, so the step would '
            "pass without running",
            "Make it a plain function. Use the world's methods to wait for the event loop.",
        )
    words = definition.parser.parse_arguments(step.text) or {}
    given = {name for name, word in words.items() if word is not None} | ({step.argument} - {""})
    for name in sorted(definition.required - given - words.keys() - FIXTURES):
        raise FeatureError(
            definition.where,
            f'the function of the step "{step.text}" has the parameter "{name}", but the sentence '
            "has no such placeholder",
            f"Use the name of a {{placeholder}} in the sentence, or {' or '.join(FIXTURES)}.",
        )
    for name in sorted(given - definition.parameters):
        has = f"a {name}" if name == step.argument else f'the placeholder "{name}"'
        raise FeatureError(
            definition.where,
            f'the step "{step.text}" has {has}, but its function has no such parameter',
            f'Add the parameter "{name}" to the step function and use it.',
        )


def _check_names(scenarios: Iterable[ScenarioSource]) -> None:
    first: dict[str, ScenarioSource] = {}
    for scenario in scenarios:
        other = first.setdefault(scenario.name, scenario)
        same_outline = other.path == scenario.path and other.example != scenario.example
        if other is not scenario and not same_outline:
            raise FeatureError(
                scenario.where,
                f'a second scenario is named "{scenario.name}"; the first is at {other.where}',
                "Give each scenario its own title.",
            )


def _check_selectors(scenarios: Iterable[ScenarioSource]) -> None:
    selectors = Counter(scenario.selector for scenario in scenarios)
    for scenario in scenarios:
        others = [word for word in selectors if scenario.selector in word]
        if len(others) > 1 or selectors[scenario.selector] > 1:
            raise FeatureError(
                scenario.where,
                f'"{scenario.selector}" selects more than one scenario',
                "Reword the title so that it is not contained in another title.",
            )


def _check_complete(
    features: Path, catalogue: Catalogue, scenarios: Iterable[ScenarioSource]
) -> None:
    shown = {identifier for scenario in scenarios for identifier in scenario.requirements}
    for requirement in catalogue.requirements:
        if requirement.id not in shown:
            raise FeatureError(
                str(features / CATALOGUE),
                f"no scenario tests the requirement {requirement.id}",
                f"Write a scenario tagged @{requirement.id}, or remove the requirement.",
            )
