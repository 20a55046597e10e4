"""The process of which mutants are forked: where no interrupt reaches it, nor them."""

import signal
from multiprocessing import forkserver, resource_tracker

INTERRUPT = {signal.SIGINT}


def start_fork_server() -> None:
    """Start it with interrupts blocked, as whatever it forks has them then.

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
