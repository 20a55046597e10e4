"""Check the reference repeatedly, and require the same verdicts from every run.

Usage: stability.py [RUNS]. Two checks run at the same time: one with the reference in
memory, and one with the reference as a child process. Half of the runs have idle cores; during the
other half, every core is busy.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pulsecheck.report import conformance
from pulsecheck.report.conformance import Report
from pulsecheck.report.text import log, title
from pulsecheck.results.records import Outcome

BURN = "while True: pass"
DRIVERS = {
    "in memory": "python:pulsecheck_reference:serve",
    "child process": f"{sys.executable} -m pulsecheck_reference",
}


@contextlib.contextmanager
def busy_cores(wanted: bool) -> Iterator[None]:
    """If `wanted`, keep each core busy with a process."""
    count = (os.cpu_count() or 1) if wanted else 0
    burners = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(count)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def check(driver: str, runs: int, file: Path) -> Report:
    """Check `runs` times. In the report, scenarios that differ between runs are unstable."""
    options = ("--implementation", driver, "--repeat", str(runs), "--json", str(file))
    subprocess.run(
        [sys.executable, "-m", "pulsecheck", "check", *options],
        stdout=subprocess.DEVNULL,
        check=False,
    )
    return conformance.read(file)


def show(report: Report) -> None:
    """Print the differences between the runs, or the problem that stopped them."""
    for problem in report.verdict.problems:
        print(problem)
    for record in report.run.records:
        if record.outcome is Outcome.UNSTABLE:
            print(f"--- {title(record)}\n{record.reason}\n{log(record, report.run)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=200)
    each = max(1, parser.parse_args().runs // (2 * len(DRIVERS)))
    conclusions = set()
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor() as threads:
        for is_busy in (False, True):
            with busy_cores(is_busy):
                checks = {
                    name: threads.submit(check, driver, each, Path(folder) / f"{name}.json")
                    for name, driver in DRIVERS.items()
                }
                reports = {name: running.result() for name, running in checks.items()}
            for name, report in reports.items():
                cores = "busy" if is_busy else "idle"
                end = report.verdict.conclusion
                seconds = report.run.seconds
                print(f"{name}, {cores} cores: {each} runs, {end} ({seconds:.0f} s)", flush=True)
                show(report)
                conclusions.add(end)
    if conclusions != {"conforming"}:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
