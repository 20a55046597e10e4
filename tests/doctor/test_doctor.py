"""The doctor finds what is wrong with a driver, and only that."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deadlines import LONGEST_COMMAND
from pulsecheck.doctor.checks import CHECKS
from pulsecheck.doctor.examination import examine
from pulsecheck.doctor.findings import CheckStatus, DriverFinding
from pulsecheck.doctor.requests import ASKED
from pulsecheck.driver.driver import DriverSource
from pulsecheck.driver.protocol import METHODS
from pulsecheck.driver.spec import CommandSpec, ConnectSpec, FactorySpec
from pulsecheck.driver.tcp import Connector
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck_reference import serve

HERE = Path(__file__).parent
BAD = HERE.parent / "runtimes" / "bad_driver.py"
PATIENT = Timeouts(patience=20.0, grace=10.0)
HASTY = Timeouts(patience=1.0, start=1.0, grace=1.0)

Doctor = Callable[..., dict[str, DriverFinding]]


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """Findings by the name of their check."""
    monkeypatch.syspath_prepend(str(HERE))

    def look(source: DriverSource, timeouts: Timeouts = PATIENT) -> dict[str, DriverFinding]:
        async def bounded() -> dict[str, DriverFinding]:
            async with asyncio.timeout(LONGEST_COMMAND):
                return {found.check: found for found in await examine(source, CHECKS, timeouts)}

        return asyncio.run(bounded())

    return look


def bad(behaviour: str, *arguments: str) -> CommandSpec:
    return CommandSpec((sys.executable, str(BAD), behaviour, *arguments))


def of(findings: dict[str, DriverFinding], status: CheckStatus) -> set[str]:
    return {name for name, found in findings.items() if found.status is status}


@pytest.mark.parametrize(
    "source",
    [
        FactorySpec("pulsecheck_reference", "serve"),
        CommandSpec((sys.executable, "-m", "pulsecheck_reference")),
    ],
    ids=["in memory", "child process"],
)
def test_nothing_is_wrong_with_the_reference(doctor: Doctor, source: DriverSource) -> None:
    findings = doctor(source)
    assert of(findings, CheckStatus.OK) == {check.name for check in CHECKS}
    notes = {name: found.text for name, found in findings.items() if found.text}
    assert notes.keys() == {
        "initialize",
        "version and capabilities",
        "a method that does not exist",
    }
    assert notes["initialize"] == "pulsecheck reference 0.1.0 (Python)"
    assert notes["a method that does not exist"] == "error -32601"


def test_nothing_is_wrong_with_the_reference_over_tcp() -> None:
    async def work() -> tuple[DriverFinding, ...]:
        async with asyncio.timeout(LONGEST_COMMAND):
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            source = Connector(ConnectSpec("127.0.0.1", port))
            found = await examine(source, CHECKS, PATIENT)
            server.close()
            return found

    assert [found for found in asyncio.run(work()) if found.status is not CheckStatus.OK] == []


def test_every_method_is_asked() -> None:
    assert set(ASKED) | {"initialize", "shutdown"} == set(METHODS)


@pytest.mark.parametrize(
    ("kind", "check", "text"),
    [
        (
            "late",
            "runtime/sync is a barrier",
            "the pulse of “On Socket.IO Start” was reported after the answer to runtime/sync\n"
            "Answer runtime/sync when all",
        ),
        (
            "buffering",
            "flushes notifications",
            "the pulse of “Socket.IO Start” was reported only when another request was answered\n"
            "Flush the output after each notification",
        ),
        ("lacking", "studio/save", "the driver does not implement studio/save, which a"),
    ],
)
def test_one_thing_wrong_is_the_one_thing_found(
    doctor: Doctor, kind: str, check: str, text: str
) -> None:
    findings = doctor(FactorySpec("relayed", kind), HASTY)
    assert of(findings, CheckStatus.WRONG) == {check}
    assert of(findings, CheckStatus.SKIPPED) == set()
    assert findings[check].text.startswith(text)


def test_a_driver_that_reports_nothing_is_told(doctor: Doctor) -> None:
    findings = doctor(FactorySpec("relayed", "mute"), HASTY)
    assert of(findings, CheckStatus.WRONG) == {"flushes notifications", "runtime/sync is a barrier"}
    assert "“Socket.IO Start” did not pulse within 1 s" in findings["flushes notifications"].text


def test_what_answers_undeclared_is_mentioned(doctor: Doctor) -> None:
    findings = doctor(FactorySpec("relayed", "modest"))
    assert of(findings, CheckStatus.OK) == {check.name for check in CHECKS}
    note = "answers, although “studio” is not declared: what is not declared is not tested"
    assert findings["studio/toolbox"].text == note


@pytest.mark.parametrize(
    ("behaviour", "check", "text"),
    [
        ("exits at start", "initialize", "exited with code 3"),
        ("hangs at start", "initialize", "did not answer initialize within 1 s"),
        ("version", "version and capabilities", "version 2 of the protocol"),
        ("no transport", "version and capabilities", "neither “websocket” nor “polling”"),
        ("no flush", "runtime/sync", "came only after its input was closed: it was buffered"),
        ("lacks", "runtime/sync", "does not implement runtime/sync, which every driver must have"),
        ("killed", "runtime/sync", "killed by SIGKILL"),
        ("prose", "prints nothing besides", "is not a message: “\\x1b[31mServer listening”"),
        ("outlives shutdown", "ends after shutdown", "was still running 1 s after it had answered"),
    ],
)
def test_each_way_to_be_bad_is_found_by_its_check(
    doctor: Doctor, behaviour: str, check: str, text: str
) -> None:
    findings = doctor(bad(behaviour), HASTY)
    assert findings[check].status is CheckStatus.WRONG
    assert text in findings[check].text


def test_what_cannot_start_is_the_only_thing_wrong(doctor: Doctor) -> None:
    findings = doctor(CommandSpec(("no-such-driver",)))
    assert of(findings, CheckStatus.WRONG) == {"starts"}
    assert of(findings, CheckStatus.OK) == set()
    assert findings["initialize"].text == "“starts” must be right first"


def test_what_the_driver_leaves_behind_is_found(doctor: Doctor, tmp_path: Path) -> None:
    lifeline = tmp_path / "lifeline"
    lifeline.touch()
    findings = doctor(bad("grandchild", str(lifeline)), HASTY)
    assert "still there when the driver had ended" in findings["leaves nothing behind"].text


def test_a_wrong_check_stops_only_what_needs_it(doctor: Doctor) -> None:
    findings = doctor(bad("killed"), HASTY)
    assert findings["project/close"].status is CheckStatus.OK
    assert findings["starts again"].status is CheckStatus.OK
    assert findings["runtime/sync is a barrier"].status is CheckStatus.SKIPPED


# --- the command ------------------------------------------------------------------------------


def command(*words: str) -> subprocess.CompletedProcess[str]:
    line = (sys.executable, "-m", "pulsecheck", "doctor", *words)
    return subprocess.run(
        line, capture_output=True, text=True, timeout=LONGEST_COMMAND, check=False
    )


def test_the_command_is_exit_code_0_when_nothing_is_wrong() -> None:
    done = command("python:pulsecheck_reference:serve")
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓  runtime/sync is a barrier" in done.stdout
    assert done.stdout.endswith("nothing wrong with this driver\n")


def test_the_command_is_exit_code_1_when_something_is_wrong() -> None:
    done = command("no-such-driver")
    assert done.returncode == 1
    assert "✗  starts" in done.stdout
    assert "“no-such-driver” was not found" in done.stdout
    assert done.stdout.endswith("1 wrong\n")


@pytest.mark.parametrize("words", [(), ("python:",), ("x", "--patience", "0"), ("x", "--no")])
def test_a_wrong_command_line_is_exit_code_2(words: tuple[str, ...]) -> None:
    done = command(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
