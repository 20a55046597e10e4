"""`pulsecheck coverage`, from the command line."""

import subprocess
from pathlib import Path

from check_command import COMMAND, run_check
from deadlines import LONGEST_COMMAND
from pulsecheck.report import conformance
from sample_specification import Specification

RUNTIMES = Path(__file__).parents[1] / "runtimes"


def coverage(*words: str) -> tuple[int, str]:
    done = subprocess.run(
        (*COMMAND, "coverage", *words),
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_run_that_exercises_everything_is_exit_code_0(tmp_path: Path) -> None:
    report, page = tmp_path / "conformance.json", tmp_path / "coverage.html"
    assert run_check(RUNTIMES, report, "--implementation", "python:stopping:right").code == 0
    code, said = coverage(str(report), "--html", str(page))
    assert (code, said.splitlines()[0]) == (0, "Specification coverage of small 1"), said
    assert said.splitlines()[-1] == "everything that applies was exercised"
    assert "not applicable" in said
    assert page.read_text().startswith("<!doctype html>")


def test_a_selection_has_gaps(tmp_path: Path) -> None:
    report = tmp_path / "conformance.json"
    run_check(RUNTIMES, report, "-k", "on_stop_waits_while")
    code, said = coverage(str(report))
    assert code == 1
    assert "✗ fact STO-1: no scenario reached it (not selected)" in said
    assert "✗ fact STO-5" not in said
    assert said.splitlines()[-1] == "not everything that applies was exercised"


def test_an_unreadable_report_and_a_run_of_other_features_are_exit_code_2(
    tmp_path: Path, specification: Specification
) -> None:
    code, said = coverage(str(tmp_path / "none.json"))
    assert code == 2
    assert "none.json cannot be read: No such file or directory" in said
    found = specification.report(specification.record(0))
    report = tmp_path / "other.json"
    report.write_bytes(conformance.render(found.verdict, found.run))
    code, said = coverage(str(report))
    assert code == 2
    assert 'other.json has the scenario "on_stop_waits", which is not in these features' in said
    assert "Traceback" not in said


def test_custom_features_need_not_use_every_step_definition(
    tmp_path: Path, specification: Specification
) -> None:
    specification.feature_text = specification.feature_text.replace(
        "When it is stopped, for coverage", 'When "Socket.IO Stop" receives a pulse'
    )
    found = specification.report(specification.record(0), specification.record(1))
    report = tmp_path / "own.json"
    report.write_bytes(conformance.render(found.verdict, found.run))
    code, said = coverage(str(report), "--features", str(specification.folder))
    assert code == 1
    assert "documented facts  ████████████████████  2 of 2" in said
    assert "step definitions  ████████████████████  1 of 1" in said
    assert "✗ step definition" not in said


def test_a_page_that_cannot_be_written_is_rejected_first(tmp_path: Path) -> None:
    code, said = coverage("none.json", "--html", str(tmp_path / "nowhere" / "page.html"))
    assert code == 2
    assert "cannot be written. Name a file in an existing, writable folder." in said
