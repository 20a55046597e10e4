"""Which scenarios of a run others build on, and so in which order they run."""

from collections import defaultdict
from collections.abc import Sequence

import pytest

from pulsecheck.driver.protocol import Capability
from pulsecheck.runner.collection import SOURCE, FeatureFile
from pulsecheck.suite.requirements import Level
from pulsecheck.suite.validation import Suite


class Bases:
    """What of a run each scenario builds on.

    `transport` is what scenarios use that are not about transports. Only what comes before a
    scenario can block it: so all workers agree, and none waits for what waits for it.
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
        """Each requirement that it builds on, with the selector of each scenario that shows it."""
        return self._found[item]

    @staticmethod
    def needs(item: pytest.Item) -> frozenset[Capability]:
        """The capabilities without which it does not apply."""
        return _suite(item).needs(item.stash[SOURCE])


def rank(item: pytest.Item) -> tuple[bool, int]:
    """How late a scenario comes: behind all that it builds on."""
    if SOURCE not in item.stash:
        return False, 0
    return _suite(item).rank(item.stash[SOURCE])


def binds(item: pytest.Item) -> bool:
    """Whether it shows anything that is not left to the implementation."""
    catalogue = _suite(item).catalogue
    names = item.stash[SOURCE].requirements
    return any(catalogue[name].level is not Level.MAY for name in names)


def _suite(item: pytest.Item) -> Suite:
    file = item.getparent(FeatureFile)
    if file is None:
        raise LookupError(f"{item.nodeid} comes from no feature file")
    return file.suite
