"""--jobs runs the scenarios in several processes and changes nothing else."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from check_command import SOME, Check, CheckAndAct, CheckResult
from deadlines import DEADLINE

CHILD = f"{sys.executable} -m pulsecheck_reference"
TWO = (*SOME, "--jobs", "2")
TIMES = {"at", "seconds", "began"}
VARYING = re.compile(r"\d+\.\d+ s|127\.0\.0\.1:\d+|\d+ entries")


def without_variation(value: Any) -> Any:
    """Return the report without times, ports and timelines, which vary between runs."""
    if isinstance(value, dict):
        kept = {name: found for name, found in value.items() if name not in TIMES}
        kept.pop("timeline", None)
        return {name: without_variation(found) for name, found in kept.items()}
    if isinstance(value, list):
        return [without_variation(found) for found in value]
    return VARYING.sub("…", value) if isinstance(value, str) else value


def statuses(model: Any) -> dict[str, str]:
    """The status of each requirement.

    Only the statuses are compared. Each process finds out for itself which events never come, and
    shortens the timeouts for them. So the details of scenarios depend on the number of processes.
    """
    return {row["requirement"]["id"]: row["status"] for row in model["verdict"]["requirements"]}


@pytest.mark.parametrize(
    ("implementation", "selection", "conclusion"),
    [
        ("python:pulsecheck_reference:serve", ("-m", "STO-5 or TBX-1 or RCV-2"), "partial"),
        ("python:stopping:unstarted", (*SOME, "--patience", "2"), "not conforming"),
        (
            f"{sys.executable} stopping.py never",
            ("-k", "on_stop_waits", "--patience", "2"),
            "not conforming",
        ),
    ],
)
def test_the_report_equals_that_of_one_process(
    check: Check, implementation: str, selection: tuple[str, ...], conclusion: str
) -> None:
    one = check("--implementation", implementation, *selection)
    serial = one.model
    two = check("--implementation", implementation, *selection, "--jobs", "2")
    assert two.conclusion == conclusion, two.text
    assert statuses(two.model) == statuses(serial)
    assert two.code == one.code
    timelines = [record["timeline"] for record in two.model["run"]["records"]]
    assert [bool(found) for found in timelines] == [
        bool(record["timeline"]) for record in serial["run"]["records"]
    ]


@pytest.mark.parametrize(
    "options",
    [
        ("-k", "on_stop and"),
        ("-k", "no_such_scenario"),
        ("-m", "STO-5 or ("),
        ("--implementation", "/nowhere/driver"),
        ("--implementation", "python:stopping:missing"),
        ("--implementation", "python:interrupting:never"),
    ],
)
def test_an_error_is_reported_as_by_one_process(check: Check, options: tuple[str, ...]) -> None:
    one, two = check(*options), check(*options, "--jobs", "2")
    assert (two.code, without_times(two)) == (one.code, without_times(one))
    assert two.code == 2


def without_times(checked: CheckResult) -> str:
    return re.sub(r"\d+\.\d+ s", "… s", checked.text)


@pytest.mark.parametrize(
    "device", [("--implementation", "tcp://127.0.0.1:1"), ("--listen", "0")], ids=["tcp", "listen"]
)
def test_a_device_cannot_serve_two_jobs(check: Check, device: tuple[str, ...]) -> None:
    checked = check(*device, "--jobs", "2")
    assert checked.code == 2
    assert "--jobs 2 needs 2 drivers, but " in checked.text
    assert "is only one driver. Remove --jobs." in checked.text


class Descendants:
    """Sends a signal to a run or to one of its workers, and records all descendants of the run."""

    def __init__(self, signalled: signal.Signals, *, worker: bool) -> None:
        self._signalled = signalled
        self._worker = worker
        self.all: list[psutil.Process] = []

    def __call__(self, process: subprocess.Popen[str], _line: str) -> None:
        main = psutil.Process(process.pid)
        self.all = main.children(recursive=True)
        (main.children()[0] if self._worker else main).send_signal(self._signalled)

    def running(self) -> list[psutil.Process]:
        _, alive = psutil.wait_procs(self.all, timeout=DEADLINE)
        return list(alive)


@pytest.mark.parametrize("implementation", [CHILD, "python:pulsecheck_reference:serve"])
def test_an_interrupt_leaves_a_valid_report_and_no_process(
    check_and_act: CheckAndAct, implementation: str
) -> None:
    act = Descendants(signal.SIGINT, worker=False)
    checked = check_and_act(" of ", act, "--implementation", implementation, *TWO)
    assert checked.code == 130, checked.text
    run = checked.model["run"]
    assert run["interrupted"]
    assert 0 < len(run["records"]) < run["collected"]
    assert checked.conclusion == "error"
    assert "Traceback" not in checked.text, checked.text
    assert len(act.all) >= 2
    assert act.running() == []


@pytest.mark.parametrize(("workers", "threads"), [(1, 1), (2, 1), (2, 3), (2, 5)])
def test_ctrl_c_while_workers_start_ends_the_run(
    check_and_act: CheckAndAct, workers: int, threads: int
) -> None:
    """Interrupt when `workers` workers can have `threads` threads each.

    execnet starts the first threads of a worker. So each number of threads is another moment of
    the start.
    """

    def interrupt(process: subprocess.Popen[str], _: str) -> None:
        main = psutil.Process(process.pid)
        while sum(found.num_threads() for found in main.children()) < workers * threads:
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGINT)

    checked = check_and_act("", interrupt, "--implementation", CHILD, "--jobs", "2")
    assert checked.code == 130, checked.text
    assert checked.text.count("interrupted") == 1
    assert "Traceback" not in checked.text, checked.text


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda how: how.name)
def test_a_worker_that_ends_is_an_error(check_and_act: CheckAndAct, how: signal.Signals) -> None:
    act = Descendants(how, worker=True)
    checked = check_and_act(" of ", act, "--implementation", CHILD, *TWO)
    assert (checked.code, checked.conclusion) == (2, "error"), checked.text
    assert "ended early" in checked.text
    assert "Run the check again, with --jobs 1 to use no workers." in checked.text
    run = checked.model["run"]
    assert len(run["records"]) < run["collected"]
    assert act.running() == []


def test_a_worker_that_hangs_when_another_is_lost_is_killed(
    check_and_act: CheckAndAct,
) -> None:
    def lose_and_stop(process: subprocess.Popen[str], _: str) -> None:
        lost, stopped = psutil.Process(process.pid).children()
        stopped.suspend()
        lost.kill()

    checked = check_and_act(" of ", lose_and_stop, "--implementation", CHILD, *TWO)
    assert (checked.code, checked.conclusion) == (2, "error"), checked.text
    assert checked.text.count("ended early") == 1
    assert "error in the harness" not in checked.text


def test_a_driver_that_ignores_shutdown_loses_no_record(check: Check) -> None:
    bad = Path(__file__).parents[1] / "runtimes" / "bad_driver.py"
    driver = f"{sys.executable} {bad} 'outlives shutdown'"
    options = ("--implementation", driver, "-m", "STA-2", "--patience", "1")
    one = check(*options)
    problems, count = one.model["verdict"]["problems"], len(one.model["run"]["records"])
    two = check(*options, "--jobs", "2")
    assert two.code == one.code == 2
    assert two.model["verdict"]["problems"] == problems
    assert len(two.model["run"]["records"]) == count > 2


def test_an_invalid_suite_is_reported_as_by_one_process(check: Check, tmp_path: Path) -> None:
    features = Path(__file__).parents[2] / "features"
    copied = tmp_path / "features"
    copied.mkdir()
    for path in features.iterdir():
        (copied / path.name).write_bytes(path.read_bytes())
    broken = next(copied.glob("*.feature"))
    broken.write_text(broken.read_text() + "\n    Scenario: Without a tag\n      Given nothing\n")
    one, two = check("--features", str(copied)), check("--features", str(copied), "--jobs", "2")
    assert (two.code, without_times(two)) == (2, without_times(one))
    assert str(broken) in two.text
