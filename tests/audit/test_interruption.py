"""Ctrl-C during an audit. A terminal sends this SIGINT to every process of the command."""

import os
import signal
import subprocess
from collections.abc import Callable
from contextlib import suppress

import psutil
import pytest

from audit_command import RUNTIMES
from check_command import COMMAND, run_and_act
from deadlines import LONGEST_COMMAND

PAUSE = 0.01
"""Seconds between two signals."""
AUDIT = (*COMMAND, "audit", "--mutants", "sample_mutants")
Send = Callable[[subprocess.Popen[str]], object]


def to_the_group(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGINT)


def to_it_alone(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGINT)


def repeatedly(process: subprocess.Popen[str]) -> None:
    """Send SIGINT again and again until the process has ended, even during cleanup.

    Between the signals, the handler gets the time to return. Python would otherwise call the
    handler inside of itself until the stack is full.
    """
    while process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            process.wait(PAUSE)


def fork_server(process: subprocess.Popen[str]) -> psutil.Process:
    """Return the fork server, which imports everything before it forks mutants."""
    while True:
        assert process.poll() is None
        for child in psutil.Process(process.pid).children():
            if "multiprocessing.forkserver" in " ".join(child.cmdline()):
                return child


def interrupted(
    is_time: Callable[[subprocess.Popen[str]], bool], send: Send, *options: str
) -> list[str]:
    """Interrupt an audit when `is_time` returns true. Returns the output of the audit.

    Checks that no process is left.
    """
    children: list[psutil.Process] = []

    def interrupt(process: subprocess.Popen[str], _: str) -> None:
        while not is_time(process):
            assert process.poll() is None
        children[:] = psutil.Process(process.pid).children(recursive=True)
        send(process)

    done = run_and_act((*AUDIT, *options), RUNTIMES, act=interrupt)
    assert done.returncode == 130, done.stdout
    _, left = psutil.wait_procs(children, timeout=LONGEST_COMMAND)
    assert left == []
    return done.stdout.splitlines()


NONE_TRIED = ["interrupted: 0 of 4 mutants were tried; there is no verdict"]


@pytest.mark.parametrize("seconds", [0.0, 0.1, 0.2, 0.4])
def test_while_the_fork_server_imports(seconds: float) -> None:
    """Interrupt when the imports of the fork server have used `seconds` of CPU time."""

    def is_time(process: subprocess.Popen[str]) -> bool:
        server = fork_server(process)
        return server.cpu_times().user >= seconds or bool(server.children())

    assert interrupted(is_time, to_the_group, "--jobs", "2") == NONE_TRIED


@pytest.mark.parametrize("send", [to_it_alone, to_the_group, repeatedly])
def test_while_mutants_are_tried(send: Send) -> None:
    def is_time(process: subprocess.Popen[str]) -> bool:
        return len(fork_server(process).children()) == 2

    assert interrupted(is_time, send, "--jobs", "2") == NONE_TRIED


def test_mutants_tried_before_the_interrupt_are_counted() -> None:
    seen: set[int] = set()

    def is_time(process: subprocess.Popen[str]) -> bool:
        """Tell whether the third process has started. The mutants run one by one.

        So two trials have ended. The second one is not counted, because no scenario kills the
        second mutant, and such a mutant is tried again before it counts.
        """
        seen.update(child.pid for child in fork_server(process).children())
        return len(seen) == 3

    lines = interrupted(is_time, to_the_group, "--jobs", "1")
    assert lines == ["interrupted: 1 of 4 mutants were tried; there is no verdict"]
