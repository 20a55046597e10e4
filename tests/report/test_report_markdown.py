import pytest
from msgspec.structs import replace

from pulsecheck.report.markdown import MOST, render, text
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue


@pytest.fixture
def lines(verdict: Verdict, run: Run) -> list[str]:
    return render(verdict, run).decode().splitlines()


def test_the_verdict_comes_first(lines: list[str]) -> None:
    assert lines[0].startswith("## ✗ not conforming: small &#91;red&#93;")
    assert lines[2] == "1 met · 1 not met · 1 warning · 1 observed · 1 not shown · 1 not applicable"


def test_what_was_not_simply_met_is_in_a_table(lines: list[str]) -> None:
    rows = [line.split(" | ") for line in lines if line.startswith("| ")]
    assert [(row[0], row[1], row[3]) for row in rows[1:]] == [
        ("| ○", "STO-4", "observed"),
        ("| ✗", "STO-5", "not met"),
        ("| ?", "STO-6", "not shown"),
        ("| !", "STO-9", "warning"),
        ("| ?", "STO-12", "not shown"),
    ]
    assert rows[1][4] == "Stop may wait.<br>at once |"


def test_what_went_wrong_is_told_with_the_timeline_and_the_command(lines: list[str]) -> None:
    start = lines.index("<details><summary>STO-5 On Stop waits [websocket]</summary>")
    assert lines[start + 1] == "<pre>expected: it waits"
    end = lines.index("</details>", start)
    assert lines[end - 1].endswith("-k &#39;on_stop_waits[websocket]&#39;</pre>")


def test_so_many_scenarios_are_told_at_the_most(catalogue: Catalogue, run: Run) -> None:
    many = replace(run, records=(run.records[3],) * (MOST + 2), collected=MOST + 2)
    written = render(judge(catalogue, many), many).decode()
    assert written.count("<details>") == MOST
    assert "2 more scenarios went wrong: the other reports have them." in written


def test_an_incomplete_run_says_so(catalogue: Catalogue, run: Run) -> None:
    broken = replace(run, error="interrupted", interrupted=True)
    lines = render(judge(catalogue, broken), broken).decode().splitlines()
    assert lines[0].startswith("## ✗ no verdict: the run was not completed: small")
    assert lines[2] == "**This report is incomplete.** It says nothing about conformance."
    assert lines[4] == "- interrupted"


def test_rounds_are_told(catalogue: Catalogue, run: Run) -> None:
    twice = replace(run, rounds=2)
    lines = render(judge(catalogue, twice), twice).decode().splitlines()
    assert lines[4] == "2 rounds were run, and every scenario ended the same each time"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("a *b* _c_", "a &#42;b&#42; &#95;c&#95;"),
        ("<b>|", "&#60;b&#62;&#124;"),
        ("one\ntwo", "one two"),
        ("\x1b[1m", "&#92;x1b&#91;1m"),
    ],
)
def test_text_is_no_markdown(words: str, shown: str) -> None:
    assert text(words) == shown


def test_a_selection_counts_what_it_ran(catalogue: Catalogue, run: Run) -> None:
    part = replace(run, records=run.records[1:3], collected=2, partial=True)
    assert "\n1 met · 1 observed\n" in render(judge(catalogue, part), part).decode()
