"""pytest plugin: collects features, guards them, runs them, records what happened."""

import os
import tempfile
from importlib import import_module
from pathlib import Path

import pytest

from harness.deadlines import Deadlines
from harness.driver.environment import named
from harness.driver.spec import LOOPBACK
from harness.driver.tcp import Announce
from harness.plugin.board import Board
from harness.plugin.collection import collect_file
from harness.plugin.conductor import NAME, Conductor
from harness.plugin.worker import Controller, Worker, XdistWorker
from harness.world.laboratory import Laboratory
from harness.world.servers import hosts

REFERENCE = "python:reference_impl:serve"
"""The implementation that is checked when none is named."""

SENTENCES = (
    "harness.steps.connections",
    "harness.steps.messages",
    "harness.steps.projects",
    "harness.steps.pulses",
    "harness.steps.receptions",
    "harness.steps.servers",
    "harness.steps.studio",
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
    defaults = Deadlines()
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
    board = Board(worker.board or _shared_board(config))
    conductor = Conductor(
        lambda announce: _laboratory(config, announce),
        board,
        worker,
        rerun=config.getoption("--rerun-alone"),
    )
    config.pluginmanager.register(conductor, NAME)
    if not hasattr(config.option, "tbstyle"):
        # Without a terminal nobody looks at tracebacks. To make one, pytest parses source, at which
        # Python 3.11 fails when something that is collected meanwhile does so too: bad luck with an
        # implementation.
        config.option.tbstyle = "value"


def _shared_board(config: pytest.Config) -> Path | None:
    """A file for the board of a run that is to have workers."""
    if config.getoption("dist", "no") == "no" or config.option.collectonly:
        return None
    folder = tempfile.TemporaryDirectory(prefix="pulsecheck-")
    config.add_cleanup(folder.cleanup)
    path = Path(folder.name) / "board"
    path.touch()
    config.pluginmanager.register(Controller(path))
    return path


def _laboratory(config: pytest.Config, announce: Announce) -> Laboratory:
    deadlines = Deadlines(
        patience=config.getoption("--patience"), dwell=config.getoption("--dwell")
    )
    try:
        return Laboratory(
            config.getoption("--implementation"),
            deadlines,
            hosts=hosts(config.getoption("--server-host"), config.getoption("--advertise-host")),
            variables=named(config.getoption("--env"), os.environ),
            announce=announce,
        )
    except ValueError as error:
        raise pytest.UsageError(str(error)) from None


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return collect_file(file_path, parent)


def pytest_bdd_apply_tag() -> bool:
    """Tags become markers at collection, those of examples among them, and not here."""
    return True
