"""Judge the reference that is first on PYTHONPATH: `judge.py PATIENCE DWELL LIMIT KEYWORDS`.

Runs the features as `pulsecheck check` does. Stops at the first scenario that does not pass,
whatever the level of its requirement. Then prints the name of this scenario, and ends with exit
code 1. SIGALRM ends a run that takes more than LIMIT seconds.
"""

import os
import resource
import signal
import sys
from typing import NoReturn

from pulsecheck.results.records import Outcome, ScenarioRecord
from pulsecheck.runner.run import Options, run_suite
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite import feature_files

MEMORY = 2 * 1024**3
"""The memory limit in bytes, for mutants that allocate memory without end."""


def fail(reason: str) -> NoReturn:
    print(reason, flush=True)
    os._exit(1)  # without cleanup, which may hang


def stop_at_failure(record: ScenarioRecord | None, _number: int, _of: int) -> None:
    if record is not None and record.outcome is not Outcome.PASSED:
        fail(f"{record.outcome}: {record.selector}")


def main(patience: str, dwell: str, limit: str, keyword: str) -> None:
    signal.alarm(int(limit))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    timeouts = Timeouts(patience=float(patience), dwell=float(dwell), error_limit=0.0)
    options = Options(
        rerun=False,
        implementation="python:pulsecheck_reference:serve",
        features=feature_files.default_features(),
        keyword=keyword,
        timeouts=timeouts,
    )
    run = run_suite(options, stop_at_failure, print)
    if run.error or len(run.records) != run.collected:
        fail(run.error or "not every scenario ran")


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)
