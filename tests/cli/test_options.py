from pathlib import Path

import pytest

from command_line import CATALOGUE, Captured, CommandLine, printed
from pulsecheck.runner.run import Options
from pulsecheck.shared.timeouts import Timeouts


def test_the_reference_is_checked_by_default(pulsecheck: CommandLine) -> None:
    pulsecheck("check")
    assert pulsecheck.options == [
        Options(implementation="python:pulsecheck_reference:serve", features=pulsecheck.features)
    ]


def test_every_option_reaches_the_run(pulsecheck: CommandLine, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "requirements.toml").write_text(CATALOGUE)
    words = "check --implementation small -k stop -m must --patience 3 --dwell 0 --features"
    hosts = "--server-host ::1 --advertise-host device.local --env LEVEL=3 --env PATH"
    pulsecheck(*words.split(), str(other), *hosts.split())
    assert pulsecheck.options == [
        Options(
            implementation="small",
            features=other,
            keyword="stop",
            markers="must",
            env=("LEVEL=3", "PATH"),
            server_host="::1",
            advertise_host="device.local",
            timeouts=Timeouts(patience=3.0, dwell=0.0),
        )
    ]


def test_a_thorough_check_dwells_longer_than_the_timers_of_clients(
    pulsecheck: CommandLine,
) -> None:
    assert pulsecheck("check", "--thorough") == 0
    assert [options.timeouts for options in pulsecheck.options] == [Timeouts(dwell=35.0)]


@pytest.mark.parametrize(
    ("address", "spec"),
    [
        ("4000", "tcp-listen://127.0.0.1:4000"),
        ("0", "tcp-listen://127.0.0.1:0"),
        ("0.0.0.0:4000", "tcp-listen://0.0.0.0:4000"),
        ("[::1]:4000", "tcp-listen://[::1]:4000"),
    ],
)
def test_listen_uses_the_loopback_interface_unless_a_host_is_given(
    pulsecheck: CommandLine, capsys: Captured, address: str, spec: str
) -> None:
    pulsecheck.meanwhile = lambda _: pulsecheck.announce("127.0.0.1:4000")
    assert pulsecheck("check", "--listen", address) == 0
    assert [options.implementation for options in pulsecheck.options] == [spec]
    assert printed(capsys)[0] == "waiting for a driver on 127.0.0.1:4000"


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        ("--patience 0", "Invalid value for '--patience': 0.0 is not in the range x>0."),
        ("--patience nan", "Invalid value for '--patience': nan is not a finite number of seconds"),
        ("--dwell -1", "Invalid value for '--dwell': -1.0 is not in the range x>=0."),
        ("--dwell inf", "Invalid value for '--dwell': inf is not a finite number of seconds."),
        ("--thorough --dwell 3", "--thorough sets --dwell. Use one of the two."),
        ("--jobs x", "Invalid value for '--jobs': “x” is not an integer from 1 to 64."),
        ("--jobs 65", "Invalid value for '--jobs': “65” is not an integer from 1 to 64."),
        ("--repeat x", "Invalid value for '--repeat': “x” is not an integer greater than 0."),
        ("--repeat 1.5", "Invalid value for '--repeat': “1.5” is not an integer greater than 0."),
        ("--repeat 0", "Invalid value for '--repeat': “0” is not an integer greater than 0."),
        (
            "--listen 4000 --jobs 2",
            "--jobs 2 needs 2 drivers, but --listen 4000 is only one driver. Remove --jobs.",
        ),
        (
            "--implementation tcp://a:1 --jobs 2",
            "--jobs 2 needs 2 drivers, but tcp://a:1 is only one driver. Remove --jobs.",
        ),
        ("--listen x", "Invalid value for '--listen': “x” is not [HOST:]PORT: port could not"),
        ("--listen 65536", "“65536” is not [HOST:]PORT: port out of range"),
        ("--listen 1 --implementation x", "--listen and --implementation both say how to reach"),
        (
            "--server-host 192.0.2.1",
            "Invalid value for '--server-host': cannot listen on 192.0.2.1",
        ),
        ("--server-host ::", "Invalid value for '--server-host': :: stands for all addresses"),
        ("--env NO_SUCH_NAME", "Invalid value for '--env': NO_SUCH_NAME is not set in this"),
        ("--env =x", "Invalid value for '--env': “=x” is neither NAME nor NAME=VALUE."),
        ("--features nowhere", "Invalid value for '--features': Directory 'nowhere' does not exi"),
        ("--json /", "Invalid value for '--json': File '/' is a directory."),
        ("--json nowhere/x", "Invalid value for '--json': 'nowhere/x' cannot be written. Name a"),
        ("--html nowhere/x", "Invalid value for '--html': 'nowhere/x' cannot be written. Name a"),
        ("--junitxml nowhere/x", "Invalid value for '--junitxml': 'nowhere/x' cannot be written."),
        ("--known-failures nowhere", "Invalid value for '--known-failures': File 'nowhere' does"),
        ("--write-known-failures nowhere/x", "'nowhere/x' cannot be written. Name a file in a"),
        (f"--write-known-failures {__file__}", f"'{__file__}' already exists. Name a new file."),
        ("--jsom x", "No such option"),
    ],
)
def test_a_wrong_option_is_a_usage_error(
    pulsecheck: CommandLine, capsys: Captured, words: str, problem: str
) -> None:
    assert pulsecheck("check", *words.split()) == 2
    assert problem in capsys.readouterr().err
    assert pulsecheck.options == []
