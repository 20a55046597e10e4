"""Runs checks in forked processes, because a new Python takes 2 s, and few tests need one."""

from pathlib import Path

import pytest

from check_command import Check, CheckResult
from forked_command import run_forked_check

RUNTIMES = Path(__file__).parents[1] / "runtimes"


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Run `pulsecheck check` with options, in `folder`. `rerun`: run failures again."""

    def run(*options: str, folder: Path = RUNTIMES, rerun: bool = False) -> CheckResult:
        return run_forked_check(folder, tmp_path / "conformance.json", *options, rerun=rerun)

    return run
