"""Runs pulsecheck as a user would: as a command, in a folder of the user's."""

import signal
from collections.abc import Iterator
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


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Call it with options of `pulsecheck check`; `folder` is where it is run.

    What fails is run again only with `rerun`.
    """

    def run(*options: str, folder: Path = RUNTIMES, rerun: bool = False) -> CheckResult:
        command = COMMAND if rerun else WITHOUT_RERUN
        return run_check(folder, tmp_path / "conformance.json", *options, command=command)

    return run


@pytest.fixture
def check_and_act(tmp_path: Path) -> CheckAndAct:
    """As `check`, with something done once a text was printed."""

    def run(text: str, act: Act, *options: str) -> CheckResult:
        report = tmp_path / "conformance.json"
        command = (*COMMAND, "check", *options, "--json", str(report))
        return CheckResult(run_and_act(command, RUNTIMES, text=text, act=act), report)

    return run


@pytest.fixture
def interrupted_check(check_and_act: CheckAndAct) -> Check:
    """As `check`, with Ctrl-C after a text was printed."""

    def run(text: str, *options: str) -> CheckResult:
        return check_and_act(text, lambda process, _: process.send_signal(signal.SIGINT), *options)

    return run


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Python's own handler of Ctrl-C, which a worker of pytest-xdist lacks; then as it was."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
