"""Helpers for tests of `pulsecheck audit`."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from check_command import COMMAND
from deadlines import LONGEST_COMMAND

RUNTIMES = Path(__file__).parents[1] / "runtimes"


class AuditResult:
    """The result of a `pulsecheck audit` command, whose JSON is written to `folder`."""

    def __init__(self, folder: Path, *options: str, cwd: Path = RUNTIMES) -> None:
        self._report = folder / "audit.json"
        done = subprocess.run(
            (*COMMAND, "audit", *options, "--json", str(self._report)),
            capture_output=True,
            text=True,
            cwd=cwd,
            env={**os.environ, "COLUMNS": "200"},
            timeout=LONGEST_COMMAND,
            check=False,
        )
        self.code = done.returncode
        self.lines = done.stdout.splitlines()
        self.error = done.stderr

    @property
    def model(self) -> dict[str, Any]:
        model: dict[str, Any] = json.loads(self._report.read_text())
        return model

    def found(self, kind: str) -> list[str]:
        return [one["name"] for one in self.model["findings"] if one["kind"] == kind]
