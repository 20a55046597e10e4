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


def test_a_report_can_be_decoded(verdict: Verdict, run: Run) -> None:
    read = msgspec.json.decode(render(verdict, run), type=Report)
    assert (read.format, read.verdict, read.run) == (FORMAT, verdict, run)


def test_the_conclusion_and_all_statuses_are_words(verdict: Verdict, run: Run) -> None:
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


def test_a_known_failure_has_its_entry(catalogue: Catalogue, run: Run) -> None:
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


def test_the_schema_file_is_up_to_date() -> None:
    assert SCHEMA.read_bytes() == render_schema()


def test_a_report_is_valid_against_the_schema(verdict: Verdict, run: Run) -> None:
    Draft202012Validator.check_schema(schema())
    Draft202012Validator(schema()).validate(json.loads(render(verdict, run)))


def test_an_unknown_conclusion_is_not_valid_against_the_schema(verdict: Verdict, run: Run) -> None:
    model = json.loads(render(verdict, run))
    model["verdict"]["conclusion"] = "splendid"
    assert not Draft202012Validator(schema()).is_valid(model)


# --- reading ----------------------------------------------------------------------------------

AGAIN = "  Run `pulsecheck check --json` again."


@pytest.fixture
def file(tmp_path: Path, verdict: Verdict, run: Run) -> Path:
    path = tmp_path / "conformance.json"
    path.write_bytes(render(verdict, run))
    return path


def test_read_returns_what_render_wrote(file: Path, verdict: Verdict, run: Run) -> None:
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


def test_a_missing_file_is_reported(tmp_path: Path) -> None:
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
def test_a_file_that_is_not_a_report_is_reported(
    tmp_path: Path, content: bytes, problem: str
) -> None:
    path = tmp_path / "other.json"
    path.write_bytes(content)
    assert message(path) == (
        f"{path} is not a report: {problem}\n  Name a file that `pulsecheck check --json` wrote."
    )


def test_a_report_of_another_format_is_rejected(file: Path) -> None:
    edit(file, lambda model: model.update(format=FORMAT + 1))
    assert message(file) == (
        f"{file} has report format {FORMAT + 1}; pulsecheck {__version__} reads format {FORMAT}\n"
        "  Run `pulsecheck check --json` again. "
        "Or use the version of pulsecheck that wrote the file."
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
def test_a_verdict_on_an_incomplete_run_is_rejected(
    file: Path, change: dict[str, Any], why: str
) -> None:
    def claim(model: Any) -> None:
        model["run"].update(change)
        model["verdict"]["conclusion"] = "conforming"

    edit(file, claim)
    assert message(file) == (
        f'{file} has the conclusion "conforming", but its run was not completed: {why}\n{AGAIN}'
    )


@pytest.mark.parametrize("claimed", ["conforming", "conforming but for known failures"])
def test_a_selection_that_claims_conformance_is_rejected(file: Path, claimed: str) -> None:
    def claim(model: Any) -> None:
        model["run"]["partial"] = True
        model["verdict"]["conclusion"] = claimed

    edit(file, claim)
    assert message(file) == (
        f'{file} has the conclusion "{claimed}", but its run covers only a selection\n{AGAIN}'
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda scenario_statuses: scenario_statuses.pop("on_stop_waits[websocket]"),
        lambda scenario_statuses: scenario_statuses.update(another="passed"),
    ],
)
def test_a_verdict_on_other_scenarios_is_rejected(
    file: Path, change: Callable[[dict[str, str]], None]
) -> None:
    edit(file, lambda model: change(model["verdict"]["scenario_statuses"]))
    assert message(file) == (
        f"{file} has different scenarios in its verdict and in its run\n{AGAIN}"
    )


def test_an_incomplete_run_without_a_verdict_can_be_read(
    tmp_path: Path, catalogue: Catalogue, run: Run
) -> None:
    broken = replace(run, error="interrupted", interrupted=True)
    path = tmp_path / "conformance.json"
    path.write_bytes(render(judge(catalogue, broken), broken))
    assert read(path).verdict.conclusion is Conclusion.ERROR
