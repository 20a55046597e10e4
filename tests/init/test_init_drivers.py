"""New drivers hold the whole conversation right, and their nodes do nothing yet."""

import asyncio
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from deadlines import LONGEST_COMMAND
from pulsecheck.cli.init import init
from pulsecheck.driver.driver import Driver, start
from pulsecheck.driver.errors import RefusedError
from pulsecheck.driver.protocol import Capability, Logic, Node, Project, SocketIoConnection
from pulsecheck.driver.spec import CommandSpec

COMMANDS = {"python": (sys.executable, "driver.py"), "javascript": ("node", "driver.mjs")}
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="wants Node.js")
Heard = list[tuple[str, Mapping[str, Any]]]

NODES = (
    Node(id="start", type="Socket.IO Start", attributes={"Configuration": "main"}),
    Node(id="stop", type="Socket.IO Stop", attributes={"Configuration": "main"}),
    Node(id="lost", type="Socket.IO Start", attributes={"Configuration": ""}),
    Node(id="on", type="On Socket.IO Start", attributes={"Configuration": "main"}),
)
CONNECTION = SocketIoConnection(name="main", url="http://127.0.0.1", port=1)
PROJECT = Project(connections=(CONNECTION,), logic={"Project": Logic(nodes=NODES)})


@pytest.fixture(params=["python", pytest.param("javascript", marks=needs_node)])
def driver(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """The command of a new driver."""
    folder = tmp_path / 'my "runtime"'
    result = CliRunner().invoke(init, (request.param, str(folder)))
    assert result.exit_code == 0, result.output
    program, file = COMMANDS[request.param]
    return program, str(folder / file)


def test_every_method_is_answered(driver: tuple[str, str]) -> None:
    heard: Heard = []

    async def converse() -> Driver:
        running = await start(
            CommandSpec(driver), observe=lambda _, what, details: heard.append((what, details))
        )
        await running.sync()
        await running.open_project(PROJECT)
        await running.pulse("start", {})
        await running.pulse("stop", {"Configuration": "main"})
        await running.pulse("lost", {})
        await running.sync()
        for node in ("on", "unknown"):
            with pytest.raises(RefusedError, match="there is no node"):
                await running.pulse(node, {})
        await running.close_project()
        await running.close_project()
        with pytest.raises(RefusedError):
            await running.pulse("start", {})
        await running.open_project(Project())
        assert await running.stop() is None
        return running

    initialized = asyncio.run(asyncio.wait_for(converse(), LONGEST_COMMAND)).initialized
    assert initialized.implementation.name == 'my "runtime"'
    assert initialized.capabilities == (Capability.RUNTIME, Capability.WEBSOCKET)
    assert [(what, details["node"]) for what, details in heard if "node" in details] == [
        ("pulsed", "start"),
        ("pulsed", "stop"),
        ("runtime error", "lost"),
    ]


def said(driver: tuple[str, str], *lines: str) -> list[dict[str, Any]]:
    """What a driver answers to lines, after which its standard input ends."""
    text = "".join(f"{line}\n" for line in lines)
    done = subprocess.run(
        driver, input=text, capture_output=True, text=True, timeout=LONGEST_COMMAND, check=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize(
    ("line", "identifier", "code"),
    [
        ("{", None, -32700),
        ("[]", None, -32600),
        ('{"jsonrpc": "2.0", "id": 1, "method": "no/such"}', 1, -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "toString"}', 1, -32601),
        ('{"jsonrpc": "2.0", "id": 1, "method": "project/open", "params": {}}', 1, -32603),
    ],
)
def test_a_line_that_cannot_be_answered_gets_its_error_and_the_next_its_answer(
    driver: tuple[str, str], line: str, identifier: int | None, code: int
) -> None:
    sync = '{"jsonrpc": "2.0", "id": 7, "method": "runtime/sync", "params": {}}'
    first, second = said(driver, line, sync)
    assert (first["id"], first["error"]["code"]) == (identifier, code)
    assert second == {"jsonrpc": "2.0", "id": 7, "result": {}}


def test_the_end_of_standard_input_ends_it(driver: tuple[str, str]) -> None:
    assert said(driver) == []


def test_the_doctor_finds_the_conversation_right(driver: tuple[str, str]) -> None:
    words = ("doctor", str(CommandSpec(driver)), "--patience", "1")
    done = subprocess.run(
        (sys.executable, "-m", "pulsecheck", *words),
        capture_output=True,
        text=True,
        env={**os.environ, "COLUMNS": "200"},
        timeout=LONGEST_COMMAND,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    (not_shown,) = [line for line in done.stdout.splitlines() if line.startswith("○")]
    assert "no connection to the server was established" in not_shown
    assert done.stdout.endswith("nothing wrong with this driver, 1 not shown\n")


def test_the_check_says_at_once_that_it_does_not_conform(
    driver: tuple[str, str], tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    words = ("check", "--implementation", CommandSpec(driver), "--patience", 1, "--json", report)
    done = subprocess.run(
        (sys.executable, "-m", "pulsecheck", *map(str, words)),
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    verdict = json.loads(report.read_text())["verdict"]
    assert verdict["conclusion"] == "not conforming"
    scenario_statuses = {
        found["requirement"]["id"]: found["status"] for found in verdict["requirements"]
    }
    assert [name for name, status in scenario_statuses.items() if status == "not met"] == ["STA-2"]


@pytest.mark.parametrize("code", [0, 1, 2])
def test_its_test_passes_when_the_check_does(
    driver: tuple[str, str], tmp_path: Path, code: int
) -> None:
    told = tmp_path / "told"
    told.mkdir()
    check = told / "pulsecheck"
    check.write_text(f'#!/bin/sh\npwd > "{told}/where"\necho "$*" > "{told}/words"\nexit {code}\n')
    check.chmod(0o755)
    folder, program = Path(driver[1]).parent, driver[0]
    words = ("--test",) if program == "node" else ("-m", "unittest")
    done = subprocess.run(
        (program, *words),
        cwd=folder,
        env={"PATH": f"{told}:{os.environ['PATH']}"},
        capture_output=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    assert (done.returncode == 0) == (code == 0), done.stdout + done.stderr
    command = shlex.join((program, Path(driver[1]).name))
    assert (told / "words").read_text() == f"check --implementation {command}\n"
    assert (told / "where").read_text() == f"{folder}\n"
