"""An interrupted check writes its reports and leaves no process, even after many interrupts."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from check_command import SOME, Check, CheckAndAct
from deadlines import DEADLINE

CHILD = f"{sys.executable} -m pulsecheck_reference"
BAD = Path(__file__).parents[1] / "runtimes" / "bad_driver.py"
HUNG = f"{sys.executable} {BAD} 'ignores shutdown'"
PAUSE = 0.02
"""Seconds between two interrupts."""
TRACES = ("Traceback", "INTERNALERROR", "Exception ignored", "went wrong")

Signals = Callable[[subprocess.Popen[str]], None]


def once(process: subprocess.Popen[str]) -> None:
    """Interrupt the command alone, as `kill` does."""
    process.send_signal(signal.SIGINT)


def as_timeout_does(process: subprocess.Popen[str]) -> None:
    """Interrupt the command and then its whole process group, as `timeout` does."""
    process.send_signal(signal.SIGINT)
    os.killpg(process.pid, signal.SIGINT)


def when_it_reports(process: subprocess.Popen[str]) -> None:
    """Interrupt at once, and again after each line of the report."""
    assert process.stdout is not None
    process.send_signal(signal.SIGINT)
    line = "-"
    while line and "no verdict" not in line:
        line = process.stdout.readline()
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)


def until_it_ends(process: subprocess.Popen[str]) -> None:
    """Interrupt repeatedly until the command ends."""
    while process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.communicate(timeout=PAUSE)


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("implementation", "how"),
    [
        (CHILD, once),
        (CHILD, as_timeout_does),
        (CHILD, when_it_reports),
        (CHILD, until_it_ends),
        (HUNG, until_it_ends),
    ],
    ids=["once", "as timeout does", "when it reports", "until it ends", "a driver that hangs"],
)
def test_reports_are_written_and_nothing_is_left(
    check_and_act: CheckAndAct, tmp_path: Path, implementation: str, how: Signals, jobs: str
) -> None:
    page = tmp_path / "page.html"
    started: list[psutil.Process] = []

    def act(process: subprocess.Popen[str], _line: str) -> None:
        started.extend(psutil.Process(process.pid).children(recursive=True))
        how(process)

    options = ("--implementation", implementation, "--jobs", jobs, "--html", str(page))
    text = "failed: " if implementation == HUNG else " of "
    checked = check_and_act(text, act, *options, *SOME)
    assert checked.code == 130, checked.text
    assert not any(trace in checked.text for trace in TRACES), checked.text
    assert checked.model["run"]["interrupted"]
    assert checked.conclusion == "error"
    assert "<b>This report is incomplete.</b>" in page.read_text()
    assert started
    assert psutil.wait_procs(started, timeout=DEADLINE)[1] == []


@pytest.mark.parametrize("how", ["interrupted", "interrupted_in_disguise"])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_while_pytest_bdd_reports_is_not_an_error(
    check: Check, jobs: str, how: str
) -> None:
    checked = check("--implementation", f"python:interrupting:{how}", "--jobs", jobs)
    assert checked.code == 130, checked.text
    assert not any(trace in checked.text for trace in TRACES), checked.text
    assert checked.model["run"]["interrupted"]
