"""`pulsecheck judge`: exit codes, output, and errors for files that it cannot use."""

import json
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from command_line import Captured, CommandLine
from in_process import run_in_process
from written_recording import HEADER, PULSE, entry_line, header_line, pulse_line

STOP = {"node": "Stop", "type": "Socket.IO Stop"}
ON_STOP = {"node": "On Stop", "type": "On Socket.IO Stop", "kind": "output"}


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """A recording without a violation and without a pulse of On Stop."""
    path = tmp_path / "session.jsonl"
    path.write_bytes(
        header_line()
        + pulse_line(0, 0.1)
        + entry_line(1, 0.2, "connection opened", connection=1)
        + entry_line(2, 0.3, "packet received", connection=1, packet="40")
        + entry_line(3, 0.4, "namespace established", connection=1, namespace="/")
        + pulse_line(4, 0.5, **STOP)
        + entry_line(5, 0.6, "client leaves", connection=1, sign="Close frame")
        + entry_line(6, 1.6, "connection terminated", connection=1)
    )
    return path


def log(folder: Path, at: float, **changes: object) -> Path:
    path = folder / "pulses.jsonl"
    moment = HEADER.began.timestamp() + at
    path.write_text(json.dumps({**PULSE, **ON_STOP, "at": moment, **changes}) + "\n")
    return path


def judge(*words: object) -> CompletedProcess[str]:
    return run_in_process("judge", *map(str, words))


def test_no_violation_proves_no_conformance(recording: Path) -> None:
    done = judge(recording)
    assert done.returncode == 0
    assert " ".join(done.stdout.split()) == (
        'judged: connection "main", 8 entries '
        "pulses: Socket.IO Start 1, Socket.IO Stop 1 "
        "not reported, and so not judged: Socket.IO Send, Socket.IO Subscribe, Socket.IO "
        "Unsubscribe, On Socket.IO Start, On Socket.IO Stop, On Socket.IO Error, On Socket.IO "
        "Receive, On Socket.IO Subscribe, On Socket.IO Unsubscribe "
        "Either only pulses into the node or only pulses out of it were reported for "
        '"Start", "Stop", so the two were not compared. '
        "no violation. This does not prove conformance: only what happened on this timeline was "
        "judged."
    )


def test_a_violation_is_shown_with_its_proof(recording: Path, tmp_path: Path) -> None:
    done = judge(recording, "--pulses", log(tmp_path, 0.9))
    assert done.returncode == 1
    lines = done.stdout.splitlines()
    assert lines[0].startswith("STO-5 · must · not met ──")
    assert lines[1].startswith("On Stop pulses only once the connection has definitely been")
    assert "toolbox/communication/socketio/events/onsocketiostop" in lines
    assert (
        '  expected no pulse of "On Stop" before the connection "main" is terminated\n'
        "  seen     it pulsed at 0.9000 s, 700.0 ms before the connection was terminated\n"
    ) in done.stdout
    proof = lines[lines.index("         …") :]
    assert [line.split()[:3] for line in proof[: proof.index("")]] == [
        ["…"],
        ["0.2000", "server", "connection"],
        ["…"],
        ["0.4000", "server", "namespace"],
        ["0.5000", "node", "receives"],
        ["0.6000", "server", "client"],
        ["✗", "0.9000", "node"],
        ["✗", "1.6000", "server"],
    ]
    assert lines[-1] == "✗ 1 violation: STO-5"


def test_the_json_report_has_violations_with_their_evidence(
    recording: Path, tmp_path: Path
) -> None:
    report = tmp_path / "judged.json"
    done = judge(recording, "--pulses", log(tmp_path, 0.9), "--json", report)
    assert done.returncode == 1
    found = json.loads(report.read_bytes())
    (violation,) = found.pop("violations")
    assert found["connection"] == "main"
    assert found["pulses"]["On Socket.IO Stop"] == 1
    assert violation["requirement"]["id"] == "STO-5"
    assert [entry["what"] for entry in violation["evidence"]] == [
        "pulsed",
        "connection terminated",
    ]


def test_the_tolerance_can_be_set(recording: Path, tmp_path: Path) -> None:
    pulses = log(tmp_path, 0.9)
    assert judge(recording, "--pulses", pulses, "--tolerance", "0.8").returncode == 0
    for option, wrong in (
        ("--tolerance", "nan"),
        ("--tolerance", "-1"),
        ("--tolerance", "11"),
        ("--patience", "0"),
        ("--patience", "inf"),
    ):
        done = judge(recording, option, wrong)
        assert done.returncode == 2
        assert f"Invalid value for '{option}'" in done.stderr


def test_a_missing_file_a_folder_and_a_binary_file_are_told(tmp_path: Path) -> None:
    missing = judge(tmp_path / "no.jsonl")
    assert (missing.returncode, missing.stdout) == (2, "")
    assert missing.stderr == (
        f"Error: cannot read '{tmp_path}/no.jsonl': No such file or directory.\n"
        "  Name a readable file.\n"
    )
    assert "Is a directory" in judge(tmp_path).stderr
    binary = tmp_path / "picture.png"
    binary.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(1000))
    done = judge(binary)
    assert done.returncode == 2
    assert done.stderr.startswith(
        f"Error: {binary}, line 1: expected the header of a recording; got \ufffdPNG\\r ("
    )
    assert "  Name a file that `pulsecheck serve --record` wrote.\n" in done.stderr


def test_a_line_without_an_end_is_not_read_to_its_end() -> None:
    done = judge("/dev/zero")
    assert done.returncode == 2
    assert done.stderr.startswith(
        "Error: /dev/zero, line 1: expected a line of at most 8388608 bytes."
    )


def test_an_invalid_line_of_the_log_is_told_with_its_number(
    recording: Path, tmp_path: Path
) -> None:
    pulses = log(tmp_path, 0.9, type="On Stop")
    done = judge(recording, "--pulses", pulses)
    assert done.returncode == 2
    assert f"Error: {pulses}, line 1: expected a pulse; got " in done.stderr
    assert "(Invalid enum value 'On Stop' - at `$.type`)" in done.stderr
    assert "Traceback" not in done.stderr


def test_missing_pulses_are_told(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    path.write_bytes(header_line())
    done = judge(path)
    assert done.returncode == 2
    assert done.stderr == (
        f"Error: {path}: expected pulses of nodes; none was reported.\n"
        "  Report them with POST /api/pulses while the server records, or name a log of pulses "
        "with --pulses.\n"
    )


def test_control_characters_are_escaped(recording: Path, tmp_path: Path) -> None:
    evil = "\x1b[2J\u202e[bold]"
    pulses = log(tmp_path, 0.9, node=evil)
    done = judge(recording, "--pulses", pulses)
    assert done.returncode == 1
    assert r"\x1b[2J\u202e[bold]" in done.stdout
    assert "\x1b" not in done.stdout
    broken = tmp_path / "broken.jsonl"
    broken.write_text(f"{evil}\n")
    assert r"got \x1b[2J\u202e[bold]" in judge(broken).stderr


def test_an_unreadable_catalogue_is_told(
    pulsecheck: CommandLine, capsys: Captured, recording: Path
) -> None:
    (pulsecheck.features / "requirements.toml").unlink()
    assert pulsecheck("judge", str(recording)) == 2
    assert "requirements.toml: cannot be read: No such file" in capsys.readouterr().err


def test_a_json_report_that_cannot_be_written_is_told(recording: Path, tmp_path: Path) -> None:
    assert judge(recording, "--json", tmp_path / "no" / "judged.json").returncode == 2
