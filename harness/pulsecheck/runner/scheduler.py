"""Runs the scenarios of a suite against one implementation, in the order that blocking needs."""

from collections.abc import Callable, Generator
from typing import Any, NoReturn

import msgspec
import pytest

from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.pool import no_announcement
from pulsecheck.driver.protocol import Initialized
from pulsecheck.driver.tcp import Announce
from pulsecheck.results.records import Outcome
from pulsecheck.runner.blocking import Bases, binds, rank
from pulsecheck.runner.collection import SOURCE
from pulsecheck.runner.dwelling import Dwelling, dwells
from pulsecheck.runner.scenario_run import ScenarioRun, attach
from pulsecheck.runner.shared_state import SharedState, StoppedError
from pulsecheck.runner.worker import Worker
from pulsecheck.world.resources import RunResources
from pulsecheck.world.world import World

NAME = "pulsecheck-scheduler"
SCENARIO_RUN = pytest.StashKey[ScenarioRun]()
DRIVER_FAILED = 2


class HarnessFailure(Exception):  # noqa: N818 - what it reports are errors
    """Something went wrong on the loop where nobody waited for it."""


class Scheduler:
    """A plugin for one run, in the resources that `make` makes of where to announce.

    Where there are workers each has one, and the process that started them has one that runs
    nothing; the shared_state is what they share. `announce` is told where a driver that connects is
    waited for. With `rerun`, a scenario that failed is run again, alone, once all have ended.
    """

    def __init__(
        self,
        make: Callable[[Announce], RunResources],
        shared_state: SharedState,
        worker: Worker,
        *,
        rerun: bool = False,
    ) -> None:
        self._make = make
        self.shared_state = shared_state
        self._worker = worker
        self._rerun = rerun
        self.announce: Announce = no_announcement

    @property
    def initialized(self) -> Initialized | None:
        """What the implementation said of itself, None if no driver came up."""
        found = self.shared_state.initialized
        return None if found is None else msgspec.convert(found, Initialized)

    @property
    def error(self) -> str:
        """What ended the run before its time and is no scenario's, empty if nothing did."""
        return self.shared_state.error

    # --- the run ----------------------------------------------------------------------------

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """What others build on comes first; the order is the files' otherwise."""
        items.sort(key=rank)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Generator[None, Any, Any]:
        if session.config.option.collectonly or not any(
            SOURCE in item.stash for item in session.items
        ):
            return (yield)
        try:
            resources = self._make(self.announce)
            with resources:
                self._begin(resources, session.items)
                try:
                    outcome = yield
                    self.dwelling.end_all()
                    self._run_again(session.items)
                finally:
                    self.dwelling.abandon()
                    # Interrupted, a scenario still has its world, which needs the resources.
                    session._setupstate.teardown_exact(None)  # noqa: SLF001 - pytest has no other
        except DriverError as error:
            self._give_up(error, stop=True)
        except StoppedError:
            raise _over() from None
        for unreported in resources.unreported_errors:
            self._give_up(unreported, stop=False)
        return outcome

    def pytest_unconfigure(self) -> None:
        """Learn what was written last."""
        self.shared_state.look()

    def _give_up(self, error: DriverError, *, stop: bool) -> NoReturn:
        """End the run: what the driver did cannot be blamed on any scenario."""
        self.shared_state.post_error(str(error), stop=stop)
        raise pytest.exit.Exception(str(error), DRIVER_FAILED) from error

    def _begin(self, resources: RunResources, items: list[pytest.Item]) -> None:
        self.resources = resources
        self.shared_state.post_initialized(msgspec.to_builtins(resources.initialized))
        self._bases = Bases(items, resources.default_transport)
        self.dwelling = Dwelling(
            resources.timeouts.dwell,
            resources.max_drivers - 1,
            self._worker,
            self._post_end,
        )

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> bool | None:
        if SOURCE not in item.stash:
            return None
        scenario_run = item.stash[SCENARIO_RUN] = ScenarioRun(item.stash[SOURCE])
        self._wait_for_bases(item)
        self.dwelling.run(item, nextitem, scenario_run)
        return True

    def _wait_for_bases(self, item: pytest.Item) -> None:
        """Let what the scenario builds on end first, whoever runs it, and dwell to its end.

        Otherwise it would depend on the machine's pace whether a failure blocks the scenario.
        """
        bases = {selector for _, selector in self._bases.of(item)}
        try:
            self.shared_state.wait_for_ends(bases, self.dwelling.end_due)
        except StoppedError:
            raise _over() from None

    def _post_end(self, scenario_run: ScenarioRun) -> None:
        self.shared_state.post_end(
            scenario_run.source.selector, failed=scenario_run.outcome is Outcome.FAILED
        )

    def _run_again(self, items: list[pytest.Item]) -> None:
        """Run each that failed once more, when no other runs: what then passes is unstable."""
        self.shared_state.post_idle(self._worker.name)
        failed = [item for item in items if _has_failed(item)] if self._rerun else []
        if failed:
            self.shared_state.wait_for_turn(self._worker.name, self._worker.count)
        for item in failed:
            scenario_run = item.stash[SCENARIO_RUN]
            item.stash[SCENARIO_RUN] = scenario_run = ScenarioRun(
                scenario_run.source, before=scenario_run.record()
            )
            item._initrequest()  # type: ignore[attr-defined]  # noqa: SLF001 - as for every repetition
            self.dwelling.run(item, None, scenario_run)
            self.dwelling.end_all()
        self.shared_state.post_done(self._worker.name)

    # --- one scenario -----------------------------------------------------------------------

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """Set aside what does not apply to this implementation, and what is blocked."""
        if SOURCE not in item.stash:
            return
        lacking = self._bases.needs(item) - self.resources.capabilities
        if lacking:
            names = ", ".join(sorted(lacking))
            self._set_aside(item, Outcome.NOT_APPLICABLE, f"not declared: {names}")
        base = self._failed_base(item)
        if base is not None:
            self._set_aside(item, Outcome.BLOCKED, f"builds on {base}, which failed", base)

    def _set_aside(
        self, item: pytest.Item, outcome: Outcome, reason: str, blocked_by: str = ""
    ) -> None:
        item.stash[SCENARIO_RUN].set_aside(outcome, reason, blocked_by)
        pytest.skip(f"{outcome}: {reason}")

    def _failed_base(self, item: pytest.Item) -> str | None:
        """The requirement that failed and without which the scenario says nothing."""
        bases = self._bases.of(item)
        return next(
            (base for base, selector in bases if selector in self.shared_state.failed), None
        )

    @pytest.fixture
    def world(self, request: pytest.FixtureRequest) -> Generator[World, None, None]:
        """The world of a scenario; one that dwells outlives the test."""
        scenario_run = request.node.stash[SCENARIO_RUN]
        scenario_run.world = World(self.resources)
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
            world = item.stash[SCENARIO_RUN].world
            if world is not None:
                world.verify()
            failures = self.resources.loop.take_failures()
            if failures:
                raise HarnessFailure("; ".join(failures))

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


def _has_failed(item: pytest.Item) -> bool:
    """Whether it was found wrong; what probes a may and nothing else accuses nobody."""
    scenario_run = item.stash.get(SCENARIO_RUN, None)
    return scenario_run is not None and scenario_run.outcome is Outcome.FAILED and binds(item)


def _over() -> BaseException:
    """What ends the run of a worker at once."""
    return pytest.exit.Exception("the run is over", DRIVER_FAILED)
