"""The fork server from which mutants are forked, started with SIGINT blocked."""

import signal
from multiprocessing import forkserver, resource_tracker

INTERRUPT = {signal.SIGINT}


def start_fork_server() -> None:
    """Start the fork server with SIGINT blocked. The processes that it forks inherit the block.

    A terminal sends SIGINT to every process of a command. A Python process that is still importing
    would then print a stack trace.
    """
    # Starting the resource tracker unblocks SIGINT, so start it first.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPT)
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
