"""`pulsecheck report` and `pulsecheck compare`, from the command line."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from pulsecheck.cli import app
from pulsecheck.report import conformance
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue

Captured = pytest.CaptureFixture[str]
Command = Callable[..., int]


@pytest.fixture
def pulsecheck(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> int:
        monkeypatch.setattr(sys, "argv", ["pulsecheck", *words])
        with pytest.raises(SystemExit) as ended:
            app.main()
        code = ended.value.code or 0
        assert isinstance(code, int)
        return code

    return run


@pytest.fixture(autouse=True)
def _files(tmp_path: Path, catalogue: Catalogue, verdict: Verdict, run: Run) -> None:
    ended = replace(run, records=run.records[:2], error="interrupted", interrupted=True)
    (tmp_path / "whole.json").write_bytes(conformance.render(verdict, run))
    (tmp_path / "ended.json").write_bytes(conformance.render(judge(catalogue, ended), ended))
    (tmp_path / "none.json").write_text("{}")


@pytest.mark.parametrize(
    ("kind", "beginning"),
    [
        ("html", "<!doctype html>"),
        ("junit", '<?xml version="1.0"'),
        ("messages", '{"meta":'),
        ("badge", "<svg "),
        ("markdown", "## ✗ "),
    ],
)
def test_a_json_report_can_be_converted_to_any_format(
    pulsecheck: Command, capsys: Captured, tmp_path: Path, kind: str, beginning: str
) -> None:
    assert pulsecheck("report", "whole.json", "--format", kind) == 0
    printed = capsys.readouterr().out
    assert printed.startswith(beginning)
    assert pulsecheck("report", "whole.json", "--format", kind, "-o", "out") == 0
    assert (tmp_path / "out").read_text() == printed


@pytest.mark.parametrize("kind", ["html", "junit", "messages", "badge", "markdown"])
def test_no_format_calls_an_incomplete_run_conforming(
    pulsecheck: Command, capsys: Captured, kind: str
) -> None:
    assert pulsecheck("report", "ended.json", "--format", kind) == 0
    says = {
        "html": "This report is incomplete.",
        "junit": '<error type="no verdict" message="interrupted">',
        "messages": '"success":false',
        "badge": ">no verdict</text>",
        "markdown": "This report is incomplete.",
    }
    written = capsys.readouterr().out
    assert says[kind] in written
    assert "✓ conforming" not in written


def test_the_schema_is_printed(pulsecheck: Command, capsys: Captured) -> None:
    assert pulsecheck("report", "--schema") == 0
    assert capsys.readouterr().out == conformance.SCHEMA.read_text()


@pytest.mark.parametrize(
    "words", [("report", "none.json", "--format", "html"), ("compare", "whole.json", "none.json")]
)
def test_a_file_that_is_not_a_report_is_exit_code_2(
    pulsecheck: Command, capsys: Captured, words: tuple[str, ...]
) -> None:
    assert pulsecheck(*words) == 2
    assert capsys.readouterr().err == (
        "Error: none.json is not a report: Object missing required field `format`\n"
        "  Name a file that `pulsecheck check --json` wrote.\n"
    )


@pytest.mark.parametrize(
    "words",
    [
        ("report", "whole.json", "--format", "html", "-o", "nowhere/out"),
        ("compare", "whole.json", "whole.json", "--html", "nowhere/out"),
    ],
)
def test_a_report_that_cannot_be_written_is_exit_code_2(
    pulsecheck: Command, capsys: Captured, words: tuple[str, ...]
) -> None:
    assert pulsecheck(*words) == 2
    assert capsys.readouterr().err.endswith(
        "'nowhere/out' cannot be written. Name a file in an existing, writable folder.\n"
    )


def test_a_comparison_needs_two_runs(pulsecheck: Command, capsys: Captured) -> None:
    assert pulsecheck("compare", "whole.json") == 2
    assert "Name at least two files" in capsys.readouterr().err


def test_a_comparison_is_printed_and_written(
    pulsecheck: Command, capsys: Captured, tmp_path: Path
) -> None:
    assert pulsecheck("compare", "whole.json", "whole.json", "--html", "out.html") == 0
    assert "7 of 7 requirements are the same in all runs" in capsys.readouterr().out
    assert "<h1>2 runs compared</h1>" in (tmp_path / "out.html").read_text()


def test_a_comparison_with_an_incomplete_run_is_exit_code_2(
    pulsecheck: Command, capsys: Captured
) -> None:
    assert pulsecheck("compare", "whole.json", "ended.json") == 2
    printed = " ".join(capsys.readouterr().out.split())
    assert "ended.json is incomplete and has no verdict: interrupted" in printed


def test_a_regression_is_exit_code_1(
    pulsecheck: Command, capsys: Captured, tmp_path: Path, catalogue: Catalogue, run: Run
) -> None:
    records = tuple(
        replace(record, outcome=run.records[3].outcome)
        if record.name == "The client leaves"
        else record
        for record in run.records
    )
    broken = replace(run, records=records)
    (tmp_path / "broken.json").write_bytes(conformance.render(judge(catalogue, broken), broken))
    assert pulsecheck("compare", "whole.json", "broken.json") == 1
    assert "STO-2 must: met -> not met" in capsys.readouterr().out
