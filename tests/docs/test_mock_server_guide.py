"""The examples and commands of docs/mock-server.md work, and its tables are complete."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from deadlines import LONGEST_COMMAND
from pulsecheck.mock_server import Reactions, load_reactions
from pulsecheck.serve.fault_kinds import FaultKinds, exported
from pulsecheck.serve.operations import operations
from serve_command import serving

GUIDE = Path(__file__).parents[2] / "docs" / "mock-server.md"
TEXT = GUIDE.read_text(encoding="utf-8")
KINDS = FaultKinds(exported())


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)


def commands(program: str) -> list[tuple[list[str], str]]:
    """Return the console commands that begin with `program`, each with its documented output."""
    found = []
    for block in blocks("console"):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.replace("\\\n", "").partition("\n")
            if command.startswith(program):
                found.append((shlex.split(command), output))
    return found


@pytest.mark.parametrize("code", blocks("python"))
def test_an_example_runs(tmp_path: Path, code: str) -> None:
    example = tmp_path / "test_example.py"
    example.write_text(code)
    is_test = "def test_" in code
    run = ["-m", "pytest", "-p", "no:cacheprovider"] if is_test else []
    done = subprocess.run(
        [sys.executable, *run, str(example)],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if "PYTEST" not in key},
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("text", blocks("toml"))
def test_the_reactions_file_is_valid(tmp_path: Path, text: str) -> None:
    path = tmp_path / "reactions.toml"
    path.write_text(text)
    assert load_reactions(path) != Reactions()


@pytest.mark.parametrize(("command", "output"), commands("pulsecheck serve"))
def test_a_serve_command_prints_what_is_shown(command: list[str], output: str) -> None:
    with serving(*command[2:]) as server:
        shown = re.findall(r"http://127\.0\.0\.1:(\d+)", output)
        assert shown in ([], ["3000", "3001"])
        assert server.url.startswith("http://127.0.0.1:")


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl is found")
def test_requests_have_the_shown_answers() -> None:
    with serving() as server:
        for command, output in commands("curl"):
            words = [word.replace("http://127.0.0.1:3001/", server.page) for word in command]
            done = subprocess.run(
                words, capture_output=True, text=True, timeout=LONGEST_COMMAND, check=True
            )
            assert done.stdout == output.rstrip("\n")


def test_every_fault_and_no_other_is_in_the_table() -> None:
    documented = re.findall(r"^\| `(\w+)` `([\w-]+)` \|", TEXT, re.MULTILINE)
    assert documented == sorted(documented)
    assert set(documented) == {
        (fault.__name__, name) for fault, name in zip(exported(), KINDS.names, strict=True)
    }


def test_every_operation_of_the_control_interface_is_documented() -> None:
    for found in operations(KINDS):
        assert f"{found.method} {found.path}" in TEXT
