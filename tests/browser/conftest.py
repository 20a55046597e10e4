"""A real browser for tests of pages. The tests are skipped if none is installed."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Start a browser for one module.

    Playwright runs an event loop. This loop must not run during the tests of other modules.
    """
    api = pytest.importorskip(
        "playwright.sync_api", reason="the dependency group browser is missing"
    )
    if CHROMIUM is None:
        # With SCREENSHOTS set, the tests run to make pictures, so they must not be skipped.
        missing = pytest.fail if "SCREENSHOTS" in os.environ else pytest.skip
        missing("chromium is not on PATH: install it, for example Debian's package chromium")
    with api.sync_playwright() as playwright:
        # Chromium cannot use its sandbox as root, such as in a container.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()
