"""The pytest plugin that runs the scenarios of a process, and runs failed scenarios again."""

from collections.abc import Callable, Generator
from typing import Any, NoReturn

import msgspec
import pytest

from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.pool import no_announcement
from pulsecheck.driver.protocol import Initialized
from pulsecheck.driver.tcp import Announce
from pulsecheck.runner.collection import SOURCE, binds, needs
from pulsecheck.runner.dwelling import DwellQueue, dwells
from pulsecheck.runner.scenario_run import ScenarioRun, attach
from pulsecheck.runner.shared_state import SharedState, StoppedError
from pulsecheck.runner.worker import Worker
from pulsecheck.steps.judging import pending
from pulsecheck.world.resources import RunResources
from pulsecheck.world.world import World

NAME = "pulsecheck-scheduler"
SCENARIO_RUN = pytest.StashKey[ScenarioRun]()
DRIVER_FAILED = 2


class LoopError(Exception):
    """Exceptions on the event loop that no caller received."""


class Scheduler:
    """A pytest plugin that runs the scenarios of one process.

    Each worker has a scheduler. The controller has a scheduler too, which runs nothing.
    `make_resources`: makes the resources of the run. `announce`: called with the address on which
    the harness waits for a driver that connects. `rerun`: after all scenarios have ended, run each
    failed scenario again on its own.
    """

    def __init__(
        self,
        make_resources: Callable[[Announce], RunResources],
        shared_state: SharedState,
        worker: Worker,
        *,
        rerun: bool = False,
    ) -> None:
        self._make_resources = make_resources
        self.shared_state = shared_state
        self._worker = worker
        self._rerun = rerun
        self.announce: Announce = no_announcement

    @property
    def initialized(self) -> Initialized | None:
        """The answer to initialize, or None if no driver started."""
        found = self.shared_state.initialized
        return None if found is None else msgspec.convert(found, Initialized)

    @property
    def error(self) -> str:
        """The error that ended the run early and belongs to no scenario, or an empty text."""
        return self.shared_state.error

    # --- the run ----------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        if session.config.option.collectonly or not any(
            SOURCE in item.stash for item in session.items
        ):
            return (yield)
        try:
            resources = self._make_resources(self.announce)
            with resources:
                self._begin(resources)
                try:
                    outcome = yield
                    self.dwell_queue.end_all()
                    self._run_again(session.items)
                finally:
                    self.dwell_queue.close_all()
                    # Close the world of an interrupted scenario while the resources still exist.
                    session._setupstate.teardown_exact(None)  # noqa: SLF001 - pytest has no public way
        except DriverError as error:
            self._end_run(error, stop=True)
        except StoppedError:
            raise _stopped() from None
        for unreported in resources.unreported_errors:
            self._end_run(unreported, stop=False)
        return outcome

    def pytest_unconfigure(self) -> None:
        """Read the last lines that other processes have written to the shared state."""
        self.shared_state.update()

    def _end_run(self, error: DriverError, *, stop: bool) -> NoReturn:
        """End the run with a driver error that belongs to no scenario."""
        self.shared_state.post_error(str(error), stop=stop)
        raise pytest.exit.Exception(str(error), DRIVER_FAILED) from error

    def _begin(self, resources: RunResources) -> None:
        self.resources = resources
        self.shared_state.post_initialized(msgspec.to_builtins(resources.initialized))
        self.dwell_queue = DwellQueue(
            resources.timeouts.dwell, resources.max_drivers - 1, self._worker
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        if SOURCE not in item.stash:
            return None
        scenario_run = item.stash[SCENARIO_RUN] = ScenarioRun(item.stash[SOURCE])
        if self.shared_state.is_stopped():
            raise _stopped()
        self.dwell_queue.run(item, nextitem, scenario_run)
        return True

    def _run_again(self, items: list[pytest.Item]) -> None:
        """Run each scenario again whose first run gave reasons. No other scenario runs meanwhile.

        The second run may confirm the reasons of the first run. Skip a scenario if the second runs
        of other scenarios have already confirmed all its reasons.
        """
        self.shared_state.post_idle(self._worker.name)
        doubtful = [item for item in items if _reasons(item)] if self._rerun else []
        if doubtful:
            self.shared_state.wait_for_turn(self._worker.name, self._worker.count)
        confirmed: set[str] = set()
        for item in doubtful:
            before = item.stash[SCENARIO_RUN]
            if before.reasons <= confirmed:
                continue
            item.stash[SCENARIO_RUN] = again = ScenarioRun(before.source, before)
            # pytest has no public way to reset an item. pytest-rerunfailures does the same.
            item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001
            self.dwell_queue.run(item, None, again)
            self.dwell_queue.end_all()
            confirmed |= before.reasons & again.reasons
        self.shared_state.post_done(self._worker.name)

    # --- one scenario -----------------------------------------------------------------------

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Skip a scenario that does not apply to this implementation."""
        if SOURCE not in item.stash:
            return
        missing = needs(item) - self.resources.declared
        if missing:
            reason = f"not declared: {', '.join(sorted(missing))}"
            item.stash[SCENARIO_RUN].set_aside(reason)
            pytest.skip(reason)

    @pytest.fixture
    def world(self, request: pytest.FixtureRequest) -> Generator[World, None, None]:
        """The world of a scenario. If the scenario dwells, the DwellQueue closes the world."""
        scenario_run = request.node.stash[SCENARIO_RUN]
        requirement = scenario_run.source.requirements[0]
        scenario_run.world = World(self.resources, pending, requirement=requirement)
        yield scenario_run.world
        if not (scenario_run.has_passed and dwells(scenario_run)):
            scenario_run.world.close()

    def pytest_bdd_before_scenario(self, request: pytest.FixtureRequest) -> None:
        if SCENARIO_RUN in request.node.stash:
            request.getfixturevalue("world")

    def pytest_bdd_before_step(self, request: pytest.FixtureRequest) -> None:
        if SCENARIO_RUN in request.node.stash:
            request.node.stash[SCENARIO_RUN].begin_step()

    def pytest_bdd_after_step(
        self, request: pytest.FixtureRequest, step_func: Callable[..., object]
    ) -> None:
        if SCENARIO_RUN in request.node.stash:
            request.node.stash[SCENARIO_RUN].end_step(step_func)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None, None, None]:
        yield
        if SCENARIO_RUN in item.stash:
            item.stash[SCENARIO_RUN].verify()
            failures = self.resources.loop.take_failures()
            if failures:
                raise LoopError("; ".join(failures))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        scenario_run = item.stash.get(SCENARIO_RUN, None)
        if scenario_run is not None:
            scenario_run.take(report, call.excinfo.value if call.excinfo else None)
            if report.when == "teardown":
                attach(report, scenario_run.record())
        return report


def _reasons(item: pytest.Item) -> frozenset[str]:
    """Return the reasons why the implementation does not conform, according to a scenario's run.

    A scenario that tests only requirements whose level is may gives no reasons.
    """
    scenario_run = item.stash.get(SCENARIO_RUN, None)
    return scenario_run.reasons if scenario_run is not None and binds(item) else frozenset()


def _stopped() -> BaseException:
    """Return the exception that ends a worker after another process has stopped the run."""
    return pytest.exit.Exception("the run was stopped", DRIVER_FAILED)
