"""Runs a folder of features against one implementation, with pytest, and says what happened."""

import gc
import os
import re
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from pulsecheck.driver.spec import LOOPBACK
from pulsecheck.driver.tcp import Announce
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.runner import scheduler as scheduling
from pulsecheck.runner.collection import SOURCE
from pulsecheck.runner.interrupts import Interrupts
from pulsecheck.runner.plugin import REFERENCE
from pulsecheck.runner.scenario_run import attached
from pulsecheck.runner.worker import went_wrong
from pulsecheck.shared.timeouts import Timeouts

INI = Path(__file__).parent / "suite.ini"
COLLECT_ONLY = "--collect-only"
OnProgress = Callable[[ScenarioRecord | None, int, int], None]
"""Called with the record that came last (None at first), how many there are, and of how many."""

SELECTION = (
    "  -k takes words of scenarios' titles, -m tags such as STO-5 or must, both with and, or and\n"
    "  not between them; `pulsecheck list` shows them all."
)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What to run: `keyword` and `markers` are pytest's expressions, empty for everything.

    `env` names variables for a command, as NAME or NAME=VALUE. `server_host` is where mock servers
    listen, `advertise_host` what the implementation is told; None is the same. `jobs` is how many
    processes run scenarios, each with a driver and servers of its own. With `rerun`, what failed
    is run once more, alone, when all have ended.
    """

    implementation: str
    features: Path
    keyword: str = ""
    markers: str = ""
    env: tuple[str, ...] = ()
    server_host: str = LOOPBACK
    advertise_host: str | None = None
    timeouts: Timeouts = Timeouts()
    jobs: int = 1
    rerun: bool = True

    @property
    def is_partial(self) -> bool:
        return bool(self.keyword or self.markers)


def run_suite(
    options: Options,
    progress: OnProgress,
    announce: Announce,
    interrupts: Interrupts | None = None,
) -> Run:
    """Run the features; never raises for bad input, whose message is in Run.error.

    `announce` is told the address at which a driver that connects is waited for. `interrupts` end
    the run, however early or late, and it says so.
    """
    interrupts = interrupts or Interrupts()
    observer = Observer(progress, announce, interrupts)
    when, began = datetime.now(UTC), time.monotonic()
    code: int | pytest.ExitCode = pytest.ExitCode.INTERRUPTED
    try:
        with _undisturbed(), interrupts.may_end():
            code = _main(options, observer)
    except KeyboardInterrupt:
        observer.interrupt()  # where pytest does not catch it: before its session, or after
    finally:
        gc.unfreeze()
        gc.collect()  # what was frozen would else stay, and add up where a check is repeated
    if interrupts.came:
        observer.interrupt()  # it may have ended the run by another error, raised on its way
    return Run(
        initialized=observer.scheduler.initialized if observer.scheduler else None,
        records=observer.in_order(),
        collected=len(observer.collected),
        partial=options.is_partial,
        seconds=time.monotonic() - began,
        error=observer.message(code),
        interrupted=observer.interrupted,
        began=when,
    )


def preload(features: Path) -> None:
    """Collect features and run none, for processes that are forked from this one to have read them.

    What is wrong with them is told when they are run.
    """
    options = Options(implementation=REFERENCE, features=features)
    with _undisturbed():
        pytest.main([*_arguments(options), COLLECT_ONLY])


def _main(options: Options, observer: "Observer") -> int | pytest.ExitCode:
    """Run pytest; before there are workers, see here that there is something sound to run."""
    arguments = _arguments(options)
    if options.jobs == 1:
        return pytest.main(arguments, plugins=[observer])
    code = pytest.main([*arguments, COLLECT_ONLY], plugins=[observer])
    jobs = min(options.jobs, len(observer.collected))
    if code != pytest.ExitCode.OK or observer.error:
        return code
    return pytest.main([*arguments, *_with_workers(jobs)], plugins=[observer])


def _with_workers(jobs: int) -> list[str]:
    """Scenarios go to workers one by one, in order; a worker that is lost ends the run."""
    return ["-p", "xdist.plugin", f"-n={jobs}", "--maxschedchunk=1", "--max-worker-restart=0"]


def _arguments(options: Options) -> list[str]:
    """pytest, told to mind nothing but these features: no user's settings, no conftest.py."""
    timeouts = options.timeouts
    return [
        str(options.features),
        f"--config-file={INI}",
        f"--rootdir={options.features}",
        "--noconftest",
        "--capture=sys",
        "-p",
        "pytest_bdd.plugin",
        "-p",
        "pulsecheck.runner.plugin",
        "-p",
        "no:terminal",
        "-p",
        "no:cacheprovider",
        f"--implementation={options.implementation}",
        f"--server-host={options.server_host}",
        *([f"--advertise-host={options.advertise_host}"] if options.advertise_host else []),
        *(f"--env={word}" for word in options.env),
        f"--patience={timeouts.patience}",
        f"--dwell={timeouts.dwell}",
        *(["--rerun-alone"] if options.rerun else []),
        *([f"-k={options.keyword}"] if options.keyword else []),
        *([f"-m={options.markers}"] if options.markers else []),
    ]


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Keep what a user has set for other runs of pytest out of this one."""
    kept = {name: os.environ.pop(name, None) for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS")}
    kept["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = os.environ.get("PYTEST_DISABLE_PLUGIN_AUTOLOAD")
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = bytecode
        for name, value in kept.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


class Observer:
    """A plugin that takes the records out of pytest's reports as they come."""

    def __init__(self, progress: OnProgress, announce: Announce, interrupts: Interrupts) -> None:
        self._progress = progress
        self._announce = announce
        self._interrupts = interrupts
        self._records: dict[str, ScenarioRecord] = {}
        self.collected: list[str] = []
        self.error = ""
        self.interrupted = False
        self.scheduler: scheduling.Scheduler | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        self.scheduler = config.pluginmanager.get_plugin(scheduling.NAME)
        if self.scheduler:
            self.scheduler.announce = self._announce

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.error:
            self.error = str(report.longrepr)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self) -> Generator[None, None, None]:
        """Take a wrong expression to select by from pytest, whose words for it are its own."""
        try:
            yield
        except pytest.UsageError as error:
            self.error = f"{_wrong_expression(error)}\n{SELECTION}"
            raise pytest.exit.Exception(self.error) from error

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected = [item.stash[SOURCE].selector for item in session.items]
        gc.freeze()  # all that is there by now stays to the end: it need not be looked at again
        self._progress(None, 0, len(self.collected))

    def pytest_runtest_logstart(self) -> None:
        """End the run if Ctrl-C came and was swallowed."""
        self._interrupts.look()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        record = attached(report)
        if record is not None and record != self._records.get(record.selector):
            self._records[record.selector] = record
            self._progress(record, len(self._records), len(self.collected))

    def in_order(self) -> tuple[ScenarioRecord, ...]:
        """What was recorded, in the order in which it was collected."""
        found = (self._records.get(selector) for selector in self.collected)
        return tuple(record for record in found if record is not None)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Keep the message; pytest is to print no traceback."""
        self.error = went_wrong(excinfo)
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Ctrl-C; pytest's own interruptions, after errors of collection, are of another type."""
        if excinfo.type is KeyboardInterrupt:
            self.interrupt()

    def interrupt(self) -> None:
        self.interrupted = True
        self.error = "interrupted"

    def message(self, code: int | pytest.ExitCode) -> str:
        """What ended the run before its time, empty if nothing did."""
        if self.scheduler and self.scheduler.error:
            return self.scheduler.error
        if self.error:
            return self.error
        if code == pytest.ExitCode.NO_TESTS_COLLECTED:
            return f"the selection matches no scenario\n{SELECTION}"
        if code not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
            return f"pytest ended with {code!r}"
        return ""


def _wrong_expression(error: pytest.UsageError) -> str:
    match = re.fullmatch(
        r"Wrong expression passed to '(-\w)': (.*): at column (\d+): .*", str(error)
    )
    if match is None:
        unknown = re.match(r"Unknown marker\(s\) in '-m' expression: (.*?)\. Use", str(error))
        return f"-m names what is no tag of the features: {unknown[1]}" if unknown else str(error)
    option, expression, column = match.groups()
    return f"what follows {option} is no expression: {expression} (look at column {column})"
