"""New driver skeletons implement the driver protocol. Their nodes do nothing yet."""

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
from pulsecheck.driver.protocol import (
    Logic,
    Node,
    NodeName,
    Project,
    SocketIoConnection,
    TransportUse,
)
from pulsecheck.driver.spec import CommandSpec

COMMANDS = {"python": (sys.executable, "driver.py"), "javascript": ("node", "driver.mjs")}
needs_node = pytest.mark.skipif(not shutil.which("node"), reason="needs Node.js")
Observations = list[tuple[str, Mapping[str, Any]]]

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
    """The command of a new driver skeleton."""
    folder = tmp_path / 'my "runtime"'
    result = CliRunner().invoke(init, (request.param, str(folder)))
    assert result.exit_code == 0, result.output
    program, file = COMMANDS[request.param]
    return program, str(folder / file)


def test_every_method_is_answered(driver: tuple[str, str]) -> None:
    observed: Observations = []

    async def converse() -> Driver:
        running = await start(
            CommandSpec(driver), observe=lambda _, what, details: observed.append((what, details))
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
    assert initialized.nodes == (NodeName.CONNECTION_NODES,)
    assert initialized.transports == (TransportUse.WEBSOCKET,)
    assert [(what, details["node"]) for what, details in observed if "node" in details] == [
        ("pulsed", "start"),
        ("pulsed", "stop"),
        ("runtime error", "lost"),
    ]


def answers(driver: tuple[str, str], *lines: str) -> list[dict[str, Any]]:
    """Write lines to a driver, close its standard input, and return its answers."""
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
def test_an_invalid_line_gets_an_error_and_the_next_line_its_answer(
    driver: tuple[str, str], line: str, identifier: int | None, code: int
) -> None:
    sync = '{"jsonrpc": "2.0", "id": 7, "method": "runtime/sync", "params": {}}'
    first, second = answers(driver, line, sync)
    assert (first["id"], first["error"]["code"]) == (identifier, code)
    assert second == {"jsonrpc": "2.0", "id": 7, "result": {}}


def test_a_driver_ends_when_standard_input_ends(driver: tuple[str, str]) -> None:
    assert answers(driver) == []


def test_the_doctor_finds_no_errors(driver: tuple[str, str]) -> None:
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
    not_shown = [line for line in done.stdout.splitlines() if line.startswith("○")]
    assert len(not_shown) == 2
    for line in not_shown:
        assert "this check needs a connection to the server" in line
    assert done.stdout.endswith("nothing wrong with this driver, 2 not shown\n")


def test_a_skeleton_does_not_conform(driver: tuple[str, str], tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    some = ("-m", "STA-2 or STA-3 or STA-5 or STO-5 or SND-2 or RCV-2 or TBX-1", "--patience", 1)
    words = ("check", "--implementation", CommandSpec(driver), *some, "--json", report)
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
def test_the_skeletons_test_passes_if_the_check_does(
    driver: tuple[str, str], tmp_path: Path, code: int
) -> None:
    fake = tmp_path / "fake"
    fake.mkdir()
    check = fake / "pulsecheck"
    check.write_text(f'#!/bin/sh\npwd > "{fake}/where"\necho "$*" > "{fake}/words"\nexit {code}\n')
    check.chmod(0o755)
    folder, program = Path(driver[1]).parent, driver[0]
    words = ("--test",) if program == "node" else ("-m", "unittest")
    done = subprocess.run(
        (program, *words),
        cwd=folder,
        env={"PATH": f"{fake}:{os.environ['PATH']}"},
        capture_output=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    assert (done.returncode == 0) == (code == 0), done.stdout + done.stderr
    command = shlex.join((program, Path(driver[1]).name))
    assert (fake / "words").read_text() == f"check --implementation {command}\n"
    assert (fake / "where").read_text() == f"{folder}\n"
