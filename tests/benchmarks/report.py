"""Measure the HTML report of many scenarios: build time, size, and load time in chromium.

The exit code is 1 if a limit is exceeded. Without chromium, the load time is not measured.
"""

import shutil
import sys
import tempfile
import time
from pathlib import Path

from msgspec.structs import replace

from pulsecheck.report.html import run_page
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.runner.run import Options, run_suite
from pulsecheck.shared.timeouts import Timeouts
from pulsecheck.suite.feature_files import default_features
from pulsecheck.suite.requirements import load

SCENARIOS = 2_000
MOST_SECONDS_TO_BUILD = 5.0
MOST_MEGABYTES = 10.0
MOST_SECONDS_TO_OPEN = 2.0


def main() -> int:
    many = multiplied(real_run(), SCENARIOS)
    verdict = judge(load(default_features() / "requirements.toml"), many)
    began = time.monotonic()
    report = run_page.render(verdict, many)
    seconds = time.monotonic() - began
    figures = [
        ("built, in seconds", seconds, MOST_SECONDS_TO_BUILD),
        ("size, in MB", len(report) / 1e6, MOST_MEGABYTES),
    ]
    if (chromium := shutil.which("chromium")) is None:
        print("chromium was not found: the load time is not measured")
    else:
        figures.append(("opened, in seconds", opening(report, chromium), MOST_SECONDS_TO_OPEN))
    print(f"the report of {len(many.records):,} scenarios")
    for name, figure, most in figures:
        print(f"{name:<20} {figure:6.2f}   (at most {most:g})")
    return int(any(figure > most for _, figure, most in figures))


def real_run() -> Run:
    options = Options(
        implementation="python:pulsecheck_reference:serve",
        features=default_features(),
        timeouts=Timeouts(dwell=0.1),
    )
    return run_suite(options, lambda *_: None, lambda *_: None)


def multiplied(run: Run, count: int) -> Run:
    """Repeat the run's scenarios until there are `count`, each with its own selector."""
    records = tuple(
        replace(run.records[number % len(run.records)], selector=f"scenario_{number}")
        for number in range(count)
    )
    return replace(run, records=records, collected=count)


def opening(report: bytes, chromium: str) -> float:
    """Return the seconds until the page is loaded and its first frame is drawn."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only in the dependency group browser

    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_bytes(report)
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page()
        began = time.monotonic()
        tab.goto(file.as_uri())
        tab.evaluate(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )
        seconds = time.monotonic() - began
        browser.close()
    return seconds


if __name__ == "__main__":
    sys.exit(main())
