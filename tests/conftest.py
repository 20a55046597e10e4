"""Fixtures that run pulsecheck as a command. No test is collected if a test tool is missing."""

import signal
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from check_command import (
    COMMAND,
    WITHOUT_RERUN,
    Act,
    Check,
    CheckAndAct,
    CheckResult,
    run_and_act,
    run_check,
)

RUNTIMES = Path(__file__).parent / "runtimes"
TOOLS = ("hypothesis", "jsonschema", "openapi_spec_validator", "psutil", "requests", "ruamel")
MISSING = [name for name in TOOLS if find_spec(name) is None]

collect_ignore_glob = ["*"] if MISSING else []


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if MISSING:
        terminalreporter.write_line(
            f"The tests were left out: {', '.join(MISSING)} cannot be imported. "
            "Run `pip install --group test`."
        )


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Run `pulsecheck check` with options, in `folder`. `rerun`: run failures again."""

    def run(*options: str, folder: Path = RUNTIMES, rerun: bool = False) -> CheckResult:
        command = COMMAND if rerun else WITHOUT_RERUN
        return run_check(folder, tmp_path / "conformance.json", *options, command=command)

    return run


@pytest.fixture
def check_and_act(tmp_path: Path) -> CheckAndAct:
    """Run `pulsecheck check` with options. Call `act` when the check prints a line with `text`."""

    def run(text: str, act: Act, *options: str) -> CheckResult:
        report = tmp_path / "conformance.json"
        command = (*COMMAND, "check", *options, "--json", str(report))
        done = run_and_act(command, RUNTIMES, text=text, act=act)
        return CheckResult(done.returncode, done.stdout, report)

    return run


@pytest.fixture
def interrupted_check(check_and_act: CheckAndAct) -> Check:
    """Run `pulsecheck check` with options.

    Interrupt the check when it prints a line with `text`.
    """

    def run(text: str, *options: str) -> CheckResult:
        return check_and_act(text, lambda process, _: process.send_signal(signal.SIGINT), *options)

    return run


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Set Python's own SIGINT handler for a test. Workers of pytest-xdist have no handler."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
