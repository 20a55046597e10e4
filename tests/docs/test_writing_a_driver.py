"""The files and commands of docs/writing-a-driver.md work, and its tables are complete."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from deadlines import LONGEST_COMMAND
from pulsecheck.driver.errors import DriverError
from pulsecheck.driver.protocol import METHODS, NOTIFICATIONS, Ability, NodeName, TransportUse
from pulsecheck_reference.node_types import KINDS

GUIDE = Path(__file__).parents[2] / "docs" / "writing-a-driver.md"
VARYING = re.compile(r"  \(\d+\.\d s\)$|\b\d+ ms\b|  \w+\.feature:\d+$")
"""Parts of the output that vary: durations, and line numbers of features."""
ELLIPSIS = "..."


def has_websocket() -> bool:
    """Tell whether Node.js is installed and has a WebSocket."""
    probe = ("node", "--experimental-websocket", "-e", "new WebSocket('ws://127.0.0.1:9').close()")
    return bool(shutil.which("node")) and subprocess.run(probe, check=False).returncode == 0


class Block(msgspec.Struct, frozen=True):
    """A fenced block: the text after the fence, and its content."""

    info: str
    text: str


def section(title: str) -> str:
    """Return the text under a heading of the second level."""
    found = re.search(rf"(?ms)^## {title}\n(.*?)(?=^## |\Z)", GUIDE.read_text())
    assert found is not None, f"the guide has no section “{title}”"
    return found[1]


def blocks(title: str) -> Iterator[Block]:
    for found in re.finditer(r"^```([^\n]+)\n(.*?)^```$", section(title), re.MULTILINE | re.DOTALL):
        yield Block(found[1], found[2])


def printed(command: str, folder: Path) -> list[str]:
    """Run a command of the guide and return the lines that it prints."""
    bin_folder = Path(sys.executable).parent
    done = subprocess.run(
        shlex.split(command),
        cwd=folder,
        env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}", "COLUMNS": "100"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    return done.stdout.splitlines()


def assert_shown(shown: list[str], actual: list[str]) -> None:
    """Require that the shown lines were printed in that order. Line breaks may differ."""
    rest = " ".join(map(stable, actual))
    for line in shown:
        if line != ELLIPSIS and (wanted := stable(line)):
            _, found, rest = rest.partition(wanted)
            assert found, "\n".join((line, *actual))


def stable(line: str) -> str:
    """Remove the parts that vary. Join repeated blanks, because durations change column widths."""
    return " ".join(VARYING.sub("", line).split())


@pytest.mark.parametrize(
    ("title", "files"),
    [
        ("In Python", {"protocol.py", "driver.py", "connection.py"}),
        pytest.param(
            "In JavaScript",
            {"protocol.mjs", "driver.mjs", "connection.mjs"},
            marks=pytest.mark.skipif(not has_websocket(), reason="wants Node.js 20.10 or later"),
        ),
    ],
)
def test_each_command_prints_what_is_shown(title: str, files: set[str], tmp_path: Path) -> None:
    commands = 0
    for block in blocks(title):
        language, _, name = block.info.partition(" ")
        if language == "console":
            command, *shown = block.text.splitlines()
            commands += 1
            assert_shown(shown, printed(command.removeprefix("$ "), tmp_path))
        else:
            (tmp_path / name).write_text(block.text)
    assert shown[-1].startswith("conforming")
    assert commands >= 2
    assert {path.name for path in tmp_path.iterdir() if path.is_file()} == files


# --- the reference ------------------------------------------------------------------------------


def cells(title: str, column: int) -> set[str]:
    """Return all words in backticks in one column of the tables of a section."""
    rows = (line.split("|") for line in section(title).splitlines() if line.startswith("| "))
    return {
        word for row in rows if len(row) > column for word in re.findall(r"`([^`]+)`", row[column])
    }


def test_every_method_notification_and_word_of_a_profile_has_a_row() -> None:
    names = cells("Reference", 1)
    profile = set(NodeName) | set(TransportUse) | set(Ability)
    assert set(METHODS) | set(NOTIFICATIONS) | profile == names


def test_every_field_of_every_message_is_named() -> None:
    reference = section("Reference")
    types = [method.params for method in METHODS.values()]
    types += [method.result for method in METHODS.values()]
    fields = {
        field.encode_name
        for message in (*types, *NOTIFICATIONS.values())
        for field in msgspec.structs.fields(message)
    }
    assert {name for name in fields if not re.search(rf"\b{name}\b", reference)} == set()


def test_every_socket_of_every_node_type_is_in_its_row() -> None:
    rows = [line.split("|") for line in section("Reference").splitlines() if line.startswith("| `")]
    for name, kind in KINDS.items():
        row = next(row for row in rows if f"`{name}`" in row[1])
        data = set(re.findall(r"`([^`]+)`", row[2])) - {"Pulse Input"}
        assert data == set(kind.inputs)
        assert set(re.findall(r"`([^`]+)`", row[3])) == {"Pulse Output", *kind.outputs}


def subclasses(kind: type[DriverError]) -> Iterator[type[DriverError]]:
    for found in kind.__subclasses__():
        yield found
        yield from subclasses(found)


def test_each_question_quotes_a_message_of_the_harness() -> None:
    quoted = re.findall(r"^\*\*“([^”]+)”\*\*", section("Questions"), re.MULTILINE)
    assert len(quoted) > 5
    beginnings = {
        kind.message.partition("{")[0]
        for kind in subclasses(DriverError)
        if "message" in vars(kind)
    } - {""}
    for text in quoted:
        assert any(text.startswith(said) or said.startswith(text) for said in beginnings), text
