"""The mutants in docs/running.md work, and the commands there print the documented output."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec

from deadlines import LONGEST_COMMAND
from pulsecheck.audit.mutants import Mutant

GUIDE = Path(__file__).parents[2] / "docs" / "running.md"
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def part(title: str) -> str:
    """Return the text under a heading of the third level."""
    found = re.search(rf"(?ms)^### {title}\n(.*?)(?=^##|\Z)", GUIDE.read_text(encoding="utf-8"))
    assert found is not None, f"the guide has no heading “{title}”"
    return found[1]


def run(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    bin_folder = Path(sys.executable).parent
    return subprocess.run(
        shlex.split(command),
        cwd=folder,
        env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )


def test_the_commands_for_a_mutant_of_your_own_print_what_is_shown(tmp_path: Path) -> None:
    codes = []
    for language, name, text in FENCE.findall(part("Mutants of your own")):
        if language == "python":
            (tmp_path / name).write_text(text)
            continue
        command, _, shown = text.removeprefix("$ ").partition("\n")
        done = run(command, tmp_path)
        codes.append(done.returncode)
        rest = done.stdout
        for line in (line for line in shown.splitlines() if line != "..."):
            _, found, rest = rest.partition(line)
            assert found, f"not printed: {line}\n{done.stdout}{done.stderr}"
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["my_mutants.py"]
    assert codes == [0, 1], "the audit passes, and the check finds the mistake"


def test_every_field_of_a_mutant_has_a_row() -> None:
    documented = re.findall(r"^\| `(\w+)` \|", part("Mutants of your own"), re.MULTILINE)
    assert documented == [field.name for field in msgspec.structs.fields(Mutant)]
