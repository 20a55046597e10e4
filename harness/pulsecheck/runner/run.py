"""Run a folder of features against one implementation, with pytest, and return the records."""

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
from pulsecheck.results.seen_elsewhere import seen_elsewhere
from pulsecheck.runner import scheduler as scheduler_module
from pulsecheck.runner.collection import SOURCE
from pulsecheck.runner.interrupts import Interrupts
from pulsecheck.runner.plugin import REFERENCE
from pulsecheck.runner.scenario_run import attached
from pulsecheck.runner.worker import harness_error
from pulsecheck.shared.timeouts import Timeouts

INI = Path(__file__).parent / "suite.ini"
COLLECT_ONLY = "--collect-only"
OnProgress = Callable[[ScenarioRecord | None, int, int], None]
"""Called with the latest record (None at first), the number of records so far, and the number of
scenarios."""

SELECTION = (
    "  Use words of titles for -k, and tags such as STO-5 or must for -m. Combine them with and,\n"
    "  or and not. Run `pulsecheck list` to see titles and ids."
)


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """Options of a run.

    `implementation`: the spec of the driver. `keyword` and `markers`: pytest expressions that
    select scenarios, empty for all. `env`: variables for the driver's command, each NAME or
    NAME=VALUE. `server_host`: the address on which mock servers listen. `advertise_host`: the host
    in the URLs that the implementation gets (None: `server_host`). `jobs`: the number of processes
    that run scenarios, each with its own driver and servers. `rerun`: after all scenarios have
    ended, run each failed scenario again on its own.
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
    """Run the features. Return errors in `Run.error`, even errors in the options, and raise none.

    `announce` is called with the address on which the harness waits for a driver that connects.
    An interrupt ends the run. Then `Run.interrupted` is true.
    """
    interrupts = interrupts or Interrupts()
    collector = RecordCollector(progress, announce, interrupts)
    when, began = datetime.now(UTC), time.monotonic()
    code: int | pytest.ExitCode = pytest.ExitCode.INTERRUPTED
    try:
        with _without_user_settings(), interrupts.interruptible():
            code = _main(options, collector)
    except KeyboardInterrupt:
        collector.interrupt()  # pytest does not handle an interrupt outside its session
    finally:
        # Frozen objects are never freed. Without this, they would add up in repeated checks.
        gc.unfreeze()
        gc.collect()
    if interrupts.received:
        collector.interrupt()  # the run may have ended with an error that the interrupt caused
    records = collector.in_order()
    return Run(
        initialized=collector.scheduler.initialized if collector.scheduler else None,
        records=(*records, *seen_elsewhere(records)),
        collected=len(collector.collected),
        partial=options.is_partial,
        seconds=time.monotonic() - began,
        error=collector.message(code),
        interrupted=collector.interrupted,
        began=when,
    )


def preload(features: Path) -> None:
    """Collect features without running them, so that forked processes need not read them again.

    Errors in the features are not reported until the features are run.
    """
    options = Options(implementation=REFERENCE, features=features)
    with _without_user_settings():
        pytest.main([*_arguments(options), COLLECT_ONLY])


def _main(options: Options, collector: "RecordCollector") -> int | pytest.ExitCode:
    """Run pytest. With workers, validate the suite and the selection in this process first."""
    arguments = _arguments(options)
    if options.jobs == 1:
        return pytest.main(arguments, plugins=[collector])
    code = pytest.main([*arguments, COLLECT_ONLY], plugins=[collector])
    jobs = min(options.jobs, len(collector.collected))
    if code != pytest.ExitCode.OK or collector.error:
        return code
    return pytest.main([*arguments, *_worker_arguments(jobs)], plugins=[collector])


def _worker_arguments(jobs: int) -> list[str]:
    """Return arguments for xdist.

    A worker gets one scenario at a time, in order. The run ends if a worker is lost.
    """
    return ["-p", "xdist.plugin", f"-n={jobs}", "--maxschedchunk=1", "--max-worker-restart=0"]


def _arguments(options: Options) -> list[str]:
    """Return arguments for pytest. They make pytest ignore the user's ini file and conftest.py."""
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
def _without_user_settings() -> Iterator[None]:
    """Hide the user's environment variables for pytest, and write no bytecode files."""
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


class RecordCollector:
    """A pytest plugin that collects the records of scenarios from pytest's reports."""

    def __init__(self, progress: OnProgress, announce: Announce, interrupts: Interrupts) -> None:
        self._progress = progress
        self._announce = announce
        self._interrupts = interrupts
        self._records: dict[str, ScenarioRecord] = {}
        self.collected: list[str] = []
        self.error = ""
        self.interrupted = False
        self.scheduler: scheduler_module.Scheduler | None = None

    def pytest_configure(self, config: pytest.Config) -> None:
        self.scheduler = config.pluginmanager.get_plugin(scheduler_module.NAME)
        if self.scheduler:
            self.scheduler.announce = self._announce

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self.error:
            self.error = str(report.longrepr)

    @pytest.hookimpl(wrapper=True)
    def pytest_collection_modifyitems(self) -> Generator[None, None, None]:
        """Replace pytest's error for an invalid -k or -m expression by an error of pulsecheck."""
        try:
            yield
        except pytest.UsageError as error:
            self.error = f"{_wrong_expression(error)}\n{SELECTION}"
            raise pytest.exit.Exception(self.error) from error

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self.collected = [item.stash[SOURCE].selector for item in session.items]
        # The objects made so far live until the run ends, so the garbage collector can skip them.
        gc.freeze()
        self._progress(None, 0, len(self.collected))

    def pytest_runtest_logstart(self) -> None:
        """End the run if the previous scenario has swallowed a KeyboardInterrupt."""
        self._interrupts.raise_if_received()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        record = attached(report)
        if record is not None and record != self._records.get(record.selector):
            self._records[record.selector] = record
            self._progress(record, len(self._records), len(self.collected))

    def in_order(self) -> tuple[ScenarioRecord, ...]:
        """Return the records in the order of collection."""
        found = (self._records.get(selector) for selector in self.collected)
        return tuple(record for record in found if record is not None)

    def pytest_internalerror(self, excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
        """Store the error. Return True, so that pytest prints no stack trace."""
        self.error = harness_error(excinfo)
        return True

    def pytest_keyboard_interrupt(self, excinfo: pytest.ExceptionInfo[BaseException]) -> None:
        """Note an interrupt. pytest also calls this hook for other exceptions in collection."""
        if excinfo.type is KeyboardInterrupt:
            self.interrupt()

    def interrupt(self) -> None:
        self.interrupted = True
        self.error = "interrupted"

    def message(self, code: int | pytest.ExitCode) -> str:
        """Return the error that ended the run early, or an empty text if the run is complete."""
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
        return f"-m names an unknown tag: {unknown[1]}" if unknown else str(error)
    option, expression, column = match.groups()
    return f"invalid expression after {option}, at column {column}: {expression}"
