"""Every report shows an implementation's data as text, and escapes unprintable characters."""

import io
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as Xml

import msgspec
import pytest
from msgspec.structs import replace
from rich.console import Console

from pulsecheck.driver.protocol import Implementation, Initialized, NodeName, TransportUse
from pulsecheck.report import (
    badge,
    conformance,
    cucumber_messages,
    junit,
    markdown,
    terminal,
    terminal_comparison,
)
from pulsecheck.report.comparison import compare
from pulsecheck.report.conformance import Report
from pulsecheck.report.html import comparison_page, run_page
from pulsecheck.results.judgement import judge
from pulsecheck.results.known_failures import KnownFailure, KnownFailures
from pulsecheck.results.records import OtherRun, Outcome, Run, ScenarioRecord, StepRecord
from pulsecheck.results.verdict import RequirementStatus, Verdict
from pulsecheck.shared.timeline import SENTENCE, Entry
from pulsecheck.suite.requirements import Catalogue

NASTY = (
    "</script><script>alert(1)</script><img src=x onerror=alert(1)>"
    "\"'`]]>--><!--{{7*7}}[red]|*_[a](javascript:alert(1))"
    "\x00\x1b[31m\x1b]0;title\x07\x9b\r\u202e\u2066\ud800\ufeff" + "n" * 2_000
)
FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def nasty_record(original: ScenarioRecord, outcome: Outcome) -> ScenarioRecord:
    sources = ("driver", "request"), ("driver", "answer"), ("node", "pulsed"), (NASTY, NASTY)
    served = ("packet received", "packet sent", "client leaves", "fault begins", NASTY)
    rows = (*sources, *(("server", what) for what in served), ("wire", NASTY), (SENTENCE, NASTY))
    names = ("method", "params", "error", "node", "packet", "sign", "fault", "kind", "by", NASTY)
    timeline = tuple(
        Entry(number=number, at=number, source=source, what=what, details=details)
        for number, (source, what) in enumerate(rows)
        for details in [dict.fromkeys(names, NASTY)]
    )
    other = OtherRun(
        outcome=Outcome.PASSED,
        seconds=1,
        reason=NASTY,
        expected=NASTY,
        seen=NASTY,
        steps=(StepRecord(keyword=NASTY, text=NASTY, outcome=Outcome.PASSED),),
        timeline=timeline,
    )
    return replace(
        original,
        selector=f"{outcome}[{NASTY}]",
        name=NASTY,
        feature=NASTY,
        outcome=outcome,
        reason=NASTY,
        expected=NASTY if outcome is Outcome.FAILED else "",
        seen=NASTY if outcome is Outcome.FAILED else "",
        observations=(NASTY,),
        steps=(StepRecord(keyword=NASTY, text=NASTY, outcome=outcome),),
        timeline=timeline,
        other=other if outcome is Outcome.UNSTABLE else None,
    )


@pytest.fixture
def nasty(run: Run) -> Run:
    implementation = Implementation(name=NASTY, version=NASTY, language=NASTY)
    return replace(
        run,
        initialized=Initialized(
            protocol_version=1,
            implementation=implementation,
            nodes=(NodeName.START,),
            transports=(TransportUse.WEBSOCKET,),
        ),
        records=tuple(
            nasty_record(record, outcome)
            for record, outcome in zip(run.records, Outcome, strict=False)
        ),
        collected=len(Outcome),
        error=NASTY,
        command=("pulsecheck", NASTY),
    )


@pytest.fixture
def judged(catalogue: Catalogue, nasty: Run) -> Verdict:
    return judge(catalogue, nasty)


@pytest.fixture
def compared(judged: Verdict, nasty: Run) -> bytes:
    report = Report(verdict=judged, run=nasty)
    return comparison_page.render(compare([(Path(NASTY), report), (Path("b"), report)]))


Render = Callable[[Verdict, Run], bytes]


@pytest.mark.parametrize(
    "render",
    [
        run_page.render,
        junit.render,
        cucumber_messages.render,
        badge.render,
        markdown.render,
        conformance.render,
    ],
)
def test_reports_escape_control_characters_and_invisible_characters(
    render: Render, judged: Verdict, nasty: Run
) -> None:
    written = render(judged, nasty).decode()
    if render is not conformance.render:
        assert FORBIDDEN.search(written) is None
    assert "\\ud800" in written or render is badge.render


