"""What is shown while scenarios run: one live line, or now and then a line in a log."""

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

STAGES = 4
"""A log says this often how far a run has come."""
LOUD = (ScenarioStatus.FAILED, ScenarioStatus.ERRORED, ScenarioStatus.UNSTABLE)
TOLD = (*LOUD, ScenarioStatus.KNOWN_FAILURE, ScenarioStatus.NOT_OBSERVED)
"""What a log says at once."""


class Progress:
    """A context manager; its console is used by nobody else meanwhile.

    `read` says how a scenario that has ended stands.
    """

    def __init__(self, console: Console, read: Callable[[ScenarioRecord], ScenarioStatus]) -> None:
        self._console = console
        self._read = read
        self._is_live = console.is_terminal and not console.is_dumb_terminal
        self._live = Live(console=console, auto_refresh=False, transient=True)
        self._loud: set[str] = set()

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
        """Show that `done` of `total` scenarios were judged, `record` the last of them."""
        if record is not None and self._read(record) in LOUD:
            self._loud.add(record.selector)
        if self._is_live:
            self._live.update(self._line(record, done, total), refresh=True)
        else:
            self._log(record, done, total)

    def announce(self, address: str) -> None:
        """Show where a driver is waited for."""
        self._console.print(f"waiting for a driver on {address}")

    def _line(self, record: ScenarioRecord | None, done: int, total: int) -> Text:
        line = Text(f"{done} of {total} scenarios", no_wrap=True, overflow="ellipsis")
        if self._loud:
            line.append(f"  {len(self._loud)} not passed", "red")
        if record is not None:
            line.append_text(plain(f"  {title(record)}", "dim"))
        return line

    def _log(self, record: ScenarioRecord | None, done: int, total: int) -> None:
        if record is None:
            return
        status = self._read(record)
        if status in TOLD:
            ids = ", ".join(record.requirements)
            self._console.print(plain(f"{status}: {ids} {title(record)}"))
        if status is ScenarioStatus.UNSTABLE:
            return
        if done * STAGES // total > (done - 1) * STAGES // total:
            self._console.print(f"{done} of {total} scenarios")
