import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from pulsecheck import __version__
from pulsecheck.report.conformance import (
    FORMAT,
    SCHEMA,
    Report,
    UnreadableReportError,
    read,
    render,
    render_schema,
    schema,
)
from pulsecheck.results.judgement import judge
from pulsecheck.results.known_failures import KnownFailure, KnownFailures
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Conclusion, Verdict
from pulsecheck.suite.requirements import Catalogue


def test_the_report_can_be_read_back_whole(verdict: Verdict, run: Run) -> None:
    read = msgspec.json.decode(render(verdict, run), type=Report)
    assert (read.format, read.verdict, read.run) == (FORMAT, verdict, run)


def test_the_conclusion_and_each_status_are_words(verdict: Verdict, run: Run) -> None:
    model = msgspec.json.decode(render(verdict, run))
    assert model["verdict"]["conclusion"] == "not conforming"
    assert [
        (found["requirement"]["id"], found["status"]) for found in model["verdict"]["requirements"]
    ] == [
        ("NOD-2", "not applicable"),
        ("STO-2", "met"),
        ("STO-4", "observed"),
        ("STO-5", "not met"),
        ("STO-6", "not shown"),
        ("STO-9", "warning"),
        ("STO-12", "not shown"),
    ]


def test_the_schema_describes_every_field_of_the_report(verdict: Verdict, run: Run) -> None:
    described = schema()["$defs"]
    model = msgspec.json.decode(render(verdict, run))
    assert set(model) == set(described["Report"]["properties"])
    assert set(model["verdict"]) == set(described["Verdict"]["properties"])
    assert set(model["run"]) == set(described["Run"]["properties"])
    record = model["run"]["records"][3]
    assert set(record) == set(described["ScenarioRecord"]["properties"])
    assert set(record["timeline"][0]) == set(described["Entry"]["properties"])


def test_a_known_failure_is_told_with_its_entry(catalogue: Catalogue, run: Run) -> None:
    entry = KnownFailure(requirement="STO-5", reason="early", expires=date(2027, 1, 2))
    known = KnownFailures(Path("known.toml"), (entry,))
    model = msgspec.json.decode(render(judge(catalogue, run, known), run))["verdict"]
    assert model["requirements"][3]["status"] == "known failure"
    assert model["requirements"][3]["known_failures"] == [
        {
            "reason": "early",
            "requirement": "STO-5",
            "scenario": "",
            "issue": "",
            "expires": "2027-01-02",
        }
    ]
    assert model["scenario_statuses"]["on_stop_waits[websocket]"] == "known failure"


def test_the_report_ends_with_a_line_feed(verdict: Verdict, run: Run) -> None:
    assert render(verdict, run).endswith(b"}\n")


# --- the schema -------------------------------------------------------------------------------


def test_the_schema_that_is_shipped_is_the_one_of_the_types() -> None:
    assert SCHEMA.read_bytes() == render_schema()


def test_a_report_is_valid_by_the_schema(verdict: Verdict, run: Run) -> None:
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(json.loads(render(verdict, run)))


def test_what_is_no_report_is_not_valid_by_the_schema(verdict: Verdict, run: Run) -> None:
    model = json.loads(render(verdict, run))
    model["verdict"]["conclusion"] = "splendid"
    assert not Draft202012Validator(schema()).is_valid(model)


# --- reading ----------------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path, verdict: Verdict, run: Run) -> Path:
    path = tmp_path / "conformance.json"
    path.write_bytes(render(verdict, run))
    return path


def test_a_report_is_read_as_it_was_written(file: Path, verdict: Verdict, run: Run) -> None:
    found = read(file)
    assert (found.verdict, found.run) == (verdict, run)


def edit(file: Path, change: Callable[[Any], None]) -> None:
    model = json.loads(file.read_text())
    change(model)
    file.write_text(json.dumps(model))


def message(file: Path) -> str:
    with pytest.raises(UnreadableReportError) as raised:
        read(file)
    return str(raised.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert message(tmp_path / "none.json") == (
        f"{tmp_path}/none.json cannot be read: No such file or directory\n"
        "  Name a file that `pulsecheck check --json` wrote."
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "Input data was truncated"),
        (b"\xff\xfe", "JSON is malformed: invalid character (byte 0)"),
        (b"[]", "Expected `object`, got `array`"),
        (b"{}", "Object missing required field `format`"),
        (b'{"format": 1}', "Object missing required field `verdict`"),
        (b'{"format": "1"}', "Expected `int`, got `str` - at `$.format`"),
    ],
)
def test_what_is_no_report_is_told(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    assert message(path) == (
        f"{path} is no report: {problem}\n  Name a file that `pulsecheck check --json` wrote."
    )


def test_a_report_of_another_format_is_told(file: Path) -> None:
    edit(file, lambda model: model.update(format=FORMAT + 1))
    assert message(file) == (
        f"{file} is a report of format {FORMAT + 1}; this is pulsecheck {__version__}, "
        f"which reads format {FORMAT}\n"
        "  Check again with this version, or use the version that wrote the file."
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"error": "no driver"}, "it ended early (no driver)"),
        ({"interrupted": True}, "it ended early (interrupted)"),
        ({"initialized": None}, "no driver started"),
        ({"collected": 9}, "it has 7 of 9 scenarios"),
    ],
)
def test_a_run_that_was_not_completed_is_never_read_as_one_with_a_verdict(
    file: Path, change: dict[str, Any], why: str
) -> None:
    def claim(model: Any) -> None:
        model["run"].update(change)
        model["verdict"]["conclusion"] = "conforming"

    edit(file, claim)
    assert message(file) == (
        f'{file} says "conforming" of a run that was not completed: {why}\n  Check again.'
    )


@pytest.mark.parametrize("claimed", ["conforming", "conforming but for known failures"])
def test_a_selection_is_never_read_as_conforming(file: Path, claimed: str) -> None:
    def claim(model: Any) -> None:
        model["run"]["partial"] = True
        model["verdict"]["conclusion"] = claimed

    edit(file, claim)
    assert message(file) == f'{file} says "{claimed}" of a run that was a selection\n  Check again.'


@pytest.mark.parametrize(
    "change",
    [
        lambda scenario_statuses: scenario_statuses.pop("on_stop_waits[websocket]"),
        lambda scenario_statuses: scenario_statuses.update(another="passed"),
    ],
)
def test_a_report_says_how_each_of_its_scenarios_stands(
    file: Path, change: Callable[[dict[str, str]], None]
) -> None:
    edit(file, lambda model: change(model["verdict"]["scenario_statuses"]))
    assert message(file) == (
        f"{file} does not say how each of its scenarios stands\n  Check again."
    )


def test_an_incomplete_run_that_says_so_can_be_read(
    tmp_path: Path, catalogue: Catalogue, run: Run
) -> None:
    broken = replace(run, error="interrupted", interrupted=True)
    path = tmp_path / "conformance.json"
    path.write_bytes(render(judge(catalogue, broken), broken))
    assert read(path).verdict.conclusion is Conclusion.ERROR
