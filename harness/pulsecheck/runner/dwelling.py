"""Lets scenarios that must stay quiet for a while do so beside each other.

A scenario tagged @dwell is watched for a while after its last sentence. Its reports are kept back
meanwhile and other scenarios run, since waiting is free.
"""

import threading
import time
from collections import deque
from collections.abc import Callable

import msgspec
import pytest
from _pytest.runner import runtestprotocol

from pulsecheck.runner.scenario_run import ScenarioRun, attach
from pulsecheck.runner.worker import Worker
from pulsecheck.suite.validation import DWELL_TAG
from pulsecheck.world.world import World


class Parked(msgspec.Struct, frozen=True):
    """A scenario that has run and is still watched, until `due` on the monotonic clock."""

    item: pytest.Item
    reports: list[pytest.TestReport]
    scenario_run: ScenarioRun
    world: World
    due: float


class Dwelling:
    """Runs items; keeps those that dwell until their time is up, at most `limit` at once.

    `ended` is told each scenario that has come to its end.
    """

    def __init__(
        self, seconds: float, limit: int, worker: Worker, ended: Callable[[ScenarioRun], None]
    ) -> None:
        self._seconds = seconds
        self._limit = limit
        self._worker = worker
        self._ended = ended
        self._parked: deque[Parked] = deque()

    def run(
        self, item: pytest.Item, nextitem: pytest.Item | None, scenario_run: ScenarioRun
    ) -> None:
        """Run one scenario; report it now or, if it dwells, later."""
        self.end_due()
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        world = scenario_run.world
        if scenario_run.has_passed and world is not None and dwells(scenario_run):
            due = time.monotonic() + self._seconds
            self._parked.append(Parked(item, reports, scenario_run, world, due))
        else:
            self._log(item, reports)
            self._ended(scenario_run)

    def end_all(self) -> None:
        """Wait for all that still dwell, and report them."""
        while self._parked:
            self._end(self._parked.popleft())

    def abandon(self) -> None:
        """Give back what still dwells, without a verdict: the run was interrupted."""
        while self._parked:
            self._parked.popleft().world.close()

    def end_due(self) -> None:
        """Report those whose time is up, and the oldest if there are too many."""
        while self._parked and (
            len(self._parked) >= self._limit or self._parked[0].due <= time.monotonic()
        ):
            self._end(self._parked.popleft())

    def _end(self, parked: Parked) -> None:
        threading.Event().wait(max(0.0, parked.due - time.monotonic()))
        _, call, teardown = parked.reports
        try:
            try:
                parked.world.verify()
            finally:
                parked.world.close()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is this scenario's
            parked.scenario_run.fail(error)
            call.outcome = "failed"
            call.longrepr = parked.scenario_run.record().reason
        attach(teardown, parked.scenario_run.record())
        self._log(parked.item, parked.reports)
        self._ended(parked.scenario_run)

    def _log(self, item: pytest.Item, reports: list[pytest.TestReport]) -> None:
        with self._worker.reporting(item, reports):
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def dwells(scenario_run: ScenarioRun) -> bool:
    return DWELL_TAG in scenario_run.source.tags
