"""The marks and colours of the terminal."""

from rich.text import Text

from harness.records import Outcome
from harness.verdicts import Status
from harness.visible import visible

MARKS = {
    Status.MET: ("✓", "green"),
    Status.NOT_MET: ("✗", "bold red"),
    Status.KNOWN_FAILURE: ("≈", "magenta"),
    Status.WARNING: ("!", "yellow"),
    Status.OBSERVED: ("○", "cyan"),
    Status.NOT_OBSERVED: ("·", "cyan"),
    Status.NOT_SHOWN: ("?", "yellow"),
    Status.NOT_APPLICABLE: ("-", "dim"),
}
STEP_MARKS = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "bold red"),
    Outcome.ERRORED: ("✗", "bold red"),
    None: ("·", "dim"),
}
"""None is a step that was not reached."""


def plain(text: str, style: str = "") -> Text:
    """Text that whoever wrote it cannot style: no markup, and nothing that a terminal obeys."""
    return Text(visible(text), style)


def one_line(*, cut: bool) -> Text:
    """Text to append to: cut to the line on a terminal, and whole in a file, which has room."""
    return Text(no_wrap=True, overflow="ellipsis") if cut else Text(overflow="fold")
