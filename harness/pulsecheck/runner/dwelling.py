"""Watch scenarios that are tagged @dwell for unexpected events, while other scenarios run.

Such a scenario is watched for `--dwell` seconds after its last sentence. Then it is reported.
"""

import threading
import time
from collections import deque

import msgspec
import pytest
from _pytest.runner import runtestprotocol

from pulsecheck.runner.scenario_run import ScenarioRun, attach
from pulsecheck.runner.worker import Worker
from pulsecheck.suite.validation import DWELL_TAG
from pulsecheck.world.world import World


class DwellingScenario(msgspec.Struct, frozen=True):
    """A scenario that has run and is watched until `due`, a time of the monotonic clock."""

    item: pytest.Item
    reports: list[pytest.TestReport]
    scenario_run: ScenarioRun
    world: World
    due: float


class DwellQueue:
    """Runs scenarios. Keeps each scenario that dwells until its time is over.

    `seconds`: how long a scenario dwells. `limit`: how many scenarios can dwell at the same time.
    """

    def __init__(self, seconds: float, limit: int, worker: Worker) -> None:
        self._seconds = seconds
        self._limit = limit
        self._worker = worker
        self._dwelling: deque[DwellingScenario] = deque()

    def run(
        self, item: pytest.Item, nextitem: pytest.Item | None, scenario_run: ScenarioRun
    ) -> None:
        """Run a scenario. If it passes and dwells, report it when it is due, otherwise at once."""
        self.end_due()
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        world = scenario_run.world
        if scenario_run.has_passed and world is not None and dwells(scenario_run):
            due = time.monotonic() + self._seconds
            self._dwelling.append(DwellingScenario(item, reports, scenario_run, world, due))
        else:
            self._log(item, reports)

    def end_all(self) -> None:
        """Wait for all dwelling scenarios and report them."""
        while self._dwelling:
            self._end(self._dwelling.popleft())

    def close_all(self) -> None:
        """After an interrupt, close the worlds of dwelling scenarios without reporting them."""
        while self._dwelling:
            self._dwelling.popleft().world.close()

    def end_due(self) -> None:
        """Report the scenarios that are due, and wait for the oldest if the limit is reached."""
        while self._dwelling and (
            len(self._dwelling) >= self._limit or self._dwelling[0].due <= time.monotonic()
        ):
            self._end(self._dwelling.popleft())

    def _end(self, scenario: DwellingScenario) -> None:
        threading.Event().wait(max(0.0, scenario.due - time.monotonic()))
        _, call, teardown = scenario.reports
        try:
            try:
                scenario.scenario_run.verify()
            finally:
                scenario.world.close()
        except Exception as error:  # noqa: BLE001 - every error belongs to this scenario
            scenario.scenario_run.fail(error)
            call.outcome = "failed"
            call.longrepr = scenario.scenario_run.record().reason
        attach(teardown, scenario.scenario_run.record())
        self._log(scenario.item, scenario.reports)

    def _log(self, item: pytest.Item, reports: list[pytest.TestReport]) -> None:
        with self._worker.reporting(item, reports):
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def dwells(scenario_run: ScenarioRun) -> bool:
    return DWELL_TAG in scenario_run.source.tags
