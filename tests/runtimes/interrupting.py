"""The reference, with a failure or an interrupt while pytest-bdd reports the first scenario."""

import os
import signal
from typing import Any

from pytest_bdd import reporting

from pulsecheck_reference.altered import replaced, serving

REPORT = "runtest_makereport"
report = getattr(reporting, REPORT)


def interrupt(*arguments: Any) -> None:
    """Send SIGINT to the process group, as Ctrl-C in a terminal does."""
    setattr(reporting, REPORT, report)
    os.killpg(0, signal.SIGINT)
    report(*arguments)


def interrupt_in_disguise(*arguments: Any) -> None:
    """Call `interrupt`, and raise another error instead of the KeyboardInterrupt."""
    try:
        interrupt(*arguments)
    except KeyboardInterrupt:
        raise LookupError("nothing to report") from None


def break_down(*_: Any) -> None:
    raise LookupError("nothing to report")


interrupted = serving(replaced(reporting, REPORT, interrupt))
interrupted_in_disguise = serving(replaced(reporting, REPORT, interrupt_in_disguise))
never = serving(replaced(reporting, REPORT, break_down))
