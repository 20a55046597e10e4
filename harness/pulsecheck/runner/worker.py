"""What is particular about a process that pytest-xdist has started, and about its parent."""

import contextlib
import os
import signal
import threading
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pulsecheck.runner.interrupts import Interrupts
from pulsecheck.runner.shared_state import SharedState
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.shared.timeouts import WORKERS_END

SHARED_STATE = "pulsecheck-shared_state"
INTERRUPT = {signal.SIGINT}
ENDED_ITSELF = "keyboard-interrupt"
"""What xdist calls the end of a worker that has given up; it has said on the shared_state why."""


def went_wrong(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """What is said of an error that nobody has caught, and that no scenario is to blame for."""
    return f"the harness itself went wrong: {excinfo.exconly()}"


class Worker:
    """One of `count` that run scenarios; if there are no others, it needs no name."""

    name = ""
    count = 1
    shared_state: Path | None = None
    """Where the file is that it shares with others."""

    @contextlib.contextmanager
    def reporting(
        self,
        item: pytest.Item,  # noqa: ARG002 - for who overrides it
        reports: Iterable[pytest.TestReport],  # noqa: ARG002
    ) -> Iterator[None]:
        """Report this scenario meanwhile, whichever runs."""
        yield


class XdistWorker(Worker):
    """A plugin for one of several, in a process of its own."""

    def __init__(self, config: pytest.Config) -> None:
        given: dict[str, Any] = config.workerinput  # type: ignore[attr-defined]
        self.name, self.count = given["workerid"], given["workercount"]
        self.shared_state = Path(given[SHARED_STATE])
        self._config = config
        self._interrupts = Interrupts()
        self._shared = SharedState(self.shared_state)
        self._shared.post_worker(os.getpid())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Be interrupted while scenarios run, and neither before nor afterwards.

        What comes before waits until they begin; the end is in order already.
        """
        self._interrupts.hold()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
        with self._interrupts.may_end():
            return (yield)

    @contextlib.contextmanager
    def reporting(self, item: pytest.Item, reports: Iterable[pytest.TestReport]) -> Iterator[None]:
        """Let xdist know, which takes every report for one of the scenario that it began last.

        What an implementation sent may be text that xdist cannot send. The record can be sent.
        """
        for report in (report for report in reports if report.failed):
            report.longrepr, report.sections = escape_unprintable(report.longreprtext), []
        xdist = self._interactor()
        running, xdist.item_index = xdist.item_index, item.session.items.index(item)
        try:
            yield
        finally:
            xdist.item_index = running

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Tell it on the shared_state, unless an interrupt led to it; print no traceback.

        What xdist makes of it in the controller says where it came from, but not what it was.
        """
        if not self._interrupts.came:
            self._shared.post_error(went_wrong(excinfo), stop=True)
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Let nobody wait for what this worker was to run, if it alone was interrupted."""
        if excinfo.type is KeyboardInterrupt:
            self._shared.post_stop()

    def _interactor(self) -> Any:
        plugins = self._config.pluginmanager.get_plugins()
        return next(plugin for plugin in plugins if hasattr(plugin, "item_index"))


class Controller:
    """A plugin for the process that starts workers."""

    def __init__(self, shared_state: Path) -> None:
        self._path = shared_state
        self._last = threading.Timer(WORKERS_END, self._kill)
        self._last.daemon = True

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None, None, None]:
        """Start workers that no interrupt reaches before they can end in order.

        A terminal interrupts every process of a command, and a Python that starts says so in a
        traceback.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPT)
        try:
            yield
        except BaseException:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Be interrupted again: from here on pytest ends the workers that it has started."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
        return (yield)

    def pytest_configure_node(self, node: Any) -> None:
        """Tell a worker, before it is one, what it shares with the others."""
        node.workerinput[SHARED_STATE] = str(self._path)

    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """End the run: what a worker had under way is lost, and others may wait for it."""
        if error:
            SharedState(self._path).post_error(
                f"the worker {node.gateway.id} ended before its time ({error}): what it was "
                "checking has no verdict.\n  Check again; with --jobs 1 there are no workers.",
                stop=error != ENDED_ITSELF,
            )
            if self._last.ident is None:
                self._last.start()

    def pytest_keyboard_interrupt(self) -> None:
        """Interrupt the workers too, which a terminal may have done already."""
        SharedState(self._path).post_stop()
        self._signal(signal.SIGINT)

    def pytest_sessionfinish(self) -> None:
        """Leave those that are still there to xdist, which waits for none without end."""
        self._last.cancel()

    def _kill(self) -> None:
        """End workers that do not end themselves, or the run would not either."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        shared_state = SharedState(self._path)
        shared_state.look()
        for process in shared_state.workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
