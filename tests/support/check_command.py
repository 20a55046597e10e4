"""What tests of the whole command look at."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from deadlines import LONGEST_COMMAND

COMMAND = (sys.executable, "-m", "pulsecheck")
SOME = ("-m", "STA-2 or STA-5 or STO-2 or STO-5 or STO-9")
"""What is long enough to be ended half-way: after a quarter it goes on for seconds, some dwell."""
WITHOUT_RERUN = (sys.executable, str(Path(__file__).with_name("without_rerun.py")))


class CheckResult:
    """What a run of `pulsecheck check` came to; `text` is what it printed, on one line."""

    def __init__(self, done: subprocess.CompletedProcess[str], report: Path) -> None:
        self.code = done.returncode
        self.text = " ".join((done.stdout + done.stderr).split())
        self._report = report

    @property
    def model(self) -> dict[str, Any]:
        """The JSON report."""
        model: dict[str, Any] = json.loads(self._report.read_text())
        return model

    @property
    def conclusion(self) -> str:
        return str(self.model["verdict"]["conclusion"])

    def requirements(self, status: str) -> set[str]:
        """The ids of all requirements of that status."""
        verdicts = self.model["verdict"]["requirements"]
        return {found["requirement"]["id"] for found in verdicts if found["status"] == status}

    def scenarios(self, outcome: str) -> list[str]:
        return [found["selector"] for found in self._records(outcome)]

    def reasons(self, outcome: str) -> set[str]:
        """Why scenarios came to that outcome."""
        return {found["reason"] for found in self._records(outcome)}

    def _records(self, outcome: str) -> list[dict[str, Any]]:
        records = self.model["run"]["records"]
        return [found for found in records if found["outcome"] == outcome]


Check = Callable[..., CheckResult]
Act = Callable[[subprocess.Popen[str], str], None]
"""Does something while the command runs, given its process and the line that was waited for."""
CheckAndAct = Callable[..., CheckResult]


def run_check(
    folder: Path,
    report: Path,
    *options: str,
    longest: float = LONGEST_COMMAND,
    command: tuple[str, ...] = WITHOUT_RERUN,
) -> CheckResult:
    """Run `pulsecheck check` as a user would: as a command, in a folder of the user's.

    It may take `longest` seconds. What fails is not run again, unless `command` is a user's.
    """
    line = (*command, "check", *options, "--json", str(report))
    return CheckResult(run_and_act(line, folder, longest=longest, COLUMNS="200"), report)


def run_and_act(
    command: tuple[str, ...],
    folder: Path,
    *,
    text: str = "",
    act: Act | None = None,
    longest: float = LONGEST_COMMAND,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command, in a process group of its own, to its end.

    `act` is called once a line with `text` was printed; without a text, at once.
    If there is no end after `longest` seconds it is brought about, and what was printed ends with
    what each thread was doing.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONFAULTHANDLER": "1", **variables},
        process_group=0,
    ) as process:
        watchdog = threading.Timer(longest, _abort, (process.pid,))
        watchdog.start()
        try:
            seen = _follow(process, text, act) if act else ""
            seen += process.communicate()[0]
        finally:
            watchdog.cancel()
            process.kill()
    assert process.returncode != -signal.SIGABRT, f"it did not end within {longest} s:\n{seen}"
    return subprocess.CompletedProcess(command, process.returncode, seen, "")


def _follow(process: subprocess.Popen[str], text: str, act: Act) -> str:
    assert process.stdout is not None
    seen = line = ""
    while text not in line:
        line = process.stdout.readline()
        assert line, f"it ended without {text!r}:\n{seen}"
        seen += line
    act(process, line)
    return seen


def _abort(pid: int) -> None:
    """End a process and all that it has started, each with a word on what it was doing."""
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for found in (*process.children(recursive=True), process):
            with contextlib.suppress(psutil.NoSuchProcess):
                found.send_signal(signal.SIGABRT)
