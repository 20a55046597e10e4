import io
import json
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from command_line import CONFORMING, Captured, CommandLine, printed, record
from pulsecheck.results.records import Outcome


def test_progress_is_shown_before_the_report(pulsecheck: CommandLine, capsys: Captured) -> None:
    pulsecheck.meanwhile = lambda progress: progress(record(Outcome.PASSED), 2, 2)
    pulsecheck("check")
    assert printed(capsys)[:2] == ["2 of 2 scenarios", ""]


def test_characters_that_the_output_cannot_encode_are_escaped(
    pulsecheck: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = io.BytesIO()
    output = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", output)
    assert pulsecheck("check") == 0
    output.flush()
    assert b"\\u2713 STO-5  must" in raw.getvalue()


def test_reports_are_written(pulsecheck: CommandLine, capsys: Captured, tmp_path: Path) -> None:
    as_json, as_xml = tmp_path / "report.json", tmp_path / "report.xml"
    as_page = tmp_path / "report.html"
    files = "--json", str(as_json), "--junitxml", str(as_xml), "--html", str(as_page)
    assert pulsecheck("check", *files) == 0
    assert json.loads(as_json.read_text())["verdict"]["conclusion"] == "conforming"
    assert as_xml.read_text().startswith('<?xml version="1.0" encoding="UTF-8"?>')
    assert "<title>conforming: " in as_page.read_text()
    assert printed(capsys)[-4:] == [
        "conforming  (1.0 s)",
        f"JSON report: {as_json}",
        f"JUnit XML report: {as_xml}",
        f"HTML report: {as_page}",
    ]


def test_the_path_of_a_report_is_printed_on_one_line(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    folder = tmp_path / ("a " * 60)
    folder.mkdir()
    pulsecheck("check", "--json", str(folder / "[b]x.json"))
    assert printed(capsys)[-1] == f"JSON report: {folder}/[b]x.json"


def test_a_report_that_cannot_be_written_is_exit_code_2_and_the_others_are_written(
    pulsecheck: CommandLine, capsys: Captured, tmp_path: Path
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    pulsecheck.meanwhile = lambda _: gone.rmdir()
    as_json, as_xml = gone / "report.json", tmp_path / "report.xml"
    assert pulsecheck("check", "--json", str(as_json), "--junitxml", str(as_xml)) == 2
    output = capsys.readouterr()
    assert output.err == (
        f"cannot write the report {as_json}: No such file or directory\n"
        "  Name a file in an existing, writable folder.\n"
    )
    assert as_xml.exists()
    assert str(as_json) not in output.out
    assert f"JUnit XML report: {as_xml}" in output.out


def test_no_line_of_a_log_has_trailing_spaces(pulsecheck: CommandLine, capsys: Captured) -> None:
    failed = record(Outcome.FAILED), record(Outcome.PASSED, "STO-9")
    pulsecheck.run = replace(CONFORMING, records=failed)
    pulsecheck("check")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) > 10
    assert lines == [line.rstrip() for line in lines]
