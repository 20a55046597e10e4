"""What tests of the whole command look at."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any


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
        records = self.model["run"]["records"]
        return [found["selector"] for found in records if found["outcome"] == outcome]


Check = Callable[..., Checked]
Act = Callable[[subprocess.Popen[str], str], None]
"""Does something while the command runs, given its process and the line that was waited for."""
Following = Callable[..., Checked]