class Elements(HTMLParser):
    """Collects the elements of a page with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def harmless(written: bytes) -> bool:
    """Return whether a browser runs only one script and one style sheet of a page."""
    elements = Elements()
    elements.feed(written.decode())
    scripts = [tag for tag, _ in elements.found if tag in {"script", "style", "meta"}]
    attributes = {name for _, found in elements.found for name in found}
    return (
        scripts.count("script") == 1
        and scripts.count("style") == 1
        and not any(name.startswith("on") or name == "style" for name in attributes)
        and "img" not in {tag for tag, _ in elements.found}
    )


def test_pages_run_no_script_but_their_own(judged: Verdict, nasty: Run, compared: bytes) -> None:
    assert harmless(run_page.render(judged, nasty))
    assert harmless(compared)
    assert FORBIDDEN.search(compared.decode()) is None


def test_diagrams_are_well_formed_xml(judged: Verdict, nasty: Run) -> None:
    drawings = re.findall(r"<svg.*?</svg>", run_page.render(judged, nasty).decode(), re.DOTALL)
    assert len(drawings) == 4
    for drawing in drawings:
        tags = {element.tag for element in Xml.fromstring(drawing).iter()}  # noqa: S314 - our own
        assert tags <= {"svg", "title", "desc", "g", "path", "text", "rect", "circle"}


def test_junit_reports_and_badges_are_well_formed_xml(judged: Verdict, nasty: Run) -> None:
    for written in (junit.render(judged, nasty), badge.render(judged, nasty)):
        Xml.fromstring(written)  # noqa: S314 - our own output


def test_each_message_is_one_line_of_json(judged: Verdict, nasty: Run) -> None:
    for line in cucumber_messages.render(judged, nasty).splitlines():
        assert len(msgspec.json.decode(line)) == 1


def test_markdown_escapes_markup(judged: Verdict, nasty: Run) -> None:
    written = markdown.render(judged, nasty).decode()
    assert "<script" not in written
    assert "<img" not in written
    outside = re.sub(r"<pre>.*?</pre>|<summary>.*?</summary>", "", written, flags=re.DOTALL)
    assert re.search(r"[][`{}]", outside) is None
    rows = [line for line in written.splitlines() if line.startswith("| ")]
    assert {line.count("|") for line in rows} == {6}


def test_a_json_report_with_a_lone_surrogate_can_be_read(
    judged: Verdict, nasty: Run, tmp_path: Path
) -> None:
    file = tmp_path / "conformance.json"
    file.write_bytes(conformance.render(judged, nasty))
    assert "\\ud800" in conformance.read(file).run.records[0].name


@pytest.mark.parametrize(
    "render",
    [run_page.render, junit.render, cucumber_messages.render, badge.render, markdown.render],
)
def test_reports_escape_the_reasons_of_known_failures(
    render: Render, catalogue: Catalogue, nasty: Run
) -> None:
    entry = KnownFailure(requirement="STO-2", reason=NASTY, issue=f"https://{NASTY}")
    verdict = judge(catalogue, nasty, KnownFailures(Path(NASTY), (entry,)))
    assert RequirementStatus.KNOWN_FAILURE in {found.status for found in verdict.requirements}
    written = render(verdict, nasty)
    assert FORBIDDEN.search(written.decode()) is None
    if render is run_page.render:
        assert harmless(written)


def test_the_terminal_gets_no_control_characters(
    catalogue: Catalogue, judged: Verdict, nasty: Run
) -> None:
    console = Console(file=io.StringIO(), width=200, markup=False, emoji=False, highlight=False)
    terminal.show(console, catalogue, judged, nasty)
    report = Report(verdict=judged, run=nasty)
    terminal_comparison.show(console, compare([(Path(NASTY), report), (Path("b"), report)]))
    assert isinstance(console.file, io.StringIO)
    assert FORBIDDEN.search(console.file.getvalue()) is None
