"""What is wrong with a suite before it runs: each fault would otherwise hide a scenario.

pytest-bdd drops one of two scenarios of the same name, lets a scenario without steps or without a
Then pass, and a step that is an `async def` or a generator; it picks one of two matching steps, and
drops what a step does not take. None of that may happen silently.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import msgspec

from pulsecheck.driver.protocol import Capability
from pulsecheck.suite.feature_files import (
    CATALOGUE,
    REQUIREMENT_TAG,
    USES_TAG,
    FeatureError,
    ScenarioSource,
    Step,
    feature_files,
    read_scenarios,
)
from pulsecheck.suite.requirements import Catalogue, Level, load
from pulsecheck.suite.step_definitions import StepDefinition

DWELL_TAG = "dwell"
ORDER = ("given", "when", "then")
FIXTURES = frozenset({"world"})
"""What steps may take besides what their sentences give."""
TRANSPORT_CAPABILITIES: dict[str, frozenset[Capability]] = {
    "WebSocket": frozenset({Capability.WEBSOCKET}),
    "long-polling": frozenset({Capability.POLLING}),
    "upgraded": frozenset({Capability.POLLING, Capability.WEBSOCKET}),
}
"""What an implementation must declare for the examples of a transport to apply to it."""


class Suite(msgspec.Struct, frozen=True, dict=True):
    """A catalogue and the scenarios that show its requirements, found sound.

    `definitions` has the one definition of each of their steps.
    """

    catalogue: Catalogue
    scenarios: tuple[ScenarioSource, ...]
    definitions: Mapping[Step, StepDefinition]

    def needs(self, scenario: ScenarioSource) -> frozenset[Capability]:
        """The capabilities without which a scenario does not apply: what it uses, it needs."""
        tagged = {Capability(tag) for tag in scenario.tags if tag in set(Capability)}
        required = {
            capability
            for identifier in (*scenario.requirements, *scenario.uses)
            for capability in self.catalogue[identifier].capabilities
        }
        transport = TRANSPORT_CAPABILITIES.get(scenario.transport or "", frozenset())
        return frozenset(tagged | required | transport)

    def bases(self, scenario: ScenarioSource) -> tuple[str, ...]:
        """The requirements without which a scenario shows nothing, but for its own."""
        found: dict[str, None] = {}
        for identifier in scenario.requirements:
            found.update(dict.fromkeys(self.catalogue.dependencies(identifier)))
        for used in scenario.uses:
            found.update(dict.fromkeys((*self.catalogue.dependencies(used), used)))
        return tuple(name for name in found if name not in scenario.requirements)

    def rank(self, scenario: ScenarioSource) -> tuple[bool, int]:
        """How late a scenario comes, for all that it builds on to come before it.

        What nothing builds on comes last, unless it dwells: then it can run meanwhile.
        """
        is_base = not self._bases.isdisjoint(scenario.requirements)
        used = (self._last[name] + 1 for name in scenario.uses if name in self._last)
        return not (is_base or DWELL_TAG in scenario.tags), max((self._own_rank(scenario), *used))

    def _own_rank(self, scenario: ScenarioSource) -> int:
        """By the catalogue alone. What scenarios use may lead in a circle, which that cannot."""
        shown = (self.catalogue.rank(name) for name in scenario.requirements)
        used = (self.catalogue.rank(name) + 1 for name in scenario.uses)
        return max((*shown, *used))

    @cached_property
    def _last(self) -> dict[str, int]:
        """The rank of the last scenario that shows a requirement."""
        found: dict[str, int] = {}
        for scenario in self.scenarios:
            for name in scenario.requirements:
                found[name] = max(found.get(name, 0), self._own_rank(scenario))
        return found

    @cached_property
    def _bases(self) -> frozenset[str]:
        """The requirements that any scenario builds on."""
        return frozenset(name for scenario in self.scenarios for name in self.bases(scenario))


def load_suite(features: Path, definitions: Sequence[StepDefinition]) -> Suite:
    """Read a folder of features with its catalogue and check that all of it will be judged.

    Raises FeatureError or CatalogueError for the first fault.
    """
    catalogue = load(features / CATALOGUE)
    scenarios = tuple(
        scenario for path in feature_files(features) for scenario in read_scenarios(path)
    )
    defined: dict[Step, StepDefinition] = {}
    for scenario in scenarios:
        _check_tags(scenario, catalogue)
        _check_transport(scenario)
        _check_is_judged(scenario)
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
            "Tag it, its Rule or its Feature with the id it shows, such as @STO-5.",
        )
    levels = {catalogue[identifier].level for identifier in scenario.requirements}
    if set(Level) & set(scenario.tags) != levels:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" is not tagged with the level of '
            f"{', '.join(scenario.requirements)}",
            f"Tag it {_tags(levels)}, as {CATALOGUE} says.",
        )


def _check_tag(scenario: ScenarioSource, tag: str, catalogue: Catalogue) -> None:
    known = {*Level, *Capability, DWELL_TAG}
    uses = USES_TAG.fullmatch(tag)
    if uses or REQUIREMENT_TAG.fullmatch(tag):
        identifier = uses[1] if uses else tag
        if identifier not in catalogue:
            raise FeatureError(
                scenario.where,
                f'the scenario "{scenario.name}" is tagged @{tag}, '
                f"which is no requirement of {CATALOGUE}",
                f"Tag it with an id that is there, or add {identifier} to {CATALOGUE}.",
            )
    elif tag not in known:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" has the unknown tag @{tag}',
            f"Use a requirement's id, uses- and an id, or one of: {_tags(known, ', ')}.",
        )


def _tags(names: Iterable[str], separator: str = " ") -> str:
    return separator.join(f"@{name}" for name in sorted(names))


def _check_transport(scenario: ScenarioSource) -> None:
    if scenario.transport not in {None, *TRANSPORT_CAPABILITIES}:
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" has the unknown transport "{scenario.transport}"',
            f"Use one of: {', '.join(TRANSPORT_CAPABILITIES)}.",
        )


def _check_is_judged(scenario: ScenarioSource) -> None:
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
            f'the scenario "{scenario.name}" has {kinds.count("when")} steps of When, and not one',
            "Show one behaviour: put what leads to it into Given, and others into scenarios of "
            "their own.",
        )
    if kinds[-1] != "then" or kinds != sorted(kinds, key=ORDER.index):
        raise FeatureError(
            scenario.where,
            f'the scenario "{scenario.name}" does not go from Given over When to Then',
            "Put what leads to its When before it, and behind it all that must be seen: without a "
            "Then nothing could fail.",
        )


def _definition(step: Step, where: str, definitions: Iterable[StepDefinition]) -> StepDefinition:
    """The one definition of a step, which is first used at `where`."""
    matching = [found for found in definitions if found.matches(step)]
    if not matching:
        raise FeatureError(
            where,
            f'no step definition matches "{step.kind.title()} {step.text}"',
            "Use a sentence that harness/steps defines, or define this one there.",
        )
    if len(matching) > 1:
        places = " and ".join(found.where for found in matching)
        raise FeatureError(
            where,
            f'"{step.kind.title()} {step.text}" is ambiguous: it matches {places}',
            "Reword the sentence or make one of the definitions narrower.",
        )
    _check_definition(step, matching[0])
    return matching[0]


def _check_definition(step: Step, definition: StepDefinition) -> None:
    """Refuse what pytest-bdd would pass without running, or run without what was said."""
    if definition.unrun:
        raise FeatureError(
            definition.where,
            f'the step "{step.text}" is {definition.unrun}, which would pass without running',
            "Make it a plain function; the world waits for what runs on the loop.",
        )
    words = definition.parser.parse_arguments(step.text) or {}
    given = {name for name, word in words.items() if word is not None} | ({step.below} - {""})
    for name in sorted(definition.required - given - words.keys() - FIXTURES):
        raise FeatureError(
            definition.where,
            f'the step "{step.text}" takes "{name}", which its sentence does not give',
            f"Name a parameter after a {{word}} of the sentence, or {' or '.join(FIXTURES)}.",
        )
    for name in sorted(given - definition.parameters):
        raise FeatureError(
            definition.where,
            f'the step "{step.text}" does not take "{name}", which its sentence gives',
            "Take it: what a sentence says must make a difference.",
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
                "Give each scenario a title of its own.",
            )


def _check_selectors(scenarios: Iterable[ScenarioSource]) -> None:
    selectors = Counter(scenario.selector for scenario in scenarios)
    for scenario in scenarios:
        others = [word for word in selectors if scenario.selector in word]
        if len(others) > 1 or selectors[scenario.selector] > 1:
            raise FeatureError(
                scenario.where,
                f'"{scenario.selector}" selects more than one scenario',
                "Reword the title so that it is not contained in another one.",
            )


def _check_complete(
    features: Path, catalogue: Catalogue, scenarios: Iterable[ScenarioSource]
) -> None:
    shown = {identifier for scenario in scenarios for identifier in scenario.requirements}
    for requirement in catalogue.requirements:
        if requirement.id not in shown:
            raise FeatureError(
                str(features / CATALOGUE),
                f"no scenario shows the requirement {requirement.id}",
                f"Write a scenario tagged @{requirement.id}, or take the requirement out.",
            )
