"""pytest plugin: collects features, guards them, runs them, records what happened."""

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
"""The implementation that is checked when none is named."""

SENTENCES = (
    "pulsecheck.steps.connections",
    "pulsecheck.steps.messages",
    "pulsecheck.steps.projects",
    "pulsecheck.steps.pulses",
    "pulsecheck.steps.receptions",
    "pulsecheck.steps.servers",
    "pulsecheck.steps.studio",
)
"""The modules whose step definitions come with pulsecheck."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pulsecheck", "conformance of Socket.IO nodes")
    group.addoption(
        "--implementation",
        default=REFERENCE,
        metavar="SPEC",
        help="a command line, python:module:factory, tcp://host:port where a driver listens, or "
        "tcp-listen://host:port for one that connects (default: the reference)",
    )
    defaults = Timeouts()
    group.addoption("--env", action="append", default=[], metavar="NAME[=VALUE]")
    group.addoption("--server-host", default=LOOPBACK, metavar="HOST")
    group.addoption("--advertise-host", metavar="HOST")
    group.addoption("--rerun-alone", action="store_true", help="run once more what failed")
    group.addoption("--patience", type=float, default=defaults.patience, metavar="S")
    group.addoption("--dwell", type=float, default=defaults.dwell, metavar="S")


def pytest_configure(config: pytest.Config) -> None:
    for name in SENTENCES:
        import_module(name)
    worker = Worker()
    if hasattr(config, "workerinput"):
        worker = XdistWorker(config)
        config.pluginmanager.register(worker)
    shared_state = SharedState(worker.shared_state or _new_shared_state(config))
    scheduler = Scheduler(
        lambda announce: _resources(config, announce),
        shared_state,
        worker,
        rerun=config.getoption("--rerun-alone"),
    )
    config.pluginmanager.register(scheduler, NAME)
    if not hasattr(config.option, "tbstyle"):
        # Without a terminal nobody looks at tracebacks. To make one, pytest parses source, at which
        # Python 3.11 fails when something that is collected meanwhile does so too: bad luck with an
        # implementation.
        config.option.tbstyle = "value"


def _new_shared_state(config: pytest.Config) -> Path | None:
    """A file for the shared_state of a run that is to have workers."""
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
    """Tags become markers at collection, those of examples among them, and not here."""
    return True
