"""The marks, colours and words of all reports: what is added to a verdict needs a row here.

A style is one of the terminal, whose last word is the colour; other media have shades of their own
for green, red, yellow, cyan, magenta and dim.
"""

import msgspec
from rich.text import Text

from pulsecheck.results.records import Outcome, Run
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import Conclusion, RequirementStatus, Verdict
from pulsecheck.shared.escaping import escape_unprintable

MARKS = {
    RequirementStatus.MET: ("✓", "green"),
    RequirementStatus.NOT_MET: ("✗", "bold red"),
    RequirementStatus.KNOWN_FAILURE: ("≈", "magenta"),
    RequirementStatus.WARNING: ("!", "yellow"),
    RequirementStatus.UNSTABLE: ("~", "bold red"),
    RequirementStatus.OBSERVED: ("○", "cyan"),
    RequirementStatus.NOT_OBSERVED: ("·", "cyan"),
    RequirementStatus.NOT_SHOWN: ("?", "yellow"),
    RequirementStatus.NOT_APPLICABLE: ("-", "dim"),
}
SCENARIO_MARKS = {
    ScenarioStatus.PASSED: ("✓", "green"),
    ScenarioStatus.FAILED: ("✗", "bold red"),
    ScenarioStatus.ERRORED: ("✗", "bold red"),
    ScenarioStatus.UNSTABLE: ("~", "bold red"),
    ScenarioStatus.NOT_APPLICABLE: ("-", "dim"),
    ScenarioStatus.BLOCKED: ("?", "yellow"),
    ScenarioStatus.KNOWN_FAILURE: ("≈", "magenta"),
    ScenarioStatus.NOT_OBSERVED: ("·", "cyan"),
}
STEP_MARKS: dict[Outcome | None, tuple[str, str]] = {
    **{outcome: SCENARIO_MARKS[ScenarioStatus(outcome)] for outcome in Outcome},
    None: ("·", "dim"),
}
"""None is a step that was not reached."""


class Ending(msgspec.Struct, frozen=True):
    """A conclusion as it is told; `because` is empty if the words say all."""

    sign: str
    style: str
    words: str
    because: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.words, self.because)))


ENDINGS = {
    Conclusion.CONFORMING: Ending("✓", "bold green", "conforming"),
    Conclusion.KNOWN_FAILURES: Ending("≈", "bold magenta", "conforming but for known failures"),
    Conclusion.NOT_CONFORMING: Ending("✗", "bold red", "not conforming"),
    Conclusion.PARTIAL: Ending(
        "○",
        "bold",
        "no verdict",
        "nothing that was selected failed, but a selection proves no conformance",
    ),
    Conclusion.ERROR: Ending("✗", "bold red", "no verdict"),
    Conclusion.UNSTABLE: Ending(
        "~", "bold red", "unstable", "no verdict, since not every scenario ends the same each time"
    ),
}
SELECTION_WITH_KNOWN_FAILURES = Ending(
    "○",
    "bold",
    "no verdict",
    "nothing that was selected failed but for known failures, and a selection proves no "
    "conformance",
)
INCOMPLETE = Ending("✗", "bold red", "no verdict", "the run was not completed")


def ending(verdict: Verdict, run: Run) -> Ending:
    """Say what a run came to."""
    if verdict.conclusion is Conclusion.ERROR and run.incomplete:
        return INCOMPLETE
    if verdict.conclusion is Conclusion.PARTIAL and verdict.count(RequirementStatus.KNOWN_FAILURE):
        return SELECTION_WITH_KNOWN_FAILURES
    return ENDINGS[verdict.conclusion]


def colour(style: str) -> str:
    """Name the colour of a style."""
    return style.rpartition(" ")[2]


def plain(text: str, style: str = "") -> Text:
    """Text that whoever wrote it cannot style: no markup, and nothing that a terminal obeys."""
    return Text(escape_unprintable(text), style)


def one_line(*, cut: bool) -> Text:
    """Text to append to: cut to the line on a terminal, and whole in a file, which has room."""
    return Text(no_wrap=True, overflow="ellipsis") if cut else Text(overflow="fold")
