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

from harness.gates import DWELL_TAG
from harness.plugin.trail import Trail, attach
from harness.plugin.worker import Worker
from harness.world.world import World


class Parked(msgspec.Struct, frozen=True):
    """A scenario that has run and is still watched, until `due` on the monotonic clock."""

    item: pytest.Item
    reports: list[pytest.TestReport]
    trail: Trail
    world: World
    due: float


class Dwelling:
    """Runs items; keeps those that dwell until their time is up, at most `limit` at once.

    `ended` is told each scenario that has come to its end.
    """

    def __init__(
        self, seconds: float, limit: int, worker: Worker, ended: Callable[[Trail], None]
    ) -> None:
        self._seconds = seconds
        self._limit = limit
        self._worker = worker
        self._ended = ended
        self._parked: deque[Parked] = deque()

    def run(self, item: pytest.Item, nextitem: pytest.Item | None, trail: Trail) -> None:
        """Run one scenario; report it now or, if it dwells, later."""
        self.end_due()
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        world = trail.world
        if trail.has_passed and world is not None and dwells(trail):
            due = time.monotonic() + self._seconds
            self._parked.append(Parked(item, reports, trail, world, due))
        else:
            self._log(item, reports)
            self._ended(trail)

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
            parked.trail.fail(error)
            call.outcome = "failed"
            call.longrepr = parked.trail.record().reason
        attach(teardown, parked.trail.record())
        self._log(parked.item, parked.reports)
        self._ended(parked.trail)

    def _log(self, item: pytest.Item, reports: list[pytest.TestReport]) -> None:
        with self._worker.reporting(item, reports):
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)


def dwells(trail: Trail) -> bool:
    return DWELL_TAG in trail.source.tags
