"""`pulsecheck` that does not run failures again, for tests that expect many failures."""

from msgspec.structs import replace

from pulsecheck.cli import app, check
from pulsecheck.driver.tcp import Announce
from pulsecheck.results.records import Run
from pulsecheck.runner.interrupts import Interrupts
from pulsecheck.runner.run import OnProgress, Options, run_suite


def run_once(
    options: Options,
    progress: OnProgress,
    announce: Announce,
    interrupts: Interrupts | None = None,
) -> Run:
    return run_suite(replace(options, rerun=False), progress, announce, interrupts)


def leave_out_reruns() -> None:
    """Stop checks in this process from running failures again."""
    check.run_suite = run_once  # type: ignore[attr-defined] # check imports it


if __name__ == "__main__":
    leave_out_reruns()
    app.main()
