"""Show progress while scenarios run: one changing line on a terminal, or a few lines in a log."""

from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from pulsecheck.report.style import plain
from pulsecheck.report.text import title
from pulsecheck.results.records import ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus

LOG_LINES = 4
"""The number of progress lines that a run writes to a log."""
NOT_PASSED = (ScenarioStatus.FAILED, ScenarioStatus.ERRORED, ScenarioStatus.UNSTABLE)
LOGGED = (
    *NOT_PASSED,
    ScenarioStatus.WARNING,
    ScenarioStatus.KNOWN_FAILURE,
    ScenarioStatus.NOT_OBSERVED,
)
"""Scenarios with these statuses get a line in a log as soon as they end."""


class Progress:
    """A context manager that shows progress. Print nothing else on the console in its block.

    `status_of` returns the status of a scenario that has ended.
    """

    def __init__(
        self, console: Console, status_of: Callable[[ScenarioRecord], ScenarioStatus]
    ) -> None:
        self._console = console
        self._status_of = status_of
        self._is_live = console.is_terminal and not console.is_dumb_terminal
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._not_passed: set[str] = set()

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._live.stop()

    def __call__(self, record: ScenarioRecord | None, done: int, total: int) -> None:
        """Show that `done` of `total` scenarios have ended.

        `record`: the record of the scenario that ended last, or None at the beginning.
        """
        if record is not None and self._status_of(record) in NOT_PASSED:
            self._not_passed.add(record.selector)
        if self._is_live:
            self._live.update(self._line(record, done, total), refresh=True)
        else:
            self._log(record, done, total)

    def announce(self, address: str) -> None:
        """Print the address at which pulsecheck waits for a driver."""
        self._console.print(f"waiting for a driver on {address}")

    def _line(self, record: ScenarioRecord | None, done: int, total: int) -> Text:
        line = Text(f"{done} of {total} scenarios", no_wrap=True, overflow="ellipsis")
        if self._not_passed:
            line.append(f"  {len(self._not_passed)} not passed", "red")
        if record is not None:
            line.append_text(plain(f"  {title(record)}", "dim"))
        return line

    def _log(self, record: ScenarioRecord | None, done: int, total: int) -> None:
        if record is None:
            return
        status = self._status_of(record)
        if status in LOGGED:
            ids = ", ".join(record.requirements)
            self._console.print(plain(f"{status}: {ids} {title(record)}"))
        if status is ScenarioStatus.UNSTABLE:
            return
        if done * LOG_LINES // total > (done - 1) * LOG_LINES // total:
            self._console.print(f"{done} of {total} scenarios")
