"""Collect feature files with pytest: one test for each scenario that gherkin-official compiles."""

import types
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path

import pytest
from pytest_bdd import scenario

from pulsecheck.driver.protocol import Ability
from pulsecheck.suite.errors import SuiteError
from pulsecheck.suite.feature_files import CATALOGUE, ScenarioSource, slug
from pulsecheck.suite.needs import Need
from pulsecheck.suite.requirements import Level
from pulsecheck.suite.step_definitions import StepDefinition, step_definitions
from pulsecheck.suite.validation import Suite, load_suite

ExampleRow = tuple[tuple[str, str], ...]
SENTENCE = "pulsecheck_sentence"
"""The fixture name of all step definitions.

All step definitions share one name, because pytest-bdd looks up every fixture name at each step.
With many names, this would be slow.
"""
SOURCE = pytest.StashKey[ScenarioSource]()
SUITES = pytest.StashKey[dict[Path, Suite]]()


class FeatureFile(pytest.Module):
    """A feature file as a test module."""

    suite: Suite

    def collect(self) -> Iterator[pytest.Item | pytest.Collector]:
        """Yield the tests of the file. Raises CollectError if any part of the suite is invalid."""
        try:
            self.suite = _suite(self.config, self.path.parent)
        except SuiteError as error:
            raise self.CollectError(str(error)) from error
        self.obj = self._module()
        items = list(super().collect())
        self._attach(items)
        yield from items

    def _module(self) -> types.ModuleType:
        module = types.ModuleType(self.path.stem)
        for number, definition in enumerate(self._definitions()):
            fixture = pytest.fixture(name=SENTENCE)(definition.fixture)
            setattr(module, f"{SENTENCE}_{number}", fixture)
        for source in self._sources():
            test = scenario(str(self.path), source.name)(_run)
            setattr(module, _test_name(source), test)
        return module

    def _sources(self) -> tuple[ScenarioSource, ...]:
        return tuple(found for found in self.suite.scenarios if found.path == self.path)

    def _definitions(self) -> tuple[StepDefinition, ...]:
        """Return the definitions of the steps of this file."""
        steps = (step for source in self._sources() for step in source.steps)
        return tuple(dict.fromkeys(self.suite.definitions[step] for step in steps))

    def _attach(self, items: list[pytest.Item | pytest.Collector]) -> None:
        """Attach sources to their tests. Raises CollectError unless each source has one test."""
        sources = {(_test_name(source), _row(source.example)): source for source in self._sources()}
        for item in items:
            source = sources.pop(_key(item), None)
            if source is None:
                raise self.CollectError(f"{self.path}: the file has no scenario {item.name}")
            item.stash[SOURCE] = source
            item.extra_keyword_matches.add(source.selector)
            for tag in (*source.tags, *self.suite.abilities(source)):
                item.add_marker(str(tag))  # xdist cannot send an enum
        if sources:
            lost = ", ".join(f'"{source.name}"' for source in sources.values())
            raise self.CollectError(f"{self.path}: pytest-bdd collected no test for {lost}")


def _run() -> None:
    """The body of every test. The body is empty, because pytest-bdd runs the steps before it."""


def _test_name(source: ScenarioSource) -> str:
    return f"test_{slug(source.name)}"


def _row(example: Mapping[str, str]) -> ExampleRow:
    return tuple(sorted(example.items()))


def _key(item: pytest.Item | pytest.Collector) -> tuple[str, ExampleRow]:
    """Return the key that identifies a scenario, or one row of its examples, in its file."""
    callspec = getattr(item, "callspec", None)
    example = callspec.params["_pytest_bdd_example"] if callspec else {}
    return getattr(item, "originalname", item.name), _row(example)


_read = lru_cache(maxsize=1)(load_suite)
"""Reads the features only once in a process, as pytest-bdd does, so both use the same content."""


def _suite(config: pytest.Config, features: Path) -> Suite:
    """Return the suite of a folder. Register its tags and all abilities as markers of pytest."""
    suites = config.stash.setdefault(SUITES, {})
    if features not in suites:
        suite = suites[features] = _read(features, step_definitions())
        tags = {tag for source in suite.scenarios for tag in source.tags}
        for tag in sorted(tags | set(Ability)):
            config.addinivalue_line("markers", f"{tag}: a tag in the feature files, or an ability")
    return suites[features]


def needs(item: pytest.Item) -> frozenset[Need]:
    """Return the needs of a scenario. The scenario applies only if all needs are declared."""
    return _suite_of(item).needs(item.stash[SOURCE])


def binds(item: pytest.Item) -> bool:
    """Return whether a scenario tests a requirement whose level is not may."""
    catalogue = _suite_of(item).catalogue
    return any(catalogue[name].level is not Level.MAY for name in item.stash[SOURCE].requirements)


def _suite_of(item: pytest.Item) -> Suite:
    file = item.getparent(FeatureFile)
    if file is None:
        raise LookupError(f"{item.nodeid} is not from a feature file")
    return file.suite


def collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Return a collector for a feature file in a folder with a catalogue, or None."""
    if file_path.suffix == ".feature" and (file_path.parent / CATALOGUE).exists():
        return FeatureFile.from_parent(parent, path=file_path)
    return None
