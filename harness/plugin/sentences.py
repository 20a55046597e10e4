"""The sentences that come with pulsecheck."""

from importlib import import_module
from pathlib import Path

from harness.plugin import pytest_plugins
from harness.step_definitions import StepDefinition, step_definitions


def sentences() -> tuple[StepDefinition, ...]:
    """Give their step definitions, and none that others may have made."""
    files = {Path(str(import_module(name).__file__)).name for name in pytest_plugins}
    return tuple(found for found in step_definitions() if found.where.partition(":")[0] in files)
