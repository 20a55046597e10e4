from datetime import date
from pathlib import Path

import msgspec

from harness.known_failures import KnownFailure, KnownFailures
from harness.records import Run
from harness.report.conformance import FORMAT, Report, render, schema
from harness.requirements import Catalogue
from harness.verdicts import Verdict, judge


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
    assert model["standings"]["on_stop_waits[websocket]"] == "known failure"


def test_the_report_ends_with_a_line_feed(verdict: Verdict, run: Run) -> None:
    assert render(verdict, run).endswith(b"}\n")
