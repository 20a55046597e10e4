"""Dependencies between the scenarios of a run, and the order that follows from them."""

from collections import defaultdict
from collections.abc import Sequence

import pytest

from pulsecheck.driver.protocol import Capability
from pulsecheck.runner.collection import SOURCE, FeatureFile
from pulsecheck.suite.requirements import Level
from pulsecheck.suite.validation import Suite


class Bases:
    """The bases of each scenario: the requirements it builds on, and scenarios that test them.

    `transport` is the default transport of scenarios. Only scenarios that are earlier in `items`
    can be bases. So all workers find the same bases, and two scenarios never wait for each other.
    """

    def __init__(self, items: Sequence[pytest.Item], transport: str) -> None:
        self._found: dict[pytest.Item, tuple[tuple[str, str], ...]] = {}
        shown: defaultdict[tuple[str, str | None], list[str]] = defaultdict(list)
        for item in (item for item in items if SOURCE in item.stash):
            source = item.stash[SOURCE]
            self._found[item] = tuple(
                (base, selector)
                for base in _suite(item).bases(source)
                for over in (source.transport or transport, None)
                for selector in shown[base, over]
            )
            for name in source.requirements:
                shown[name, source.transport].append(source.selector)

    def of(self, item: pytest.Item) -> tuple[tuple[str, str], ...]:
        """Return the requirements that a scenario builds on, each with a selector that tests it."""
        return self._found[item]

    @staticmethod
    def needs(item: pytest.Item) -> frozenset[Capability]:
        """Return the capabilities that a scenario needs to apply."""
        return _suite(item).needs(item.stash[SOURCE])


def rank(item: pytest.Item) -> tuple[bool, int]:
    """Return the sort key that puts a scenario after everything that it builds on."""
    if SOURCE not in item.stash:
        return False, 0
    return _suite(item).rank(item.stash[SOURCE])


def binds(item: pytest.Item) -> bool:
    """Return whether a scenario tests a requirement whose level is not may."""
    catalogue = _suite(item).catalogue
    names = item.stash[SOURCE].requirements
    return any(catalogue[name].level is not Level.MAY for name in names)


def _suite(item: pytest.Item) -> Suite:
    file = item.getparent(FeatureFile)
    if file is None:
        raise LookupError(f"{item.nodeid} is not from a feature file")
    return file.suite
