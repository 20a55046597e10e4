"""Runs the scenarios of a suite against one implementation, in the order that blocking needs."""

from collections.abc import Callable, Generator
from typing import Any, NoReturn

import msgspec
import pytest

from harness.driver.errors import DriverError
from harness.driver.pool import ignore
from harness.driver.protocol import Initialized
from harness.driver.tcp import Announce
from harness.feature_files import ScenarioSource
from harness.gates import Suite
from harness.plugin.collection import SOURCE, FeatureFile
from harness.plugin.dwelling import Dwelling, dwells
from harness.plugin.trail import RECORD, Trail
from harness.records import Outcome
from harness.world.laboratory import Laboratory
from harness.world.world import World

NAME = "pulsecheck-conductor"
TRAIL = pytest.StashKey[Trail]()
DRIVER_FAILED = 2


class HarnessFailure(Exception):  # noqa: N818 - what it reports are errors
    """Something went wrong on the loop where nobody waited for it."""


class Conductor:
    """A plugin for one run, in the laboratory that `make` makes of where to announce.

    `initialized` is what the implementation said of itself. `announce` is told where a driver that
    connects is waited for.
    """

    def __init__(self, make: Callable[[Announce], Laboratory]) -> None:
        self._make = make
        self.announce: Announce = ignore
        self._failed: set[tuple[str, str | None]] = set()
        self.initialized: Initialized | None = None
        self.error = ""

    # --- the run ----------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """What others build on comes first; the order is the files' otherwise."""
        items.sort(key=_rank)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        if session.config.option.collectonly or not any(
            SOURCE in item.stash for item in session.items
        ):
            return (yield)
        try:
            laboratory = self._make(self.announce)
            with laboratory:
                self._begin(laboratory)
                try:
                    outcome = yield
                    self.dwelling.end_all()
                finally:
                    self.dwelling.abandon()
                    # Interrupted, a scenario still has its world, which needs the laboratory.
                    session._setupstate.teardown_exact(None)  # noqa: SLF001 - pytest has no other
        except DriverError as error:
            self._give_up(error)
        for untold in laboratory.untold:
            self._give_up(untold)
        return outcome

    def _give_up(self, error: DriverError) -> NoReturn:
        """End the run: what the driver did cannot be blamed on any scenario."""
        self.error = str(error)
        raise pytest.exit.Exception(self.error, DRIVER_FAILED) from error

    def _begin(self, laboratory: Laboratory) -> None:
        self.laboratory = laboratory
        self.initialized = laboratory.initialized
        self.dwelling = Dwelling(laboratory.deadlines.dwell, laboratory.most_at_once - 1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        if SOURCE not in item.stash:
            return None
        trail = item.stash[TRAIL] = Trail(item.stash[SOURCE])
        self.dwelling.run(item, nextitem, trail)
        return True

    # --- one scenario -----------------------------------------------------------------------

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Set aside what does not apply to this implementation, and what is blocked."""
        if SOURCE not in item.stash:
            return
        source, suite = item.stash[SOURCE], _suite(item)
        lacking = suite.needs(source) - self.laboratory.capabilities
        if lacking:
            names = ", ".join(sorted(lacking))
            self._set_aside(item, Outcome.NOT_APPLICABLE, f"not declared: {names}")
        base = self._failed_base(source, suite)
        if base is not None:
            self._set_aside(item, Outcome.BLOCKED, f"builds on {base}, which failed", base)

    def _set_aside(
        self, item: pytest.Item, outcome: Outcome, reason: str, blocked_by: str = ""
    ) -> None:
        item.stash[TRAIL].set_aside(outcome, reason, blocked_by)
        pytest.skip(f"{outcome}: {reason}")

    def _failed_base(self, source: ScenarioSource, suite: Suite) -> str | None:
        """The requirement that failed and without which the scenario says nothing."""
        transports = {source.transport or self.laboratory.default_transport, None}
        for base in suite.bases(source):
            if any((base, transport) in self._failed for transport in transports):
                return base
        return None

    @pytest.fixture
    def world(self, request: pytest.FixtureRequest) -> Generator[World, None, None]:
        """The world of a scenario; one that dwells outlives the test."""
        trail = request.node.stash[TRAIL]
        trail.world = World(self.laboratory)
        yield trail.world
        if not (trail.has_passed and dwells(trail)):
            trail.world.close()

    def pytest_bdd_before_scenario(self, request: pytest.FixtureRequest) -> None:
        if TRAIL in request.node.stash:
            request.getfixturevalue("world")

    def pytest_bdd_before_step(self, request: pytest.FixtureRequest) -> None:
        if TRAIL in request.node.stash:
            request.node.stash[TRAIL].begin_step()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        yield
        if TRAIL in item.stash:
            world = item.stash[TRAIL].world
            if world is not None:
                world.verify()
            failures = self.laboratory.loop.take_failures()
            if failures:
                raise HarnessFailure("; ".join(failures))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        trail = item.stash.get(TRAIL, None)
        if trail is not None:
            trail.take(report, call.excinfo.value if call.excinfo else None)
            if report.when == "teardown":
                record = trail.record()
                setattr(report, RECORD, msgspec.to_builtins(record))
                if record.outcome is Outcome.FAILED:
                    self._failed |= {(name, record.transport) for name in record.requirements}
        return report


def _rank(item: pytest.Item) -> tuple[bool, int]:
    """How late a scenario comes: behind all that it builds on."""
    if SOURCE not in item.stash:
        return False, 0
    return _suite(item).rank(item.stash[SOURCE])


def _suite(item: pytest.Item) -> Suite:
    file = item.getparent(FeatureFile)
    if file is None:
        raise LookupError(f"{item.nodeid} comes from no feature file")
    return file.suite
