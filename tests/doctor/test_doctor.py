"""The doctor reports the errors of a driver, and no others."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deadlines import LONGEST_COMMAND
from in_process import run_in_process
from pulsecheck.doctor.checks import CHECKS
from pulsecheck.doctor.examination import examine
from pulsecheck.doctor.findings import CheckStatus, DriverFinding
from pulsecheck.doctor.requests import REQUESTED_METHODS
from pulsecheck.driver.driver import DriverSource
from pulsecheck.driver.protocol import METHODS
from pulsecheck.driver.spec import CommandSpec, ConnectSpec, FactorySpec
from pulsecheck.driver.tcp import Connector
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck_reference import serve

HERE = Path(__file__).parent
BAD = HERE.parent / "runtimes" / "bad_driver.py"
LONG_TIMEOUTS = Timeouts(patience=20.0, grace=10.0)
SHORT_TIMEOUTS = Timeouts(patience=1.0, start=1.0, grace=1.0)

Doctor = Callable[..., dict[str, DriverFinding]]


@pytest.fixture
def doctor(monkeypatch: pytest.MonkeyPatch) -> Doctor:
    """A function that examines a driver and returns the findings by the names of the checks."""
    monkeypatch.syspath_prepend(str(HERE))

    def doctor(
        source: DriverSource, timeouts: Timeouts = LONG_TIMEOUTS
    ) -> dict[str, DriverFinding]:
        async def bounded() -> dict[str, DriverFinding]:
            async with asyncio.timeout(LONGEST_COMMAND):
                return {found.check: found for found in await examine(source, CHECKS, timeouts)}

        return asyncio.run(bounded())

    return doctor


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
        "version and profile",
        "an unknown method",
    }
    assert notes["initialize"] == "pulsecheck reference 0.1.0 (Python)"
    assert notes["an unknown method"] == "error -32601"


def test_nothing_is_wrong_with_the_reference_over_tcp() -> None:
    async def work() -> tuple[DriverFinding, ...]:
        async with asyncio.timeout(LONGEST_COMMAND):
            server = await asyncio.start_server(serve, "127.0.0.1", 0)
            port = server.sockets[0].getsockname()[1]
            source = Connector(ConnectSpec("127.0.0.1", port))
            found = await examine(source, CHECKS, LONG_TIMEOUTS)
            server.close()
            return found

    assert [found for found in asyncio.run(work()) if found.status is not CheckStatus.OK] == []


def test_every_method_is_requested() -> None:
    assert set(REQUESTED_METHODS) | {"initialize", "shutdown"} == set(METHODS)


@pytest.mark.parametrize(
    ("kind", "check", "text"),
    [
        (
            "late",
            "runtime/sync is a barrier",
            "the pulse of “On Socket.IO Start” was reported after the answer to runtime/sync\n"
            "Before you answer runtime/sync, process the data",
        ),
        (
            "buffering",
            "flushes notifications",
            "the pulse of “Socket.IO Start” was reported only when another request was answered\n"
            "Flush the output after each notification",
        ),
        ("lacking", "studio/save", "the driver does not implement studio/save, but"),
    ],
)
def test_one_error_is_one_finding(doctor: Doctor, kind: str, check: str, text: str) -> None:
    findings = doctor(FactorySpec("relayed", kind), SHORT_TIMEOUTS)
    assert of(findings, CheckStatus.WRONG) == {check}
    assert of(findings, CheckStatus.SKIPPED) == set()
    assert findings[check].text.startswith(text)


def test_a_driver_that_reports_no_pulses_is_wrong(doctor: Doctor) -> None:
    findings = doctor(FactorySpec("relayed", "mute"), SHORT_TIMEOUTS)
    assert of(findings, CheckStatus.WRONG) == {"flushes notifications", "runtime/sync is a barrier"}
    assert "“Socket.IO Start” did not pulse within 1 s" in findings["flushes notifications"].text


def test_a_note_says_that_an_undeclared_method_answers(doctor: Doctor) -> None:
    findings = doctor(FactorySpec("relayed", "modest"))
    assert of(findings, CheckStatus.OK) == {check.name for check in CHECKS}
    note = "the driver answers, but the method is not tested, because “studio” is not declared"
    assert findings["studio/toolbox"].text == note


def test_another_transport_than_the_declared_one_is_found(doctor: Doctor) -> None:
    findings = doctor(FactorySpec("relayed", "polling_only"))
    assert of(findings, CheckStatus.WRONG) == {"uses the declared transports"}
    assert findings["uses the declared transports"].text.startswith(
        "the project asks for WebSocket, but the connection “main” uses long-polling\n"
        "Make the driver pass the `transports` of the connection to its client"
    )


def test_a_driver_without_on_start_can_be_examined(doctor: Doctor) -> None:
    findings = doctor(FactorySpec("relayed", "without_on_start"))
    assert of(findings, CheckStatus.OK) == {check.name for check in CHECKS}
    note = "not tested, because “On Socket.IO Start” is not declared"
    assert findings["runtime/sync is a barrier"].text == note


@pytest.mark.parametrize(
    ("behaviour", "check", "text"),
    [
        ("exits at start", "initialize", "exited with code 3"),
        ("hangs at start", "initialize", "did not answer initialize within 1 s"),
        ("version", "version and profile", "version 2 of the protocol"),
        ("no transport", "version and profile", "“websocket”, “upgraded” or “polling”"),
        ("no flush", "runtime/sync", "came only after its input was closed: it was buffered"),
        ("lacks", "runtime/sync", "does not implement runtime/sync, which every driver must have"),
        ("killed", "runtime/sync", "killed by SIGKILL"),
        ("prose", "prints only messages", "is not a message: “\\x1b[31mServer listening”"),
        ("outlives shutdown", "ends after shutdown", "was still running 1 s after it had answered"),
    ],
)
def test_each_error_is_found_by_its_check(
    doctor: Doctor, behaviour: str, check: str, text: str
) -> None:
    findings = doctor(bad(behaviour), SHORT_TIMEOUTS)
    assert findings[check].status is CheckStatus.WRONG
    assert text in findings[check].text


def test_a_driver_that_cannot_start_skips_all_other_checks(doctor: Doctor) -> None:
    findings = doctor(CommandSpec(("no-such-driver",)))
    assert of(findings, CheckStatus.WRONG) == {"starts"}
    assert of(findings, CheckStatus.OK) == set()
    assert findings["initialize"].text == "skipped: “starts” must pass first"


def test_a_process_that_the_driver_leaves_is_found(doctor: Doctor, tmp_path: Path) -> None:
    lifeline = tmp_path / "lifeline"
    lifeline.touch()
    findings = doctor(bad("grandchild", str(lifeline)), SHORT_TIMEOUTS)
    assert "still running after the driver had ended" in findings["leaves nothing behind"].text


def test_a_failed_check_skips_only_the_checks_that_need_it(doctor: Doctor) -> None:
    findings = doctor(bad("killed"), SHORT_TIMEOUTS)
    assert findings["project/close"].status is CheckStatus.OK
    assert findings["starts again"].status is CheckStatus.OK
    assert findings["runtime/sync is a barrier"].status is CheckStatus.SKIPPED


# --- the command ------------------------------------------------------------------------------


def command(*words: str) -> subprocess.CompletedProcess[str]:
    return run_in_process("doctor", *words)


def test_without_errors_the_exit_code_is_0() -> None:
    done = command("python:pulsecheck_reference:serve")
    assert (done.returncode, done.stderr) == (0, "")
    assert "✓  runtime/sync is a barrier" in done.stdout
    assert done.stdout.endswith("nothing wrong with this driver\n")


def test_with_an_error_the_exit_code_is_1() -> None:
    done = command("no-such-driver")
    assert done.returncode == 1
    assert "✗  starts" in done.stdout
    assert "“no-such-driver” was not found" in done.stdout
    assert done.stdout.endswith("1 wrong\n")


@pytest.mark.parametrize("words", [(), ("python:",), ("x", "--patience", "0"), ("x", "--no")])
def test_a_usage_error_is_exit_code_2(words: tuple[str, ...]) -> None:
    done = command(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
