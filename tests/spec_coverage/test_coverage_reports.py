"""Coverage on the terminal and as an HTML page, and the overview page."""

import io
import re
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest
from msgspec.structs import replace
from rich.console import Console

from pulsecheck.coverage import page, terminal
from pulsecheck.coverage.measure import Coverage, Figure
from pulsecheck.driver.protocol import Implementation
from pulsecheck.report.conformance import Report
from pulsecheck.results.records import Outcome
from sample_specification import EVERYTHING, Specification

HOSTILE = "<img src=x onerror=alert(1)>\"'&</script>[red]\x1b[31m\u202e\x00"
UNPRINTABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
index = import_module("tests.spec_coverage.__main__")


def printed(coverage: Coverage, report: Report) -> list[str]:
    console = Console(file=io.StringIO(), width=120, markup=False, highlight=False)
    terminal.show(console, coverage, report.run)
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_the_terminal_shows_figures_and_gaps(
    specification: Specification,
) -> None:
    records = specification.record(0, timeline=EVERYTHING), specification.record(1)
    lines = printed(specification.measure(*records), specification.report(*records))
    assert lines == [
        "Specification coverage of small 1",
        "documented facts  ████████████████████  2 of 2",
        "scenarios         ████████████████████  2 of 2",
        "step definitions  ████████████████████  4 of 4",
        "node sockets      ████████████████████  7 of 7",
        "everything that applies was exercised",
    ]
    few = printed(specification.measure(records[0]), specification.report(records[0]))
    assert few[1] == "documented facts  ██████████░░░░░░░░░░  1 of 2"
    assert few[5] == "✗ fact SND-1: no scenario reached it (not selected)"
    assert few[-1] == "not everything that applies was exercised"


class Words(HTMLParser):
    """Collects the text, the tags, the attributes and the links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.attributes |= found.keys()
        self.ids |= {str(found["id"])} if "id" in found else set()
        self.links += [str(found["href"])] if "href" in found else []

    def handle_endtag(self, tag: str) -> None:
        self.text += " " if tag in {"td", "th"} else ""

    def handle_data(self, data: str) -> None:
        self.text += data


def words(written: bytes) -> Words:
    found = Words()
    found.feed(written.decode())
    found.text = " ".join(found.text.split())
    return found


def test_the_page_has_every_fact_scenario_step_definition_and_socket(
    specification: Specification,
) -> None:
    records = specification.record(0, timeline=EVERYTHING), specification.record(1, Outcome.BLOCKED)
    coverage = specification.measure(*records)
    found = words(page.render(coverage, specification.report(*records).run))
    for text in (
        "1 of 2 documented facts",
        "Not covered: 2",
        "✗ fact SND-1: no scenario reached it (blocked)",
        "✓ STO-5 must On Stop waits. covered, 1 scenario",
        "✗ SND-1 should Send sends. not run, 1 scenario",
        "✓ On Stop waits small.feature:3 passed",
        "? Send sends [news] small.feature:15 blocked",
        "1 of 2 ran",
        "When news is sent, for coverage",
        "Socket.IO Send",
        "✓ Event Name input 1",
    ):
        assert text in found.text
    inside = [link[1:] for link in found.links if link.startswith("#")]
    assert {"STO-5", "SND-1", "step-definitions"} <= set(inside) <= found.ids


def test_pages_escape_all_texts(specification: Specification) -> None:
    records = specification.record(0, timeline=EVERYTHING), specification.record(1)
    report = specification.report(*records)
    assert report.run.initialized is not None
    implementation = Implementation(name=HOSTILE, version=HOSTILE, language=HOSTILE)
    run = replace(
        report.run,
        initialized=replace(report.run.initialized, implementation=implementation),
        error=HOSTILE,
    )
    coverage = specification.measure(*records)
    scenarios = tuple(
        replace(scenario, source=replace(scenario.source, name=HOSTILE, path=Path(HOSTILE)))
        for scenario in coverage.scenarios
    )
    hostile = Coverage(
        facts=tuple(
            replace(
                fact,
                requirement=replace(fact.requirement, fact=HOSTILE, page=HOSTILE),
                scenarios=(),
            )
            for fact in coverage.facts
        ),
        scenarios=tuple(replace(scenario, status=None) for scenario in scenarios),
        definitions=tuple(
            replace(found, text=HOSTILE, where=f"{HOSTILE}:1", scenarios=scenarios, ran=0)
            for found in coverage.definitions
        ),
        sockets=tuple(
            replace(found, socket=found.socket._replace(node=HOSTILE, name=HOSTILE), ran=0)
            for found in coverage.sockets
        ),
    )
    written = page.render(hostile, run)
    first = index.render(
        index.Totals(1, 2, 3, 4, 5.0),
        90,
        (Figure(name=HOSTILE, covered=1, total=2, not_applicable=1),),
        HOSTILE,
    )
    for made in (written, first):
        assert UNPRINTABLE.search(made.decode()) is None
        assert b"<img" not in made
        found = words(made)
        assert found.tags.count("script") == found.tags.count("style") == 1
        assert "onerror" not in found.attributes
        assert "<img src=x onerror=alert(1)>" in found.text
    assert UNPRINTABLE.search("".join(printed(hostile, replace(report, run=run)))) is None


def test_the_overview_has_the_figures_and_links_to_both_reports() -> None:
    totals = index.Totals(
        covered_lines=9_999,
        num_statements=10_000,
        covered_branches=20,
        num_branches=20,
        percent_covered=99.9,
    )
    figures = (
        Figure(name="documented facts", covered=72, total=73, not_applicable=0),
        Figure(name="scenarios", covered=9, total=9, not_applicable=3),
    )
    found = words(index.render(totals, 90, figures, "small 1"))
    for text in (
        "99.9 % 9999 of 10000 lines",
        "100 % 20 of 20 branches",
        "99.9 % of lines and branches, 90 % required",
        "72 of 73 documented facts",
        "9 of 9 scenarios 3 not applicable",
        "Specification coverage of small 1",
    ):
        assert text in found.text
    assert {"code/index.html", "specification.html"} <= set(found.links)


@pytest.mark.parametrize(("percent", "colour"), [(90.0, "green"), (89.9, "red")])
def test_insufficient_code_coverage_is_red(percent: float, colour: str) -> None:
    totals = index.Totals(1, 1, 1, 1, percent)
    assert f'<b class="{colour}">{percent} %</b>' in index.render(totals, 90, (), "x").decode()
