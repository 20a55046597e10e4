"""The layout of the HTML report of a real run.

Screenshots are saved to the folder that the environment variable SCREENSHOTS names.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from check_command import run_check
from pulsecheck.report.conformance import read
from pulsecheck.report.html import run_page
from pulsecheck.report.html.shapes import LANES

ROOT = Path(__file__).parents[2]
MUTANT = "python:pulsecheck_reference.mutants:sto_5_says_on_stop_when_it_begins_to_close"
HELD = "On Stop waits while the server holds the disconnect [websocket]"
SCREENS: dict[str, dict[str, Any]] = {
    "light": {"viewport": {"width": 1200, "height": 1000}},
    "dark": {"viewport": {"width": 1200, "height": 1000}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2},
}


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = Path(os.environ.get("SCREENSHOTS", tmp_path)).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def early_report(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001 - skips without a browser
    """The report of a runtime that pulses On Stop when the connection begins to close."""
    folder = tmp_path_factory.mktemp("early")
    report = folder / "conformance.json"
    checked = run_check(ROOT, report, "--implementation", MUTANT, "-k", "stop")
    assert checked.requirements("not met") == {"STO-5"}
    found = read(report)
    (folder / "report.html").write_bytes(run_page.render(found.verdict, found.run))
    return folder / "report.html"


@pytest.mark.parametrize("screen", SCREENS)
def test_verdict_implementation_and_failure_are_on_the_first_screen(
    browser: Any, early_report: Path, pictures: Path, screen: str
) -> None:
    context = browser.new_context(**SCREENS[screen])
    page = context.new_page()
    page.goto(early_report.as_uri())
    page.screenshot(path=pictures / f"report-{screen}.png")
    verdict = page.get_by_role("heading", level=1)
    assert verdict.inner_text() == "✗ not conforming"
    name = page.get_by_text("pulsecheck reference", exact=False).first
    failure = page.get_by_role("navigation", name="Failures").get_by_role("link").first
    assert failure.get_attribute("href") == "#STO-5"
    places = [place.bounding_box()["y"] for place in (verdict, name, failure)]
    assert places == sorted(places)
    assert places[-1] < page.viewport_size["height"] / 2
    context.close()


@pytest.mark.parametrize("screen", SCREENS)
def test_the_diagram_of_a_held_disconnect_marks_the_early_pulse(
    browser: Any, early_report: Path, pictures: Path, screen: str
) -> None:
    context = browser.new_context(**SCREENS[screen])
    page = context.new_page()
    page.goto(early_report.as_uri())
    diagram = page.get_by_role("region", name=f"Diagram of {HELD}")
    diagram.screenshot(path=pictures / f"held-disconnect-{screen}.png")
    assert diagram.locator(".party").all_text_contents() == list(LANES)
    marked = diagram.locator(".marked text:not(.time)").all_text_contents()
    place = marked.index("On Socket.IO Stop") + 1
    assert marked[place].startswith("seen: it pulsed at ")
    seen = " ".join(marked[place : place + 2])
    assert seen.endswith("when the connection was not yet terminated")
    assert any(text.startswith('Then "On Socket.IO Stop" does not pulse while') for text in marked)
    pulse, end = diagram.locator(".marked .pulse"), diagram.locator(".end")
    assert pulse.bounding_box()["y"] < end.bounding_box()["y"]
    effect = diagram.locator("rect.effect").first.bounding_box()
    assert effect["height"] > 20
    context.close()
