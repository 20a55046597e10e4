"""Reading recordings and logs of pulses, and the errors for invalid files."""

import json
from typing import Any

import pytest

from pulsecheck.oracle import recording
from pulsecheck.oracle.recording import RecordingError, read_pulses
from written_recording import HEADER, PULSE, entry_line, header_line, pulse_line, read

EVENT = {"connection": 1, "namespace": "/", "event": "e", "arguments": "[1]"}


def problem(*lines: bytes) -> RecordingError:
    with pytest.raises(RecordingError) as raised:
        recording.read_recording(lines)
    return raised.value


def problem_of_log(line: bytes) -> RecordingError:
    with pytest.raises(RecordingError) as raised:
        read_pulses([b"\n", line], HEADER)
    return raised.value


def test_a_recording_has_a_header_and_entries() -> None:
    found = read(entry_line(0, 0.5, "connection opened", connection=1), pulse_line(1, 0.75))
    assert found.header == HEADER
    assert [each.entry.what for each in found.entries] == ["connection opened", "receives a pulse"]
    assert (found.end, found.is_cut) == (0.75, False)
    assert found.entries[1].pulse is not None
    assert found.entries[1].pulse.node == "Start"


def test_a_line_that_was_not_written_completely_is_left_out() -> None:
    found = read(entry_line(0, 0.5, "connection opened", connection=1), pulse_line(1, 0.75)[:-1])
    assert len(found.entries) == 1
    assert found.is_cut


def test_a_pulse_with_a_time_of_its_own_has_that_time() -> None:
    began = HEADER.began.timestamp()
    (by_unix, by_iso) = read(
        pulse_line(0, 5.0, at=began + 4), pulse_line(1, 5.0, at="2026-11-28T13:00:03.5+01:00")
    ).entries
    assert by_unix.entry.at == pytest.approx(4.0, abs=1e-6)
    assert by_unix.is_dated
    assert by_iso.entry.at == 3.5


@pytest.mark.parametrize(
    ("lines", "line", "words"),
    [
        ([], 0, "expected a recording; the file is empty"),
        ([b"{"], 1, "the file is empty or ends in line 1"),
        ([b"\x89PNG\r\n"], 1, "expected the header of a recording; got \ufffdPNG"),
        ([b"{}\n"], 1, "got {} (Object missing required field `recording`)"),
        ([header_line(recording=2)], 1, "expected format 1 of a recording; got format 2"),
        ([header_line(server={"connection": "main", "url": "http://["})], 1, "the URL of a server"),
        ([header_line(), b"nonsense\n"], 2, "expected an entry of a timeline; got nonsense"),
        ([header_line(), b"\xff\n"], 2, "expected an entry of a timeline; got \ufffd"),
        ([header_line(), b"[" * 100_000 + b"\n"], 2, "expected an entry of a timeline; got [[["),
        ([header_line(), entry_line(1, 0.0, "connection opened")], 2, "number 0; got 1"),
        ([header_line(), entry_line(0, -1.0, "connection opened")], 2, "at least 0.0; got -1.0"),
        ([header_line(), entry_line(0, 0.0, "request", params={})], 2, '"request": an unknown'),
        ([header_line(), entry_line(0, 0.0, "connection opened", connection="a")], 2, "got `str`"),
        ([header_line(), entry_line(0, 0.0, "fault ends")], 2, "missing required field `fault`"),
        ([header_line(), pulse_line(0, 0.0, type="Socket.IO Stopp")], 2, "Socket.IO Stopp"),
    ],
)  # fmt: skip
def test_an_invalid_line_is_named(lines: list[bytes], line: int, words: str) -> None:
    found = problem(*lines)
    assert found.line == line
    assert words in found.problem
    assert found.advice


@pytest.mark.parametrize("arguments", ["", "{}", "[" * 100_000, "[1" + "0" * 5_000 + "]"])
def test_arguments_that_are_not_a_list_are_an_invalid_line(arguments: str) -> None:
    line = entry_line(0, 0.0, "event sent", **{**EVENT, "arguments": arguments})
    assert problem(header_line(), line).line == 2


def test_a_file_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [header_line(), entry_line(0, 0.0, "connection opened"), pulse_line(1, 0.0)]
    monkeypatch.setattr(recording, "MAX_ENTRIES", 1)
    assert problem(*lines).problem == "expected at most 1 entries"
    monkeypatch.setattr(recording, "LARGEST_FILE", sum(map(len, lines)) - 1)
    assert "expected a file of at most" in problem(*lines).problem
    monkeypatch.setattr(recording, "LONGEST_LINE", len(lines[0]) - 1)
    assert "expected a line of at most" in problem(*lines).problem


def test_a_log_has_one_pulse_in_each_line_and_its_last_line_may_lack_its_end() -> None:
    line = json.dumps({**PULSE, "at": HEADER.began.timestamp() + 2}).encode()
    found = read_pulses([line + b"\n", b"\n", line], HEADER)
    assert [each.entry.at for each in found] == [pytest.approx(2.0, abs=1e-6)] * 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "it has no `at`"),
        ({"at": "2026-11-28T12:00:00"}, "with a timezone component"),
        ({"at": "yesterday"}, "Invalid RFC3339 encoded datetime"),
        ({"at": -1}, "Expected `float` >= 0.0"),
        ({"at": 1, "nodes": "x"}, "unknown field `nodes`"),
        ({"at": 1, "kind": "in"}, "Invalid enum value 'in'"),
        ({"at": 1, "type": "On Socket.IO Stop"}, "an event listener node, which has no"),
        ({"at": 1, "type": "Socket.IO Send"}, 'expected the value "Event Name" in `values`'),
        ({"at": 1, "attributes": {"enabled": False}}, "Invalid enum value 'enabled'"),
    ],
)  # fmt: skip
def test_an_invalid_pulse_in_a_log_is_named(changes: dict[str, Any], words: str) -> None:
    found = problem_of_log(json.dumps({**PULSE, **changes}).encode() + b"\n")
    assert found.line == 2
    assert words in found.problem


def test_a_log_that_is_not_text_is_named() -> None:
    assert problem_of_log(b"\x00\x01\n").line == 2
