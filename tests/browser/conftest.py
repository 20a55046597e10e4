"""Pages in a real browser, where there is one."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A browser that is gone before tests of other modules run, for with it an event loop does."""
    api = pytest.importorskip(
        "playwright.sync_api", reason="the dependency group browser is missing"
    )
    if CHROMIUM is None:
        # Whoever asks for pictures has come for the browser.
        missing = pytest.fail if "SCREENSHOTS" in os.environ else pytest.skip
        missing("no chromium is found on PATH: install Debian's package chromium")
    with api.sync_playwright() as playwright:
        # Chromium has no sandbox for root, such as in a container.
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()
