"""`pulsecheck serve --record`: the timeline in a file."""

import json
import resource
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from deadlines import LONGEST_COMMAND
from in_process import run_in_process
from pulsecheck.oracle.recording import RecordedServer, read_recording
from pulsecheck.serve.recorder import CannotRecordError, Recorder
from pulsecheck.shared.timeline import Entry
from serve_command import Serving, serving
from simple_client import simple_client

SERVER = RecordedServer(connection="main", url="http://127.0.0.1:3000")
START = {
    "node": "Start",
    "type": "Socket.IO Start",
    "kind": "input",
    "configuration": "main",
}


def report(server: Serving, pulse: object) -> Any:
    url = f"{server.page}api/pulses"
    request = Request(url, json.dumps(pulse).encode(), {"Content-Type": "application/json"})
    with urlopen(request, timeout=LONGEST_COMMAND) as answer:
        return json.load(answer)


def lines(path: Path) -> list[bytes]:
    return path.read_bytes().splitlines(keepends=True)


def test_everything_that_happens_is_recorded_until_ctrl_c(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    options = ("--record", str(path), "--connection", "backup", "--fault", "delay-fin")
    with serving(*options) as server, simple_client(server.url) as client:
        number = report(server, START)["number"]
        client.emit("hello", "x" * 5_000)
        server.line("event received")
        server.end()
    assert server.process.returncode == 0
    found = read_recording(lines(path))
    assert found.header.server == RecordedServer(connection="backup", url=server.url)
    kinds = [each.entry.what for each in found.entries]
    assert kinds[0] == "fault begins"
    assert kinds[-1] == "recording ends", "the end of the server must not be recorded"
    assert "connection terminated" not in kinds
    (event,) = (each.entry for each in found.entries if each.entry.what == "event received")
    assert len(event.details["arguments"]) > 5_000, "a long text was cut"
    pulse = found.entries[number].pulse
    assert pulse is not None
    assert pulse.node == "Start"


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_a_recording_is_readable_up_to_the_end_of_the_process(tmp_path: Path, number: int) -> None:
    path = tmp_path / "session.jsonl"
    with serving("--record", str(path)) as server:
        report(server, START)
        server.end(number)
    assert read_recording(lines(path)).entries[0].pulse is not None


def test_a_file_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    path.write_text("precious")
    done = run_in_process("serve", "--record", str(path))
    assert done.returncode == 2
    assert f"'{path}' already exists. Name a new file." in done.stderr
    with pytest.raises(CannotRecordError, match=r"exists: .*Name a new file"):
        record_at(path)
    assert path.read_text() == "precious"


def test_a_folder_that_does_not_exist_is_told(tmp_path: Path) -> None:
    with pytest.raises(CannotRecordError, match=r"No such file or directory\. Name a file in"):
        record_at(tmp_path / "no" / "session.jsonl")


def record_at(path: Path) -> None:
    with Recorder(path, lambda: None).recording(datetime.now(UTC), SERVER):
        pass


@pytest.mark.parametrize("name", ["", "x" * 201])
def test_a_connection_without_a_usable_name_is_rejected(name: str) -> None:
    done = run_in_process("serve", "--connection", name)
    assert done.returncode == 2
    assert f"expected 1 to 200 characters; got {len(name)}." in done.stderr


def test_a_server_that_cannot_start_leaves_no_file(tmp_path: Path) -> None:
    path = tmp_path / "session.jsonl"
    with serving() as server:
        port = server.url.rpartition(":")[2]
        done = run_in_process("serve", "--port", port, "--record", str(path))
    assert done.returncode == 2
    assert not path.exists()


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="needs Linux")
def test_a_recording_that_cannot_be_written_ends_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without coverage.py, because the size limit would also apply to its data file.
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    path = tmp_path / "session.jsonl"
    with serving("--record", str(path)) as server:
        report(server, START)
        limit = path.stat().st_size + 10
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (limit, limit))
        report(server, START)
        rest, _ = server.process.communicate(timeout=LONGEST_COMMAND)
    assert server.process.returncode == 2
    assert f"cannot write the recording '{path}': File too large. Name a file in" in rest
    assert "Traceback" not in rest
    found = read_recording(lines(path))
    assert (len(found.entries), found.is_cut) == (1, True)


def test_entries_from_before_the_file_was_created_and_lone_surrogates_are_written(
    tmp_path: Path,
) -> None:
    path = tmp_path / "session.jsonl"
    recorder = Recorder(path, lambda: None)
    for number, text in enumerate(("early", "\ud800")):
        details = {"connection": 1, "namespace": text}
        entry = Entry(
            number=number, at=0.0, source="server", what="namespace left", details=details
        )
        recorder.record(entry)
    with recorder.recording(datetime.now(UTC), SERVER):
        pass
    recorder.record(entry)
    found = read_recording(lines(path)).entries
    assert [each.entry.details["namespace"] for each in found] == ["early", r"\ud800"]
