"""Ctrl-C during an audit: it ends the audit once, in order, and is kept from all that it starts."""

import signal
import types
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import forkserver, resource_tracker
from typing import NoReturn

INTERRUPT = {signal.SIGINT}
INTERRUPTED = 128 + signal.SIGINT
"""The exit code, as shells have it."""


@contextmanager
def once() -> Iterator[None]:
    """Raise KeyboardInterrupt at the first Ctrl-C; another one does not disturb the end."""
    usual = signal.getsignal(signal.SIGINT)
    if usual is signal.default_int_handler:  # otherwise somebody wants no interrupts
        signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        # After an interruption the end is that of the command.
        if signal.getsignal(signal.SIGINT) is _end:
            signal.signal(signal.SIGINT, usual)


def _end(_number: int, _frame: types.FrameType | None) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    raise KeyboardInterrupt


def start_fork_server() -> None:
    """Start the process of which mutants are forked where no interrupt reaches it, nor them.

    A terminal interrupts every process of a command, and a Python that imports says so in a
    traceback.
    """
    # To start the tracker ends what is blocked here, so it must be there before.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPT)
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
