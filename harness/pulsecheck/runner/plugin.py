"""The pytest plugin that collects, validates and runs features, and records the results."""

import os
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

from pulsecheck.driver.environment import parse_variables
from pulsecheck.driver.spec import LOOPBACK
from pulsecheck.driver.tcp import Announce
from pulsecheck.runner.collection import collect_file
from pulsecheck.runner.scheduler import NAME, Scheduler
from pulsecheck.runner.shared_state import SharedState
from pulsecheck.runner.worker import Controller, Worker, XdistWorker
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.world.resources import RunResources
from pulsecheck.world.servers import hosts

REFERENCE = "python:pulsecheck_reference:serve"
"""The default implementation."""

STEP_MODULES = (
    "pulsecheck.steps.connections",
    "pulsecheck.steps.facts",
    "pulsecheck.steps.messages",
    "pulsecheck.steps.projects",
    "pulsecheck.steps.pulses",
    "pulsecheck.steps.receptions",
    "pulsecheck.steps.servers",
    "pulsecheck.steps.studio",
)
"""The modules with the step definitions that come with pulsecheck."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pulsecheck", "conformance of Socket.IO nodes")
    group.addoption(
        "--implementation",
        default=REFERENCE,
        metavar="SPEC",
        help="the implementation under test: the command line of its driver, "
        "python:module:factory, tcp://host:port of a driver that listens, or "
        "tcp-listen://host:port for a driver that connects (default: the reference runtime)",
    )
    defaults = Timeouts()
    group.addoption(
        "--env",
        action="append",
        default=[],
        metavar="NAME[=VALUE]",
        help="environment variable to pass to the driver command; repeatable",
    )
    group.addoption(
        "--server-host",
        default=LOOPBACK,
        metavar="HOST",
        help="address on which the mock servers listen (default: %(default)s)",
    )
    group.addoption(
        "--advertise-host",
        metavar="HOST",
        help="host at which the implementation reaches the mock servers "
        "(default: the value of --server-host)",
    )
    group.addoption(
        "--rerun-alone", action="store_true", help="run each failed scenario again on its own"
    )
    group.addoption(
        "--patience",
        type=float,
        default=defaults.patience,
        metavar="S",
        help="timeout for an expected event, in seconds (default: %(default)s)",
    )
    group.addoption(
        "--dwell",
        type=float,
        default=defaults.dwell,
        metavar="S",
        help="how long to watch for unexpected events, in seconds (default: %(default)s)",
    )


def pytest_configure(config: pytest.Config) -> None:
    for name in STEP_MODULES:
        import_module(name)
    worker = Worker()
    if hasattr(config, "workerinput"):
        worker = XdistWorker(config)
        config.pluginmanager.register(worker)
    shared_state = SharedState(worker.shared_state or _create_shared_state(config))
    scheduler = Scheduler(
        lambda announce: _resources(config, announce),
        shared_state,
        worker,
        rerun=config.getoption("--rerun-alone"),
    )
    config.pluginmanager.register(scheduler, NAME)
    if not hasattr(config.option, "tbstyle"):
        # Without pytest's terminal plugin, stack traces are not shown, so do not format them.
        # Formatting parses source code. In Python 3.11, parsing fails if a garbage collection runs
        # other code that also parses. An implementation in this process may have such code.
        config.option.tbstyle = "value"


def _create_shared_state(config: pytest.Config) -> Path | None:
    """Create the file for the shared state, and return its path, or None without workers."""
    if config.getoption("dist", "no") == "no" or config.option.collectonly:
        return None
    folder = tempfile.TemporaryDirectory(prefix="pulsecheck-")
    config.add_cleanup(folder.cleanup)
    path = Path(folder.name) / "shared_state"
    path.touch()
    config.pluginmanager.register(Controller(path))
    return path


def _resources(config: pytest.Config, announce: Announce) -> RunResources:
    timeouts = Timeouts(patience=config.getoption("--patience"), dwell=config.getoption("--dwell"))
    try:
        return RunResources(
            config.getoption("--implementation"),
            timeouts,
            hosts=hosts(config.getoption("--server-host"), config.getoption("--advertise-host")),
            variables=parse_variables(config.getoption("--env"), os.environ),
            announce=announce,
        )
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return collect_file(file_path, parent)


def pytest_bdd_apply_tag() -> bool:
    """Keep pytest-bdd from applying tags.

    FeatureFile applies all tags, even the tags of examples.
    """
    return True
