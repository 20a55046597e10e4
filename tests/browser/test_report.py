"""The HTML reports in a real browser."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from browser_page import LOW_CONTRAST, BrowserPage
from pulsecheck.report.comparison import compare
from pulsecheck.report.conformance import Report
from pulsecheck.report.html import comparison_page, run_page
from pulsecheck.report.html.shapes import LANES
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Outcome, Run
from sample_run import sample_catalogue, sample_run

HOSTILE = (
    "</script><img src=x onerror=\"document.title='taken'\"><svg onload=alert(1)>'\"\u202e\x00"
)


Open = Callable[..., BrowserPage]


def written(run: Run, file: Path) -> Path:
    file.write_bytes(run_page.render(judge(sample_catalogue(), run), run))
    return file


@pytest.fixture
def run() -> Run:
    """The sample run, with a timeline for every scenario."""
    run = sample_run()
    timeline = run.records[3].timeline
    return replace(run, records=tuple(replace(it, timeline=timeline) for it in run.records))


@pytest.fixture
def open_page(browser: Any, run: Run, tmp_path: Path) -> Iterator[Open]:
    """Open a report, by default the report of the sample run. The page must log no errors."""
    opened: list[BrowserPage] = []

    def open_one(file: Path | None = None, **settings: Any) -> BrowserPage:
        place = file or written(run, tmp_path / "report.html")
        opened.append(BrowserPage(browser, place, **settings))
        return opened[-1]

    yield open_one
    for each in opened:
        each.context.close()
    assert [complaint for each in opened for complaint in each.complaints] == []


@pytest.fixture
def comparison(run: Run, tmp_path: Path) -> Path:
    better = replace(
        run, records=tuple(replace(record, outcome=Outcome.PASSED) for record in run.records)
    )
    reports = [Report(verdict=judge(sample_catalogue(), it), run=it) for it in (better, run)]
    file = tmp_path / "comparison.html"
    named = [(Path(f"{number}.json"), report) for number, report in enumerate(reports)]
    file.write_bytes(comparison_page.render(compare(named)))
    return file


def test_the_pages_load_nothing(open_page: Open, comparison: Path) -> None:
    for file in (None, comparison):
        opened = open_page(file)
        assert [address for address in opened.asked if not address.startswith("file:")] == []
        assert len(opened.asked) == 1


def test_the_page_has_landmarks(open_page: Open) -> None:
    page = open_page().page
    for role in ("banner", "main", "search", "contentinfo"):
        assert page.get_by_role(role).count() == 1
    assert page.get_by_role("heading", level=1).inner_text() == "✗ not conforming"
    assert page.get_by_role("navigation", name="Failures").count() == 1


def test_a_requirement_links_to_its_page_of_the_documentation(open_page: Open) -> None:
    page = open_page().page
    for place in (page.get_by_role("heading", level=2), page.locator("#STO-5")):
        link = place.get_by_role("link", name="toolbox / communication / socketio")
        assert link.get_attribute("href") == (
            "https://docs.incari.com/incari-studio/2023.1/toolbox/communication/socketio"
        )


# --- diagrams ---------------------------------------------------------------------------------


def test_a_failed_scenario_is_open_with_its_diagram(open_page: Open) -> None:
    page = open_page(java_script_enabled=False).page
    assert page.locator("#STO-5 svg.diagram").is_visible()
    assert page.locator("#STO-5 .marked").first.is_visible()
    assert not page.locator("#filters").is_visible()


def test_other_diagrams_are_shown_when_their_scenario_is_opened(open_page: Open) -> None:
    page = open_page().page
    page.locator("#STO-2 > summary").click()
    scenario = page.locator("#STO-2 .scenario")
    assert scenario.locator("svg").count() == 0
    scenario.locator("summary").click()
    scenario.locator("svg.diagram").wait_for()
    assert scenario.locator("svg.diagram text.party").all_text_contents() == list(LANES)
    assert scenario.locator("svg > title").text_content() == "Sequence diagram"


def test_the_keyboard_can_open_requirements_and_scenarios(open_page: Open) -> None:
    page = open_page().page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.locator("#STO-2 > summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.locator("#STO-2 .scenario svg.diagram").wait_for()


def test_an_address_with_an_id_opens_that_scenario(open_page: Open) -> None:
    page = open_page().page
    page.evaluate("location.hash = 'the_client_leaves'")
    page.locator("#the_client_leaves svg.diagram").wait_for()
    assert page.locator("#the_client_leaves").is_visible()


# --- filters ----------------------------------------------------------------------------------


def test_the_page_can_be_filtered_by_verdict_and_level(open_page: Open) -> None:
    opened = open_page()
    search = opened.page.get_by_role("search")
    assert len(opened.shown()) == 7
    search.get_by_label("✗ not met").check(force=True)
    assert opened.shown() == ["STO-5"]
    search.get_by_label("! warning").check(force=True)
    assert opened.shown() == ["STO-5", "STO-9"]
    search.get_by_label("should").check(force=True)
    assert opened.shown() == ["STO-9"]
    assert search.locator("output").inner_text() == "1 of 7 requirements"
    search.get_by_role("button", name="Show all").click()
    opened.page.get_by_text("7 of 7 requirements").wait_for()
    assert len(opened.shown()) == 7


def test_the_text_filter_searches_facts_and_scenarios(open_page: Open) -> None:
    opened = open_page()
    text = opened.page.get_by_role("searchbox", name="Text")
    text.fill("LOST network")
    assert opened.shown() == ["STO-9"]
    text.fill('"Stop" receives')
    assert opened.shown() == ["STO-5"]
    text.fill("no such words")
    assert opened.shown() == []
    assert not opened.page.locator(".page h2").is_visible()


def test_the_page_can_be_filtered_by_page_of_the_documentation(open_page: Open) -> None:
    opened = open_page()
    opened.page.get_by_label("Page").select_option("toolbox/communication/socketio")
    assert len(opened.shown()) == 7


# --- layout -----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["run", "comparison"])
def test_all_text_has_contrast(open_page: Open, comparison: Path, scheme: str, kind: str) -> None:
    page = open_page(comparison if kind == "comparison" else None, color_scheme=scheme).page
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.locator("#STO-12 svg, .matrix").last.wait_for(state="attached")
    assert page.evaluate(LOW_CONTRAST) == []


@pytest.mark.parametrize("width", [320, 390, 768])
def test_a_narrow_screen_does_not_scroll_horizontally(
    open_page: Open, comparison: Path, width: int
) -> None:
    for file in (None, comparison):
        page = open_page(file, viewport={"width": width, "height": 800}).page
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_printed_page_has_no_filters_and_no_cut_diagrams(open_page: Open) -> None:
    page = open_page(viewport={"width": 700, "height": 1000}).page
    page.emulate_media(media="print")
    assert not page.get_by_role("search").is_visible()
    frame = page.locator("#STO-5 .diagram-frame")
    assert frame.evaluate("it => it.scrollWidth <= it.clientWidth")
    assert page.pdf().startswith(b"%PDF")


def test_an_incomplete_run_is_reported_at_the_top(
    open_page: Open, run: Run, tmp_path: Path
) -> None:
    ended = replace(run, records=run.records[:2], error="interrupted", interrupted=True)
    page = open_page(written(ended, tmp_path / "ended.html")).page
    problems = page.get_by_role("region", name="Why there is no verdict").inner_text()
    assert problems.split("\n")[0] == (
        "This report is incomplete. It says nothing about conformance."
    )
    assert "2 of 7 scenarios were judged" in problems


def test_no_script_from_an_implementation_runs(open_page: Open, run: Run, tmp_path: Path) -> None:
    records = tuple(
        replace(
            record,
            name=HOSTILE,
            reason=HOSTILE,
            seen=HOSTILE,
            timeline=tuple(replace(entry, what=HOSTILE) for entry in record.timeline),
        )
        for record in run.records
    )
    page = open_page(written(replace(run, records=records), tmp_path / "hostile.html")).page
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.locator("#the_client_leaves svg.diagram").wait_for()
    assert page.title().startswith("not conforming")
    assert page.locator("img").count() == 0
    name = page.locator("#the_client_leaves .name").text_content() or ""
    assert name.startswith("</script><img src=x")
