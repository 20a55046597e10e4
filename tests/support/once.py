"""`pulsecheck`, but that what fails is not run again: for tests that look for many failures."""

from msgspec.structs import replace

from harness import cli, suite
from harness.driver.tcp import Announce
from harness.interrupts import Interrupts
from harness.records import Run

run = suite.run


def run_once(
    options: suite.Options,
    progress: suite.Progress,
    announce: Announce,
    interrupts: Interrupts | None = None,
) -> Run:
    return run(replace(options, rerun=False), progress, announce, interrupts)


if __name__ == "__main__":
    suite.run = run_once
    cli.main()
