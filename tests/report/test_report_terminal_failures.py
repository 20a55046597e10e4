"""Failures in the terminal report."""

import pytest
from msgspec.structs import replace

from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue
from terminal_report import printed


@pytest.fixture
def lines(catalogue: Catalogue, verdict: Verdict, run: Run) -> list[str]:
    return printed(catalogue, verdict, run)


def test_a_failure_shows_fact_page_sentences_expected_and_seen(
    lines: list[str],
) -> None:
    first = next(place for place, line in enumerate(lines) if line.startswith("STO-5 · "))
    assert lines[first : first + 11] == [
        "STO-5 · must · not met " + "─" * 77,
        "On Stop waits.",
        "toolbox/communication/socketio",
        "",
        "On Stop waits [websocket]  stop.feature:52",
        '  ✓ Given the connection "main"',
        '  ✗ When "Stop" receives a pulse',
        '  · Then "On Stop" pulses once',
        "",
        "  expected it waits",
        "  seen     [red]\\x1b[31m\\x00<&]]>",
    ]


def test_a_failure_shows_the_timeline_around_the_last_sentence(lines: list[str]) -> None:
    first = next(place for place, line in enumerate(lines) if "left out" in line)
    assert lines[first : first + 2] == [
        "       …          4 entries left out (see the JSON report)",
        "  0.4000 server   entry 4 message=[red]\\x1b[31m\\x00<&]]>",
    ]
    assert lines[first + 9] == "  1.2000 scenario entry 12 message=[red]\\x1b[31m\\x00<&]]>"
    assert lines[first + 17 : first + 19] == [
        "  2.0000 node     entry 20 message=[red]\\x1b[31m\\x00<&]]>",
        "       …          4 entries left out (see the JSON report)",
    ]


def test_a_failure_shows_its_evidence_marked_wherever_it_is(catalogue: Catalogue, run: Run) -> None:
    records = tuple(
        replace(record, evidence=(1, 11)) if record.seen else record for record in run.records
    )
    proved = replace(run, records=records)
    lines = printed(catalogue, judge(catalogue, proved), proved)
    first = next(place for place, line in enumerate(lines) if "left out" in line)
    assert lines[first : first + 4] == [
        "         …          1 entry left out (see the JSON report)",
        "  ✗ 0.1000 server   entry 1 message=[red]\\x1b[31m\\x00<&]]>",
        "         …          2 entries left out (see the JSON report)",
        "    0.4000 server   entry 4 message=[red]\\x1b[31m\\x00<&]]>",
    ]
    marked = [line.split()[1] for line in lines if line.startswith("  ✗ ") and "entry" in line]
    assert marked == ["0.1000", "1.1000"]


def test_a_failure_ends_with_the_command_to_run_it_again(lines: list[str]) -> None:
    assert (
        "  run it again: pulsecheck check --implementation 'node driver.js' "
        "-k 'on_stop_waits[websocket]'" in lines
    )


def test_the_command_is_never_broken_into_lines(
    catalogue: Catalogue, verdict: Verdict, run: Run
) -> None:
    assert any(
        line.endswith("--implementation 'node driver.js' -k 'on_stop_waits[websocket]'")
        for line in printed(catalogue, verdict, run, width=40)
    )


def test_a_failure_without_an_expectation_shows_its_reason(lines: list[str]) -> None:
    first = lines.index("A lost network  stop.feature:52")
    assert lines[first + 1 : first + 3] == [
        "  failed the driver does not implement x",
        "         Add it.",
    ]


def test_an_errored_scenario_shows_its_reason(lines: list[str]) -> None:
    first = lines.index("Stop twice  b.feature:52")
    assert lines[first + 1] == "  errored the driver exited"


def test_each_scenario_that_did_not_pass_is_shown_once(lines: list[str]) -> None:
    assert sum("run it again" in line for line in lines) == 3


def test_scenarios_of_one_requirement_have_one_heading(catalogue: Catalogue, run: Run) -> None:
    other = replace(run.records[3], name="On Stop waits long", selector="on_stop_waits_long")
    more = replace(run, records=(*run.records, other), collected=run.collected + 1)
    lines = printed(catalogue, judge(catalogue, more), more)
    assert sum(line.startswith("STO-5 · ") for line in lines) == 1
    assert "On Stop waits long  stop.feature:52" in lines
