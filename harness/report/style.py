"""The marks, colours and words of all reports: what is added to a verdict needs a row here.

A style is one of the terminal, whose last word is the colour; other media have shades of their own
for green, red, yellow, cyan, magenta and dim.
"""

from rich.text import Text

from harness.records import Outcome
from harness.report.text import visible
from harness.verdicts import Conclusion, Status

MARKS = {
    Status.MET: ("✓", "green"),
    Status.NOT_MET: ("✗", "bold red"),
    Status.WARNING: ("!", "yellow"),
    Status.OBSERVED: ("○", "cyan"),
    Status.NOT_SHOWN: ("?", "yellow"),
    Status.NOT_APPLICABLE: ("-", "dim"),
}
OUTCOME_MARKS: dict[Outcome | None, tuple[str, str]] = {
    Outcome.PASSED: ("✓", "green"),
    Outcome.FAILED: ("✗", "bold red"),
    Outcome.ERRORED: ("✗", "bold red"),
    Outcome.BLOCKED: ("?", "yellow"),
    Outcome.NOT_APPLICABLE: ("-", "dim"),
    None: ("·", "dim"),
}
"""None is a step that was not reached."""

CONCLUSIONS = {
    Conclusion.CONFORMING: ("✓", "conforming", "bold green"),
    Conclusion.NOT_CONFORMING: ("✗", "not conforming", "bold red"),
    Conclusion.PARTIAL: (
        "○",
        "no verdict: nothing that was selected failed, but a selection proves no conformance",
        "bold",
    ),
    Conclusion.ERROR: ("✗", "no verdict: the run was not completed", "bold red"),
}


def colour(style: str) -> str:
    """Name the colour of a style."""
    return style.rpartition(" ")[2]


def plain(text: str, style: str = "") -> Text:
    """Text that whoever wrote it cannot style: no markup, and nothing that a terminal obeys."""
    return Text(visible(text), style)
