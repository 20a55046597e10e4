"""Every report shows a known failure as such, with the reason, link and last day of its entry."""

from datetime import date
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as Xml

import msgspec
import pytest
from msgspec.structs import replace

from pulsecheck.report import badge, conformance, cucumber_messages, junit, markdown
from pulsecheck.report.comparison import Changes, compare
from pulsecheck.report.conformance import Report
from pulsecheck.report.html import run_page
from pulsecheck.results.judgement import judge
from pulsecheck.results.known_failures import KnownFailure, KnownFailures
from pulsecheck.results.records import Outcome, Run
from pulsecheck.results.verdict import Conclusion, Verdict
from pulsecheck.suite.requirements import Catalogue

ENTRY = KnownFailure(
    requirement="STO-5",
    reason="the client library reports too early",
    issue="https://example.org/issues/7",
    expires=date(2027, 1, 2),
)
KNOWN = KnownFailures(Path("known.toml"), (ENTRY,))
EXPLANATION = (
    "the client library reports too early · https://example.org/issues/7 · until 2027-01-02"
)


@pytest.fixture
def run(run: Run) -> Run:
    """A run in which only STO-5 failed."""
    records = tuple(
        replace(record, outcome=Outcome.PASSED) if record.name == "A lost network" else record
        for record in run.records
        if record.outcome is not Outcome.ERRORED
    )
    records = tuple(
        replace(record, blocked_by="STO-5") if record.outcome is Outcome.BLOCKED else record
        for record in records
    )
    return replace(run, records=records, collected=len(records))


@pytest.fixture
def verdict(catalogue: Catalogue, run: Run) -> Verdict:
    found = judge(catalogue, run, KNOWN)
    assert found.conclusion is Conclusion.KNOWN_FAILURES
    return found


def test_the_page_shows_the_reason(verdict: Verdict, run: Run) -> None:
    written = run_page.render(verdict, run).decode()
    assert "<title>conforming but for known failures: small " in written
    row = written[written.index('id="STO-5"') :]
    assert '<span class="word magenta">known failure</span>' in row
    assert f'<span class="reason">{EXPLANATION}</span>' in row
    assert "<dt>known failure</dt><dd" in row


def test_the_page_links_to_the_issue(verdict: Verdict, run: Run) -> None:
    assert '<a href="https://example.org/issues/7"' in run_page.render(verdict, run).decode()


def test_the_page_links_only_to_web_addresses(catalogue: Catalogue, run: Run) -> None:
    entry = replace(ENTRY, issue="javascript:alert(1)")
    verdict = judge(catalogue, run, KnownFailures(Path("known.toml"), (entry,)))
    written = run_page.render(verdict, run).decode()
    assert "javascript:alert(1)" in written
    assert 'href="javascript:' not in written


def test_markdown_shows_the_reason(verdict: Verdict, run: Run) -> None:
    written = markdown.render(verdict, run).decode()
    assert written.startswith("## ≈ conforming but for known failures: small ")
    row = next(line for line in written.splitlines() if "| STO-5 |" in line)
    assert row.startswith("| ≈ | STO-5 | must | known failure | On Stop waits.")
    assert EXPLANATION in unescape(row)
    assert "<details>" not in written


def test_junit_skips_it_with_the_reason(verdict: Verdict, run: Run) -> None:
    root = Xml.fromstring(junit.render(verdict, run))  # noqa: S314 - our own output
    found = root.find(".//testcase[@name='STO-5 On Stop waits [websocket]']/skipped")
    assert found is not None
    assert found.get("message") == f"known failure: {EXPLANATION}"
    assert found.get("type") == "STO-5 must: known failure"
    assert (root.get("failures"), root.get("errors")) == ("0", "0")


def test_cucumber_messages_skip_it_with_the_reason(verdict: Verdict, run: Run) -> None:
    written = [
        msgspec.json.decode(line) for line in cucumber_messages.render(verdict, run).splitlines()
    ]
    results = [
        each["testStepFinished"]["testStepResult"] for each in written if "testStepFinished" in each
    ]
    assert [result["status"] for result in results] == ["PASSED", "SKIPPED", "SKIPPED"]
    assert results[1]["message"] == f"known failure: {EXPLANATION}"
    assert written[-1]["testRunFinished"]["success"] is True


def test_the_badge_shows_the_conclusion(verdict: Verdict, run: Run) -> None:
    written = badge.render(verdict, run).decode()
    assert ">conforming but for known failures</text>" in written
    assert badge.FILLS["magenta"] in written


# --- compared -------------------------------------------------------------------------------


def changes(before: Report, after: Report) -> tuple[Changes, int]:
    found = compare([(Path("a.json"), before), (Path("b.json"), after)])
    assert found.changes is not None
    return found.changes, found.exit_code


@pytest.fixture
def failing(catalogue: Catalogue, run: Run) -> Report:
    return Report(verdict=judge(catalogue, run), run=run)


@pytest.fixture
def known(verdict: Verdict, run: Run) -> Report:
    return Report(verdict=verdict, run=run)


@pytest.fixture
def passing(catalogue: Catalogue, run: Run) -> Report:
    records = tuple(
        replace(record, outcome=Outcome.PASSED)
        if record.outcome in {Outcome.FAILED, Outcome.BLOCKED}
        else record
        for record in run.records
    )
    fixed = replace(run, records=records)
    return Report(verdict=judge(catalogue, fixed), run=fixed)


def test_a_new_known_failure_is_a_regression_that_does_not_count(
    passing: Report, known: Report
) -> None:
    found, code = changes(passing, known)
    assert [(it.requirement.id, it.after) for it in found.broken] == [
        ("STO-5", "known failure"),
        ("STO-6", "not shown"),
    ]
    assert code == 0


def test_a_known_failure_that_passes_is_newly_fixed(known: Report, passing: Report) -> None:
    found, code = changes(known, passing)
    assert [(it.requirement.id, it.before) for it in found.fixed] == [
        ("STO-5", "known failure"),
        ("STO-6", "not shown"),
    ]
    assert code == 0


def test_a_failure_that_becomes_known_is_not_fixed(failing: Report, known: Report) -> None:
    found, code = changes(failing, known)
    assert (found.broken, found.fixed, code) == ((), (), 0)


def test_a_json_report_with_known_failures_can_be_read(
    verdict: Verdict, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "conformance.json"
    file.write_bytes(conformance.render(verdict, run))
    assert conformance.read(file).verdict == verdict
