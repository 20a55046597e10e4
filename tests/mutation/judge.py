"""Judges the reference that is first on PYTHONPATH: `judge.py PATIENCE DWELL LIMIT KEYWORDS`.

It runs the features as `pulsecheck check` does and ends with exit code 1, and the name of the
scenario, as soon as one of any level has not passed. A SIGALRM ends a run that takes more than
LIMIT seconds, so that one that hangs ends by itself even if nobody watches it.
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
"""Bytes that a mutant which collects without end may have."""


def red(why: str) -> NoReturn:
    print(why, flush=True)
    os._exit(1)  # nothing is tidied up: there may be no end to it


def stop_at_red(record: ScenarioRecord | None, _number: int, _of: int) -> None:
    if record is not None and record.outcome is not Outcome.PASSED:
        red(f"{record.outcome}: {record.selector}")


def main(patience: str, dwell: str, limit: str, keyword: str) -> None:
    signal.alarm(int(limit))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    timeouts = Timeouts(patience=float(patience), dwell=float(dwell))
    options = Options(
        rerun=False,
        implementation="python:pulsecheck_reference:serve",
        features=feature_files.default_features(),
        keyword=keyword,
        timeouts=timeouts,
    )
    run = run_suite(options, stop_at_red, print)
    if run.error or len(run.records) != run.collected:
        red(run.error or "not every scenario was judged")


if __name__ == "__main__":
    main(*sys.argv[1:])
    os._exit(0)
