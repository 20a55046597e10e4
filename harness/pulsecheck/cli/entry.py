"""Start the command line, and handle SIGINT during the imports."""

import os
import signal
import sys
import types
from typing import NoReturn

# The same number as runner.interrupts.INTERRUPTED. This module does not import that constant,
# because the signal handler must be in place before the slow imports of pulsecheck.
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
    """Exit at once and without a stack trace, because nothing that needs cleanup has started."""
    os._exit(INTERRUPTED)
