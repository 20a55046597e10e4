"""A driver that fails in the middle of a run makes only the current scenario an error."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from check_command import Check, CheckAndAct
from deadlines import DEADLINE

RUNTIMES = Path(__file__).parents[1] / "runtimes"
THREE = ("-k", "pulse_into_start_opens_the_connection", "--patience", "3")
MOST_MEMORY = 96 * 1024
"""KiB by which a flood may increase the harness's peak memory."""

FAILURES = {
    "exits": "the driver exited with code 3 before it was asked to shut down",
    "is killed": "the driver was killed by SIGKILL",
    "hangs": "the driver did not answer runtime/pulse within 3 s",
    "answers late": "the driver answered runtime/pulse, but only after the timeout of 3 s",
    "buffers": "the driver's answer to runtime/pulse came only after its input was closed",
    "unknown id": "the driver answered request 7777, which was never sent",
    "wrong type": "a notification runtime/pulsed with invalid params (Expected `str`, got `int`",
    "another output": "with invalid params (Invalid enum value 'Out' - at `$.output`)",
    "no such node": "the driver reported on the node “made up”, which is not in any project",
    "no such error": "the driver reported on the node “made up”, which is not in any project",
    "prose": "the driver's output contains a line that is not a message: “Server listening”",
    "no json": "the driver sent a line that is not JSON",
    "no end": "the driver sent more than 16777216 bytes without a line feed",
    "closes input": "the driver closed its input, so runtime/",
    "floods": "the driver sent too many notifications in one scenario: 20001 notifications",
}


def failing(failure: str, tmp_path: Path) -> str:
    return f"{sys.executable} failing_driver.py '{failure}' {tmp_path / 'count'}"


@pytest.mark.parametrize("failure", FAILURES)
def test_one_scenario_is_errored_and_the_next_one_passes(
    check: Check, tmp_path: Path, failure: str
) -> None:
    checked = check("--implementation", failing(failure, tmp_path), *THREE)
    outcomes = [found["outcome"] for found in checked.model["run"]["records"]]
    assert outcomes == ["passed", "errored", "passed"], checked.text
    assert FAILURES[failure] in checked.model["run"]["records"][1]["reason"]
    assert (checked.code, checked.conclusion) == (2, "error")
    assert "Traceback" not in checked.text


def test_a_driver_that_restarts_with_another_version_fails_the_next_scenario(
    check: Check, tmp_path: Path
) -> None:
    checked = check("--implementation", failing("wrong version", tmp_path), *THREE)
    errored = [found["reason"] for found in checked.model["run"]["records"]]
    assert "exited with code 3" in errored[1]
    assert "version 2 of the protocol, the harness version 1" in errored[2]
    assert checked.code == 2


def test_a_driver_that_does_not_end_is_reported_and_fails_no_scenario(
    check: Check, tmp_path: Path
) -> None:
    checked = check("--implementation", failing("ignores shutdown", tmp_path), *THREE)
    outcomes = [found["outcome"] for found in checked.model["run"]["records"]]
    assert outcomes == ["passed"] * 3, checked.text
    assert "the driver was still running 2 s after it had answered shutdown" in checked.text
    assert (checked.code, checked.conclusion) == (2, "error")


def test_a_driver_without_a_transport_is_an_error_before_the_run(check: Check) -> None:
    bad = RUNTIMES / "bad_driver.py"
    checked = check("--implementation", f"{sys.executable} {bad} 'no transport'")
    assert checked.code == 2
    assert "the driver declares no transport: “websocket”, “upgraded” or “polling”" in checked.text
    assert checked.model["run"]["records"] == []


def ended(pid: int) -> bool:
    """Return whether the process ends within DEADLINE. A zombie counts as ended."""
    try:
        process = psutil.Process(pid)
        psutil.wait_procs([process], timeout=DEADLINE)
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_ctrl_c_sends_sigterm_and_then_kills_the_drivers_process_group(
    check_and_act: CheckAndAct, tmp_path: Path
) -> None:
    gate = tmp_path / "gate"
    os.mkfifo(gate)
    written: list[str] = []

    def interrupt(process: subprocess.Popen[str], _: str) -> None:
        with gate.open() as lines:
            written.append(lines.readline())
            process.send_signal(signal.SIGINT)
            written.extend(lines)

    options = (*THREE[:2], "--patience", "60")
    implementation = failing("hangs with a child", tmp_path)
    checked = check_and_act("1 of 3", interrupt, "--implementation", implementation, *options)
    assert checked.code == 130, checked.text
    assert "Traceback" not in checked.text
    assert written[1:] == ["SIGTERM\n"]
    assert [pid for pid in map(int, written[0].split()) if not ended(pid)] == []


def peak(implementation: str) -> int:
    """Return the harness's peak memory in KiB while it checked this implementation."""
    command = (
        sys.executable,
        "-m",
        "pulsecheck",
        "check",
        "--implementation",
        implementation,
    )
    with subprocess.Popen((*command, *THREE), cwd=RUNTIMES, stdout=subprocess.DEVNULL) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0
    return usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)


def test_a_million_notifications_use_bounded_memory(tmp_path: Path) -> None:
    normal = peak(f"{sys.executable} stopping.py right")
    assert peak(failing("floods", tmp_path)) < normal + MOST_MEMORY
