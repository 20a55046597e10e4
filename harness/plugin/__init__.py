"""pytest plugin: collects features, guards them, runs them, records what happened."""

from pathlib import Path

import pytest

from harness.deadlines import Deadlines
from harness.plugin.collection import collect_file
from harness.plugin.conductor import NAME, Conductor

REFERENCE = "python:reference_impl:serve"
"""The implementation that is checked when none is named."""

pytest_plugins = (
    "harness.steps.connections",
    "harness.steps.messages",
    "harness.steps.projects",
    "harness.steps.pulses",
    "harness.steps.receptions",
    "harness.steps.servers",
    "harness.steps.studio",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("pulsecheck", "conformance of Socket.IO nodes")
    group.addoption(
        "--implementation",
        default=REFERENCE,
        metavar="SPEC",
        help="a command line, or python:module:factory (default: the reference)",
    )
    defaults = Deadlines()
    group.addoption("--patience", type=float, default=defaults.patience, metavar="S")
    group.addoption("--dwell", type=float, default=defaults.dwell, metavar="S")


def pytest_configure(config: pytest.Config) -> None:
    deadlines = Deadlines(
        patience=config.getoption("--patience"), dwell=config.getoption("--dwell")
    )
    conductor = Conductor(config.getoption("--implementation"), deadlines)
    config.pluginmanager.register(conductor, NAME)
    if not config.pluginmanager.has_plugin("terminalreporter"):
        # Nobody looks at tracebacks. To make one, pytest parses source, at which Python 3.11 fails
        # when something that is collected meanwhile does so too: bad luck with an implementation.
        config.option.tbstyle = "value"


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    return collect_file(file_path, parent)


def pytest_bdd_apply_tag() -> bool:
    """Tags become markers at collection, those of examples among them, and not here."""
    return True
