"""The layout of the coverage pages in a browser.

If the environment variable SCREENSHOTS names a folder, screenshots are saved there.
"""

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from browser_page import LOW_CONTRAST, BrowserPage
from check_command import run_check
from pulsecheck.cli.coverage import measured
from pulsecheck.coverage import page as specification_page
from pulsecheck.report import conformance
from pulsecheck.report.text import implementation
from pulsecheck.suite.feature_files import default_features

index = import_module("tests.spec_coverage.__main__")
RUNTIMES = Path(__file__).parents[1] / "runtimes"
TOTALS = index.Totals(
    covered_lines=10_503,
    num_statements=10_753,
    covered_branches=1_749,
    num_branches=1_832,
    percent_covered=97.4,
)
PAGES = ("index.html", index.SPECIFICATION)
SCREENS: dict[str, dict[str, Any]] = {
    f"{kind}-{scheme}": {"viewport": {"width": width, "height": height}, "color_scheme": scheme}
    for kind, width, height in (("desktop", 1200, 1000), ("phone", 390, 844))
    for scheme in ("light", "dark")
}


@pytest.fixture(scope="module")
def folder(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - skips without a browser
    """The pages for a runtime that does not conform, so that the pages show gaps."""
    place = tmp_path_factory.mktemp("coverage")
    report = place / "conformance.json"
    run_check(RUNTIMES, report, "--implementation", "python:stopping:with_library")
    read = conformance.read(report)
    found = measured(default_features(), read)
    (place / PAGES[1]).write_bytes(specification_page.render(found, read.run))
    (place / PAGES[0]).write_bytes(
        index.render(TOTALS, 90, found.figures, implementation(read.run))
    )
    return place


@pytest.fixture(params=[(name, screen) for name in PAGES for screen in SCREENS])
def opened(browser: Any, folder: Path, request: pytest.FixtureRequest) -> Iterator[BrowserPage]:
    name, screen = request.param
    opened = BrowserPage(browser, folder / name, **SCREENS[screen])
    if pictures := os.environ.get("SCREENSHOTS"):
        picture = f"coverage-{Path(name).stem}-{screen}.png"
        opened.page.screenshot(path=Path(pictures) / picture)
    yield opened
    opened.context.close()
    assert opened.complaints == []
    assert len(opened.asked) == 1


def test_the_figures_are_on_the_first_screen_and_all_text_has_contrast(opened: BrowserPage) -> None:
    page = opened.page
    assert (
        page.get_by_text("documented facts").first.bounding_box()["y"]
        < page.viewport_size["height"]
    )
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.evaluate(LOW_CONTRAST) == []
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_keyboard_can_open_a_gap_from_the_overview(browser: Any, folder: Path) -> None:
    opened = BrowserPage(browser, folder / PAGES[0])
    page = opened.page
    page.get_by_role("link", name="Every fact, scenario, step definition and socket").press("Enter")
    page.wait_for_url(f"**/{PAGES[1]}")
    page.get_by_role("navigation", name="Not covered").get_by_role("link", name="STO-7").press(
        "Enter"
    )
    page.locator("#STO-7[open]").wait_for()
    assert page.locator("#STO-7 .scenarios").get_by_text("blocked").first.is_visible()
    opened.context.close()
