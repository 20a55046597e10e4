"""What tests of the whole command look at."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

LONGEST = 120
COMMAND = (sys.executable, "-m", "harness.cli")
ONCE = (sys.executable, str(Path(__file__).with_name("once.py")))


class Checked:
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


Check = Callable[..., Checked]
Act = Callable[[subprocess.Popen[str], str], None]
"""Does something while the command runs, given its process and the line that was waited for."""
Following = Callable[..., Checked]


def run_check(
    folder: Path,
    report: Path,
    *options: str,
    longest: float = LONGEST,
    command: tuple[str, ...] = ONCE,
) -> Checked:
    """Run `pulsecheck check` as a user would: as a command, in a folder of the user's.

    It may take `longest` seconds. What fails is not run again, unless `command` is a user's.
    """
    done = subprocess.run(
        (*command, "check", *options, "--json", str(report)),
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=longest,
        check=False,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "200"},
    )
    return Checked(done, report)
