"""Runs `pulsecheck check` as a user does: as a command, in a folder of the user."""

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

from deadlines import LONGEST_COMMAND

COMMAND = (sys.executable, "-m", "pulsecheck")
WITHOUT_RERUN = (sys.executable, str(Path(__file__).with_name("without_rerun.py")))
SOME = ("-m", "STA-2 or STA-5 or STO-2 or STO-5 or STO-9")
"""Selects scenarios for tests that interrupt a run. After a quarter of these scenarios, the run
still takes some seconds."""


class CheckResult:
    """The result of a `pulsecheck check`. `text` is the output, on one line."""

    def __init__(self, code: int | None, output: str, report: Path) -> None:
        self.code = code
        self.text = " ".join(output.split())
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
        """The ids of the requirements with this status."""
        verdicts = self.model["verdict"]["requirements"]
        return {found["requirement"]["id"] for found in verdicts if found["status"] == status}

    def scenarios(self, outcome: str) -> list[str]:
        """The selectors of the scenarios with this outcome."""
        return [found["selector"] for found in self._records(outcome)]

    def reasons(self, outcome: str) -> set[str]:
        """The reasons of the scenarios with this outcome."""
        return {found["reason"] for found in self._records(outcome)}

    @property
    def blocked_by(self) -> set[str]:
        """The ids of the requirements that blocked scenarios. An empty id means another cause."""
        return {found["blocked_by"] for found in self._records("blocked")}

    def _records(self, outcome: str) -> list[dict[str, Any]]:
        records = self.model["run"]["records"]
        return [found for found in records if found["outcome"] == outcome]


Check = Callable[..., CheckResult]
Act = Callable[[subprocess.Popen[str], str], None]
"""Acts on a running command. The arguments are the process and the line that contains the text."""
CheckAndAct = Callable[..., CheckResult]


def run_check(
    folder: Path,
    report: Path,
    *options: str,
    longest: float = LONGEST_COMMAND,
    command: tuple[str, ...] = WITHOUT_RERUN,
) -> CheckResult:
    """Run `pulsecheck check` in `folder` for at most `longest` seconds.

    By default, scenarios that fail are not run again. `command=COMMAND` runs them again.
    """
    line = (*command, "check", *options, "--json", str(report))
    done = run_and_act(line, folder, longest=longest, COLUMNS="200")
    return CheckResult(done.returncode, done.stdout, report)


def run_and_act(
    command: tuple[str, ...],
    folder: Path,
    *,
    text: str = "",
    act: Act | None = None,
    longest: float = LONGEST_COMMAND,
    **variables: str,
) -> subprocess.CompletedProcess[str]:
    """Run a command in its own process group, and wait until it ends.

    Calls `act` when the command prints a line that contains `text`.
    Fails after `longest` seconds with the output and the stack trace of each thread.
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
        watchdog = threading.Timer(longest, abort, (process.pid,))
        watchdog.start()
        try:
            seen = _read_and_act(process, text, act) if act else ""
            seen += process.communicate()[0]
        finally:
            watchdog.cancel()
            process.kill()
    assert process.returncode != -signal.SIGABRT, f"did not end within {longest} s:\n{seen}"
    return subprocess.CompletedProcess(command, process.returncode, seen, "")


def _read_and_act(process: subprocess.Popen[str], text: str, act: Act) -> str:
    assert process.stdout is not None
    seen = line = ""
    while text not in line:
        line = process.stdout.readline()
        assert line, f"the command ended without printing {text!r}:\n{seen}"
        seen += line
    act(process, line)
    return seen


def abort(pid: int) -> None:
    """Abort a process and its descendants. faulthandler prints their stack traces."""
    import psutil  # noqa: PLC0415 - tests/conftest.py imports this module without the test tools

    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        for found in (*process.children(recursive=True), process):
            with contextlib.suppress(psutil.NoSuchProcess):
                found.send_signal(signal.SIGABRT)
