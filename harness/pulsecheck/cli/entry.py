"""Where the command begins: Ctrl-C while the rest is imported ends it like Ctrl-C later on."""

import os
import signal
import sys
import types
from typing import NoReturn

INTERRUPTED = 128 + signal.SIGINT


def main() -> NoReturn:
    """Run the command line and exit."""
    usual = signal.getsignal(signal.SIGINT)
    try:
        if usual is signal.default_int_handler:
            signal.signal(signal.SIGINT, _end)
        from pulsecheck.cli.app import main as run  # noqa: PLC0415 - what takes its time is imported here

        signal.signal(signal.SIGINT, usual)
        run()
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)


def _end(_number: int, _frame: types.FrameType | None) -> NoReturn:
    """End at once, before a second one can come: nothing has begun that must be wound up."""
    os._exit(INTERRUPTED)
