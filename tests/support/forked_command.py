"""Runs `pulsecheck check` in a forked process, which inherits all modules and parsed features.

A new Python would need 2 s of processor time to import the modules and to parse the features. Each
check still has its own process, with its own folder, environment and output, like a command.
"""

import faulthandler
import multiprocessing
import os
import sys
from pathlib import Path

from check_command import CheckResult, abort
from deadlines import LONGEST_COMMAND

PROCESSES = multiprocessing.get_context("forkserver")
PRELOAD = ["pulsecheck.audit.fork_server_preload", "pulsecheck.cli.app", "without_rerun"]


def run_forked_check(
    folder: Path,
    report: Path,
    *options: str,
    longest: float = LONGEST_COMMAND,
    rerun: bool = False,
) -> CheckResult:
    """Run `pulsecheck check` in `folder` for at most `longest` seconds.

    `rerun`: run failures again. If the check takes longer, raises an AssertionError with the output
    and the stack trace of each thread.
    """
    output = report.with_suffix(".output")
    words = ("check", *options, "--json", str(report))
    environment = {**os.environ, "COLUMNS": "200"}
    PROCESSES.set_forkserver_preload(PRELOAD)
    process = PROCESSES.Process(target=_run, args=(words, folder, environment, output, rerun))
    process.start()
    assert process.pid is not None
    try:
        process.join(longest)
        if process.exitcode is None:
            abort(process.pid)
            process.join(longest)
            raise AssertionError(f"the check did not end within {longest} s:\n{output.read_text()}")
    finally:
        process.kill()
    return CheckResult(process.exitcode, output.read_text(), report)


def _run(
    words: tuple[str, ...], folder: Path, environment: dict[str, str], output: Path, rerun: bool
) -> None:
    with output.open("wb") as file:
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    faulthandler.enable()
    os.setpgid(0, 0)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path.insert(0, str(folder))
    sys.argv = ["pulsecheck", *words]

    from pulsecheck.cli import app  # noqa: PLC0415 - the parent need not import it
    from without_rerun import leave_out_reruns  # noqa: PLC0415

    if not rerun:
        leave_out_reruns()
    app.main()
