"""Runs pulsecheck as a user would: as a command, in a folder of the user's."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from checking import COMMAND, ONCE, Act, Check, Checked, Following, follow, run_check

RUNTIMES = Path(__file__).parent / "runtimes"


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Call it with options of `pulsecheck check`; `folder` is where it is run.

    What fails is run again only with `rerun`.
    """

    def run(*options: str, folder: Path = RUNTIMES, rerun: bool = False) -> Checked:
        command = COMMAND if rerun else ONCE
        return run_check(folder, tmp_path / "conformance.json", *options, command=command)

    return run


@pytest.fixture
def following(tmp_path: Path) -> Following:
    """As `check`, with something done once a text was printed."""

    def run(text: str, act: Act, *options: str) -> Checked:
        report = tmp_path / "conformance.json"
        command = (*COMMAND, "check", *options, "--json", str(report))
        return Checked(follow(command, RUNTIMES, text=text, act=act), report)

    return run


@pytest.fixture
def interrupted(following: Following) -> Check:
    """As `check`, with Ctrl-C after a text was printed."""

    def run(text: str, *options: str) -> Checked:
        return following(text, lambda process, _: process.send_signal(signal.SIGINT), *options)

    return run


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Python's own handler of Ctrl-C, which a worker of pytest-xdist lacks; then as it was."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
