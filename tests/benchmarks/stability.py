"""Checks the reference again and again, and says whether every run gave the same verdicts.

Usage: stability.py [RUNS] [--busy]. With --busy, every core computes something else meanwhile.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

BURN = "while True: pass"


@contextlib.contextmanager
def busy_cores(wanted: bool) -> Iterator[None]:
    """One process that never rests for each core."""
    count = (os.cpu_count() or 1) if wanted else 0
    burners = [subprocess.Popen([sys.executable, "-c", BURN]) for _ in range(count)]
    try:
        yield
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()


def verdicts(report: Path) -> str:
    """All that must not change from run to run, as one text."""
    subprocess.run(
        [sys.executable, "-m", "harness.cli", "check", "--json", str(report)],
        stdout=subprocess.DEVNULL,
        check=False,
    )
    model = json.loads(report.read_text())
    outcomes = {found["selector"]: found["outcome"] for found in model["run"]["records"]}
    return json.dumps([model["verdict"], outcomes], sort_keys=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", type=int, nargs="?", default=30)
    parser.add_argument("--busy", action="store_true")
    options = parser.parse_args()
    seen: Counter[str] = Counter()
    with busy_cores(options.busy), tempfile.TemporaryDirectory() as folder:
        for number in range(options.runs):
            seen[verdicts(Path(folder) / "report.json")] += 1
            print(f"run {number + 1}: {len(seen)} different", flush=True)
    if len(seen) > 1:
        for text, count in seen.most_common():
            print(f"--- {count} runs\n{text}")
        raise SystemExit(1)
    print(f"{options.runs} runs, one verdict")


if __name__ == "__main__":
    main()
