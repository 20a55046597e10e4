"""Where the command begins: Ctrl-C while the rest is imported ends it like Ctrl-C later on."""

import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line and exit."""
    try:
        from harness.cli import main as run  # noqa: PLC0415 - what takes its time is imported here

        run()
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
