"""Start the fork server, which forks a process for each check of a mutant."""

import signal
from multiprocessing import forkserver, resource_tracker

INTERRUPT = {signal.SIGINT}


def start_fork_server() -> None:
    """Start the fork server with SIGINT blocked. The processes that it forks inherit the block.

    On Ctrl-C, a terminal sends SIGINT to every process of a command. Without the block, a process
    that is still importing modules would print a stack trace.
    """
    # Starting the resource tracker unblocks SIGINT, so start the tracker before the block.
    resource_tracker.ensure_running()
    signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPT)
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPT)
