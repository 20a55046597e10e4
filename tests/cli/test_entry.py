"""SIGINT during start-up ends the command with exit code 130 and without output."""

import subprocess
import sys

import pytest

from pulsecheck.cli import entry

INTERRUPTED_IMPORT = """
import sys

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupt())
from pulsecheck.cli.entry import main
main()
"""


def test_an_interrupt_during_the_imports_prints_nothing() -> None:
    command = [sys.executable, "-c", INTERRUPTED_IMPORT]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


SIGNALLED_IMPORT = """
import signal, sys

def interrupt(*_):
    signal.raise_signal(signal.SIGINT)

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "click":
            interrupt()

sys.exit = interrupt
sys.meta_path.insert(0, Interrupt())
from pulsecheck.cli.entry import main
main()
"""


def test_two_interrupts_during_the_imports_print_nothing() -> None:
    command = [sys.executable, "-c", SIGNALLED_IMPORT]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


def test_the_entry_module_imports_nothing_else_of_pulsecheck() -> None:
    program = (
        "import sys, pulsecheck.cli.entry; "
        "print([n for n in sys.modules if n.startswith('pulsecheck')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "['pulsecheck', 'pulsecheck.cli', 'pulsecheck.cli.entry']\n"


def test_the_entry_module_runs_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["pulsecheck", "--version"])
    with pytest.raises(SystemExit) as ended:
        entry.main()
    assert not ended.value.code
    assert capsys.readouterr().out.startswith("pulsecheck, version ")
