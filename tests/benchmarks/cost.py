"""Measure a complete check of the reference in one process: seconds and peak memory."""

import resource
import subprocess
import sys
import time

MOST_SECONDS = 12.0
MOST_MEGABYTES = 200.0


def main() -> None:
    began = time.monotonic()
    code = subprocess.run(
        [sys.executable, "-m", "pulsecheck", "check"],
        stdout=subprocess.DEVNULL,
        check=False,
    ).returncode
    seconds = time.monotonic() - began
    megabytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"pulsecheck check: exit code {code}")
    print(f"seconds:          {seconds:6.2f}   (at most {MOST_SECONDS:g})")
    print(f"peak memory, MB:  {megabytes:6.1f}   (at most {MOST_MEGABYTES:g})")


if __name__ == "__main__":
    main()
