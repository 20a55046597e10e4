"""Every report shows an unstable scenario with both timelines."""

import io
import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from msgspec.structs import replace
from rich.console import Console

from pulsecheck.report import badge, conformance, cucumber_messages, junit, markdown, terminal
from pulsecheck.report.comparison import compare
from pulsecheck.report.html import run_page
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import ALONE, Outcome, Run, StepRecord, unstable
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import Verdict
from pulsecheck.shared.timeline import Entry
from pulsecheck.suite.requirements import Catalogue
from sample_run import scenario, timeline

FIRST, OTHER = "entry-of-the-first-run", "entry-of-the-other-run"
SUMMARY = "failed at first, passed when run again on its own"


@pytest.fixture
def run(run: Run) -> Run:
    def entries(what: str) -> tuple[Entry, ...]:
        return tuple(replace(entry, what=what) for entry in timeline())

    given = StepRecord(keyword="Given", text="a server", outcome=Outcome.PASSED)
    then = StepRecord(keyword="Then", text="it waits", outcome=Outcome.FAILED)
    failed = scenario(
        "STO-5",
        "On Stop waits",
        Outcome.FAILED,
        "expected: silence\nseen: a pulse",
        expected="silence",
        seen="a pulse",
        steps=(given, then),
        timeline=entries(FIRST),
    )
    passed = replace(
        failed,
        outcome=Outcome.PASSED,
        reason="",
        expected="",
        seen="",
        steps=(given, replace(then, outcome=Outcome.PASSED)),
        timeline=entries(OTHER),
    )
    records = (run.records[1], unstable(failed, passed, ALONE))
    return replace(run, records=records, collected=len(records))


@pytest.fixture
def catalogue(catalogue: Catalogue) -> Catalogue:
    return Catalogue((catalogue["STO-2"], catalogue["STO-5"]), {"STO": "Stop"})


def in_order(text: str, *words: str) -> None:
    """Check that the words occur in the text, in this order."""
    place = 0
    for word in words:
        place = text.find(word, place)
        assert place >= 0, f"{word!r} is missing or too early"


def test_its_status_is_unstable(verdict: Verdict) -> None:
    assert verdict.scenario_statuses["on_stop_waits"] is ScenarioStatus.UNSTABLE


def test_the_terminal_shows_both_runs(catalogue: Catalogue, verdict: Verdict, run: Run) -> None:
    file = io.StringIO()
    terminal.show(Console(file=file, width=200), catalogue, verdict, run)
    in_order(
        file.getvalue(),
        f"unstable: {SUMMARY}",
        "STO-5 · must · unstable",
        "first run",
        "a pulse",
        FIRST,
        "other run",
        OTHER,
        "run it again:",
        "1 met · 0 not met · 0 warnings · 1 unstable",
        "unstable: no verdict, because a scenario had different outcomes",
        'different outcomes when repeated: "On Stop waits"',
    )


def test_a_json_report_can_be_read(verdict: Verdict, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "conformance.json"
    path.write_bytes(conformance.render(verdict, run))
    assert conformance.read(path).run == run


def test_junit_has_an_error_with_both_timelines(verdict: Verdict, run: Run) -> None:
    root = Xml.fromstring(junit.render(verdict, run))  # noqa: S314 - our own output
    case, whole = root.findall(".//error/..")
    assert "On Stop waits" in str(case.get("name"))
    in_order(str(case.findtext("system-out")), "first run", FIRST, "other run", OTHER)
    assert whole.get("name") == "the whole run"


def test_messages_have_a_failed_step_with_both_timelines(verdict: Verdict, run: Run) -> None:
    written = [json.loads(line) for line in cucumber_messages.render(verdict, run).splitlines()]
    results = [
        found["testStepFinished"]["testStepResult"]
        for found in written
        if "testStepFinished" in found
    ]
    assert [found["status"] for found in results] == ["PASSED", "FAILED"]
    assert results[1]["message"].startswith(f"unstable: {SUMMARY}")
    (attachment,) = [found["attachment"] for found in written if "attachment" in found]
    in_order(attachment["body"], FIRST, OTHER)
    assert written[-1]["testRunFinished"]["success"] is False


def test_messages_find_the_step_that_failed_in_the_other_run(
    catalogue: Catalogue, run: Run
) -> None:
    other, first = run.records[1].runs
    turned = unstable(
        replace(first, other=None, outcome=Outcome.PASSED),
        replace(other, outcome=Outcome.FAILED),
        "in round 2",
    )
    changed = replace(run, records=(run.records[0], turned), rounds=2)
    written = cucumber_messages.render(judge(catalogue, changed), changed).decode()
    assert '"status":"FAILED"' in written


def test_markdown_shows_both_timelines(verdict: Verdict, run: Run) -> None:
    text = markdown.render(verdict, run).decode()
    assert text.startswith("## ~ unstable: ")
    assert "| ~ | STO-5 | must | unstable |" in text
    in_order(text, SUMMARY, FIRST, OTHER)


def test_the_page_has_two_diagrams(verdict: Verdict, run: Run) -> None:
    text = run_page.render(verdict, run).decode()
    assert text.count("<svg") == 2
    in_order(text, "unstable: no verdict", SUMMARY, FIRST, OTHER)


def test_the_page_shows_the_number_of_rounds(catalogue: Catalogue, run: Run) -> None:
    assert "rounds were run" not in run_page.render(judge(catalogue, run), run).decode()
    twice = replace(run, rounds=2)
    written = " ".join(run_page.render(judge(catalogue, twice), twice).decode().split())
    assert "2 rounds were run: 1 scenario had different outcomes</p>" in written


def test_the_badge_says_unstable(verdict: Verdict, run: Run) -> None:
    assert ">unstable</text>" in badge.render(verdict, run).decode()


def test_an_unstable_scenario_is_a_regression_that_does_not_count(
    catalogue: Catalogue, verdict: Verdict, run: Run
) -> None:
    passed = tuple(replace(record, outcome=Outcome.PASSED) for record in run.records)
    good = replace(run, records=passed)
    reports = [
        conformance.Report(verdict=found, run=ran)
        for found, ran in ((judge(catalogue, good), good), (verdict, run))
    ]
    found = compare([(Path("F.json"), report) for report in reports])
    assert found.exit_code == 2
    assert found.runs[1].problem.startswith("has no verdict: different outcomes when repeated")
    assert found.changes is not None
    assert [change.after for change in found.changes.broken] == ["unstable"]
