"""The example of docs/judging-a-product.md works, and its tables are complete."""

import contextlib
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import msgspec

from deadlines import LONGEST_COMMAND
from pulsecheck.oracle.recording import LARGEST_FILE, LONGEST_LINE, read_pulses
from pulsecheck.oracle.reported_pulse import ReportedPulse
from pulsecheck.oracle.rules import PATIENCE, TOLERANCE
from pulsecheck.shared.timeline import MAX_ENTRIES
from serve_command import serving
from written_recording import HEADER

GUIDE = Path(__file__).parents[2] / "docs" / "judging-a-product.md"
TEXT = GUIDE.read_text(encoding="utf-8")
FENCE = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)
BLOCKS = FENCE.findall(TEXT)


def commands() -> list[tuple[list[str], str]]:
    """Return the console commands, each with its documented output."""
    parts = [
        part
        for language, _, text in BLOCKS
        if language == "console"
        for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    ]
    return [(shlex.split(part.partition("\n")[0]), part.partition("\n")[2]) for part in parts]


def not_shown(lines: str, output: str) -> str | None:
    """Return the first documented line that is missing in the output, or out of order.

    Numbers are not compared, because they are times, which differ between runs.
    """
    rest = normal(output)
    for line in (line for line in lines.splitlines() if line not in {"", "..."}):
        _, found, rest = rest.partition(normal(line))
        if not found:
            return line
    return None


def normal(text: str) -> str:
    return re.sub(r"\d+(\.\d+)?", "#", " ".join(text.split()))


def run(words: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env={**os.environ, "COLUMNS": "100"},
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )


def test_the_example_prints_what_is_shown(tmp_path: Path) -> None:
    ((name, code),) = [(name, text) for language, name, text in BLOCKS if language == "python"]
    codes = []
    with contextlib.ExitStack() as servers:
        for words, shown in commands():
            match words:
                case ["pulsecheck", "serve", "--record", file, *options]:
                    server = servers.enter_context(
                        serving("--record", str(tmp_path / file), *options)
                    )
                    page = server.page.rstrip("/")
                    here = code.replace("http://127.0.0.1:3000", server.url)
                    (tmp_path / name).write_text(here.replace("http://127.0.0.1:3001", page))
                case ["python", *rest]:
                    done = run(rest, tmp_path)
                    assert (done.returncode, done.stderr) == (0, "")
                    server.end()
                    assert server.process.returncode == 0
                case ["pulsecheck", "judge", *rest]:
                    done = run(["-m", "pulsecheck", "judge", *rest], tmp_path)
                    missing = not_shown(shown, done.stdout)
                    assert missing is None, done.stdout + done.stderr
                    codes.append(done.returncode)
    assert codes == [1, 0], "the first product is wrong, and the second is right"


def test_every_field_of_a_report_is_in_the_table() -> None:
    table = TEXT.partition("| field |")[2].partition("\n\n")[0]
    documented = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    fields = [field.name for field in msgspec.structs.fields(ReportedPulse)]
    assert sorted(documented) == sorted(fields)


def test_the_log_is_valid() -> None:
    (log,) = [text for language, _, text in BLOCKS if language == "json"]
    first, second = read_pulses(log.encode().splitlines(keepends=True), HEADER)
    assert (first.entry.at, second.entry.at) == (3.25, 3.5)


def test_the_limits_are_those_of_the_code() -> None:
    assert f"{MAX_ENTRIES:,} entries" in TEXT
    assert f"{LARGEST_FILE // 2**20} MiB, and {LONGEST_LINE // 2**20} MiB in each line" in TEXT
    assert f"differ from the server's clock by {TOLERANCE} s" in TEXT
    assert f"in the last {TOLERANCE} s of a recording" in TEXT
    assert "ten seconds" in TEXT
    assert PATIENCE == 10
