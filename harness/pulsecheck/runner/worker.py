"""pytest plugins for the worker processes that pytest-xdist starts, and for their controller."""

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
from pulsecheck.shared.timeouts import WORKERS_GRACE

SHARED_STATE = "pulsecheck-shared-state"
INTERRUPT = {signal.SIGINT}
ENDED_ITSELF = "keyboard-interrupt"
"""The error that xdist reports for a worker that posted an error of its own and then ended."""


def harness_error(excinfo: pytest.ExceptionInfo[BaseException]) -> str:
    """Return the message for an uncaught error that does not belong to a scenario."""
    return f"error in the harness: {excinfo.exconly()}"


class Worker:
    """The only process of a run without xdist, which runs all scenarios."""

    name = ""
    count = 1
    shared_state: Path | None = None
    """The file of the shared state."""

    @contextlib.contextmanager
    def reporting(
        self,
        item: pytest.Item,  # noqa: ARG002 - an override uses it
        reports: Iterable[pytest.TestReport],  # noqa: ARG002
    ) -> Iterator[None]:
        """Return a context manager in which the caller logs the reports of a scenario.

        Another scenario may run in the meantime. Without xdist, nothing needs to be prepared.
        """
        yield


class XdistWorker(Worker):
    """A plugin for one of `count` worker processes."""

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
        """Let SIGINT interrupt the worker only while the worker runs scenarios.

        Before the scenarios, SIGINT is blocked and stays pending. After the scenarios, SIGINT does
        not interrupt the worker, because the worker is about to end anyway.
        """
        self._interrupts.install()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
        with self._interrupts.interruptible():
            return (yield)

    @contextlib.contextmanager
    def reporting(self, item: pytest.Item, reports: Iterable[pytest.TestReport]) -> Iterator[None]:
        """Make xdist assign the reports to this scenario, not to the scenario that began last.

        Reports may contain texts of an implementation that xdist cannot send, so escape these
        texts. The record in a report is JSON in ASCII, which xdist can send.
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
        """Post the error, unless an interrupt caused it. Return True to print no stack trace.

        The worker posts the error itself, because xdist tells the controller only where the error
        was raised.
        """
        if not self._interrupts.received:
            self._shared.post_error(harness_error(excinfo), stop=True)
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Stop the run.

        An interrupted worker never becomes idle, so workers that wait for it would wait forever.
        """
        if excinfo.type is KeyboardInterrupt:
            self._shared.post_stop()

    def _interactor(self) -> Any:
        plugins = self._config.pluginmanager.get_plugins()
        return next(plugin for plugin in plugins if hasattr(plugin, "item_index"))


class Controller:
    """A plugin for the process that starts the workers."""

    def __init__(self, shared_state: Path) -> None:
        self._path = shared_state
        self._kill_timer = threading.Timer(WORKERS_GRACE, self._kill)
        self._kill_timer.daemon = True

    @pytest.hookimpl(wrapper=True)
    def pytest_sessionstart(self) -> Generator[None, None, None]:
        """Start the workers with SIGINT blocked. A worker unblocks SIGINT when it can clean up.

        A terminal sends SIGINT to every process of a command. Without the block, a worker that is
        still starting would print a stack trace.
        """
        signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPT)
        try:
            yield
        except BaseException:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
            raise

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtestloop(self) -> Generator[None, object, object]:
        """Unblock SIGINT. If pytest is interrupted after this, pytest stops the workers."""
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
        return (yield)

    def pytest_configure_node(self, node: Any) -> None:
        """Pass the file of the shared state to a worker that is about to start."""
        node.workerinput[SHARED_STATE] = str(self._path)

    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Stop the run if a worker is lost.

        Workers that wait until the lost worker is idle would otherwise wait forever.
        """
        if error:
            SharedState(self._path).post_error(
                f"the worker {node.gateway.id} ended early ({error}), so its scenarios have no "
                "verdict.\n  Run the check again, with --jobs 1 to use no workers.",
                stop=error != ENDED_ITSELF,
            )
            if self._kill_timer.ident is None:
                self._kill_timer.start()

    def pytest_keyboard_interrupt(self) -> None:
        """Send SIGINT to the workers too.

        A terminal sends SIGINT to every process, but `kill` sends it only to this process.
        """
        SharedState(self._path).post_stop()
        self._signal(signal.SIGINT)

    def pytest_sessionfinish(self) -> None:
        """Cancel the timer. At the end of the session, xdist ends workers after its own timeout."""
        self._kill_timer.cancel()

    def _kill(self) -> None:
        """Kill the workers that did not end in time. Otherwise the run would wait for them."""
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        shared_state = SharedState(self._path)
        shared_state.update()
        for process in shared_state.workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, number)
