"""Drivers that listen or connect over TCP, and servers on the hosts that options name."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from check_command import Check, CheckAndAct
from deadlines import DEADLINE

SELECTION = ("-m", "STA-2 or STA-5 or STO-5 or TBX-1")
REFERENCE = (sys.executable, "-m", "pulsecheck_reference")
ROOT = Path(__file__).parents[2]


@pytest.fixture
def listening() -> Iterator[str]:
    """The address of a reference runtime that listens and serves one session after the other."""
    command = (*REFERENCE, "--listen", "0")
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stderr is not None
        yield f"tcp://{process.stderr.readline().removeprefix('listening on ').strip()}"
        assert process.poll() is None
        process.terminate()
        try:
            process.wait(DEADLINE)
        finally:
            process.kill()


def test_a_driver_that_listens_is_checked_twice(check: Check, listening: str) -> None:
    for _ in range(2):
        checked = check("--implementation", listening, *SELECTION)
        assert (checked.code, checked.conclusion) == (0, "partial"), checked.text
        assert len(checked.scenarios("passed")) == len(checked.model["run"]["records"]) > 8


def test_a_driver_that_connects_is_checked(check_and_act: CheckAndAct) -> None:
    drivers = []

    def connect(_process: object, line: str) -> None:
        address = line.removeprefix("waiting for a driver on ").strip()
        drivers.append(subprocess.Popen((*REFERENCE, "--connect", address), cwd=ROOT))

    checked = check_and_act("waiting for a driver on", connect, "--listen", "0", *SELECTION)
    assert (checked.code, checked.conclusion) == (0, "partial"), checked.text
    assert len(checked.scenarios("passed")) == len(checked.model["run"]["records"]) > 8
    assert [driver.wait(DEADLINE) for driver in drivers] == [0]


def test_an_address_without_a_driver_is_explained(check: Check) -> None:
    checked = check("--implementation", "tcp://127.0.0.1:1", "--patience", "0.3")
    assert checked.code == 2
    assert "no driver could be reached at tcp://127.0.0.1:1 within 0.3 s" in checked.text


def test_an_interrupt_while_waiting_for_a_driver_ends_the_run(interrupted_check: Check) -> None:
    checked = interrupted_check("waiting for a driver on", "--listen", "0")
    assert checked.code == 130
    assert "Traceback" not in checked.text


@pytest.mark.parametrize(
    ("hosts", "url"),
    [
        (("--server-host", "::1"), "http://[::1]:"),
        (("--server-host", "127.0.0.2"), "http://127.0.0.2:"),
        (("--server-host", "0.0.0.0", "--advertise-host", "localhost"), "http://localhost:"),
        (("--server-host", "::", "--advertise-host", "::1"), "http://[::1]:"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_servers_use_the_hosts_of_the_options(
    check: Check, hosts: tuple[str, ...], url: str
) -> None:
    checked = check(*hosts, "-m", "STA-2 or SET-5")
    assert (checked.code, checked.conclusion) == (0, "partial"), checked.text
    assert len(checked.scenarios("passed")) >= 4
    assert url in json.dumps(checked.model["run"]["records"])


def test_a_wildcard_host_needs_an_advertised_host(check: Check) -> None:
    checked = check("--server-host", "0.0.0.0")
    assert checked.code == 2
    assert "Give --advertise-host an address that the implementation can reach." in checked.text


def test_a_host_of_another_machine_is_a_usage_error(check: Check) -> None:
    checked = check("--server-host", "192.0.2.1")
    assert checked.code == 2
    assert "cannot listen on 192.0.2.1: Cannot assign requested address" in checked.text
