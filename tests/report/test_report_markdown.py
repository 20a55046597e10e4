import pytest
from msgspec.structs import replace

from pulsecheck.report.markdown import MOST_SCENARIOS, escape_markdown, render
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue


@pytest.fixture
def lines(verdict: Verdict, run: Run) -> list[str]:
    return render(verdict, run).decode().splitlines()


def test_the_summary_begins_with_the_verdict(lines: list[str]) -> None:
    assert lines[0].startswith("## ✗ not conforming: small &#91;red&#93;")
    assert lines[2] == "1 met · 1 not met · 1 warning · 1 observed · 1 not shown · 1 not applicable"


def test_the_table_has_all_requirements_but_those_met_or_not_applicable(lines: list[str]) -> None:
    rows = [line.split(" | ") for line in lines if line.startswith("| ")]
    assert [(row[0], row[1], row[3]) for row in rows[1:]] == [
        ("| ○", "STO-4", "observed"),
        ("| ✗", "STO-5", "not met"),
        ("| ?", "STO-6", "not shown"),
        ("| !", "STO-9", "warning"),
        ("| ?", "STO-12", "not shown"),
    ]
    assert rows[1][4] == "Stop may wait.<br>at once |"


def test_a_failure_is_shown_with_its_timeline_and_command(lines: list[str]) -> None:
    start = lines.index("<details><summary>STO-5 On Stop waits [websocket]</summary>")
    assert lines[start + 1] == "<pre>expected: it waits"
    end = lines.index("</details>", start)
    assert lines[end - 1].endswith("-k &#39;on_stop_waits[websocket]&#39;</pre>")


def test_the_number_of_scenarios_shown_is_limited(catalogue: Catalogue, run: Run) -> None:
    many = replace(
        run, records=(run.records[3],) * (MOST_SCENARIOS + 2), collected=MOST_SCENARIOS + 2
    )
    written = render(judge(catalogue, many), many).decode()
    assert written.count("<details>") == MOST_SCENARIOS
    assert "2 more scenarios did not pass. The other reports show them." in written


def test_an_incomplete_run_says_so(catalogue: Catalogue, run: Run) -> None:
    broken = replace(run, error="interrupted", interrupted=True)
    lines = render(judge(catalogue, broken), broken).decode().splitlines()
    assert lines[0].startswith("## ✗ no verdict: the run was not completed: small")
    assert lines[2] == "**This report is incomplete.** It says nothing about conformance."
    assert lines[4] == "- interrupted"


def test_rounds_are_shown(catalogue: Catalogue, run: Run) -> None:
    twice = replace(run, rounds=2)
    lines = render(judge(catalogue, twice), twice).decode().splitlines()
    assert lines[4] == "2 rounds were run: every scenario had the same outcome in each round"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a *b* _c_", "a &#42;b&#42; &#95;c&#95;"),
        ("<b>|", "&#60;b&#62;&#124;"),
        ("one\ntwo", "one two"),
        ("\x1b[1m", "&#92;x1b&#91;1m"),
    ],
)
def test_text_is_escaped(words: str, shown: str) -> None:
    assert escape_markdown(words) == shown


def test_a_selection_counts_what_it_ran(catalogue: Catalogue, run: Run) -> None:
    part = replace(run, records=run.records[1:3], collected=2, partial=True)
    assert "\n1 met · 1 observed\n" in render(judge(catalogue, part), part).decode()
