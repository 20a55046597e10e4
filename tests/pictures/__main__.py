"""Make the pictures of the README from a real run.

The checked runtime pulses On Stop too early, in the disconnect handler of its client library.
`python -m tests.pictures FOLDER` writes the terminal output with the verdict, and the diagram of a
held disconnect in light and dark. The command requires the dependency group browser, and chromium.
"""

import io
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.text import Text

from pulsecheck.report import conformance, terminal
from pulsecheck.report.conformance import Report
from pulsecheck.report.html import run_page
from pulsecheck.suite.feature_files import CATALOGUE, default_features
from pulsecheck.suite.requirements import load

RUNTIMES = Path(__file__).parents[1] / "runtimes"
COMMAND = (
    'pulsecheck check --implementation python:stopping:with_library -m "STO-2 or STO-3 or STO-5" '
    '-k "websocket and not however and not meanwhile or sends"'
)
HELD = "Diagram of On Stop waits while the server holds the disconnect [websocket]"
COLUMNS = 112
WIDTH, HEIGHT = 1000, 900
FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)
"""The style rule that loads a font from a server. The pictures must not load anything."""


def checked() -> Report:
    """Run the command. Its conclusion must be "not conforming". Returns the report."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "conformance.json"
        words = ("-m", "pulsecheck", *shlex.split(COMMAND)[1:], "--json", str(file))
        done = subprocess.run((sys.executable, *words), cwd=RUNTIMES, check=False)
        assert done.returncode == 1
        return conformance.read(file)


def verdict(report: Report) -> str:
    """Return the terminal output as SVG. Long lines wrap as in a terminal."""
    printed = Console(file=io.StringIO(), width=COLUMNS, force_terminal=True, highlight=False)
    terminal.show(printed, load(default_features() / CATALOGUE), report.verdict, report.run)
    assert isinstance(printed.file, io.StringIO)
    screen = Console(file=io.StringIO(), width=COLUMNS, record=True)
    screen.print(Text(f"$ {COMMAND}"), overflow="fold")
    for line in printed.file.getvalue().splitlines():
        screen.print(Text.from_ansi(line), overflow="fold")
    screen.print()
    return FONTS.sub("", screen.export_svg(title="pulsecheck", unique_id="verdict"))


def photograph(report: Report, folder: Path) -> None:
    """Save the diagram of the HTML report as PNG, in light and dark."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as made:
        file = Path(made) / "report.html"
        file.write_bytes(run_page.render(report.verdict, report.run))
        browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
        for scheme in ("light", "dark"):
            context = browser.new_context(
                color_scheme=scheme, viewport={"width": WIDTH, "height": HEIGHT}
            )
            opened = context.new_page()
            opened.goto(file.as_uri())
            diagram = opened.get_by_role("region", name=HELD)
            diagram.screenshot(path=folder / f"held-disconnect-{scheme}.png")
            context.close()
        browser.close()


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    report = checked()
    (folder / "verdict.svg").write_text(verdict(report), encoding="utf-8")
    photograph(report, folder)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
