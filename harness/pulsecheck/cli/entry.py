"""Start the command line, and handle SIGINT during its imports."""

import os
import signal
import sys
import types
from typing import NoReturn

# The same number as runner.interrupts.INTERRUPTED: this module imports nothing else of pulsecheck,
# so that the signal handler is in place before the slow imports.
INTERRUPTED = 128 + signal.SIGINT


def main() -> NoReturn:
    """Run the command line and exit."""
    previous = signal.getsignal(signal.SIGINT)
    try:
        if previous is signal.default_int_handler:
            signal.signal(signal.SIGINT, _exit)
        from pulsecheck.cli.app import main as run  # noqa: PLC0415 - see INTERRUPTED

        signal.signal(signal.SIGINT, previous)
        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _exit(_number: int, _frame: types.FrameType | None) -> NoReturn:
    """Exit at once, without a stack trace: nothing has started that needs cleanup."""
    os._exit(INTERRUPTED)
