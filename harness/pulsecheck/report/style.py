"""Marks, colours and words that all reports share, in a table for each kind of status.

A new status or conclusion needs a row in the table for its kind. A style is a style of the library
rich, and its last word is the colour. Formats other than the terminal report map the colours green,
red, yellow, cyan, magenta and dim to their own shades.
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
    ScenarioStatus.WARNING: ("!", "yellow"),
}
STEP_MARKS: dict[Outcome | None, tuple[str, str]] = {
    **{outcome: SCENARIO_MARKS[ScenarioStatus(outcome)] for outcome in Outcome},
    None: ("·", "dim"),
}
"""None is the outcome of a step that was not reached."""


class Headline(msgspec.Struct, frozen=True):
    """A run's conclusion for display. `explanation` is empty if `words` need no explanation."""

    symbol: str
    style: str
    words: str
    explanation: str = ""

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.words, self.explanation)))


HEADLINES = {
    Conclusion.CONFORMING: Headline("✓", "bold green", "conforming"),
    Conclusion.KNOWN_FAILURES: Headline("≈", "bold magenta", "conforming but for known failures"),
    Conclusion.NOT_CONFORMING: Headline("✗", "bold red", "not conforming"),
    Conclusion.PARTIAL: Headline(
        "○",
        "bold",
        "no verdict",
        "no scenario of the selection failed, but a selection cannot prove conformance",
    ),
    Conclusion.SELECTION_FAILED: Headline(
        "✗",
        "bold red",
        "failed",
        "scenarios of the selection failed, but none that tests a must requirement",
    ),
    Conclusion.ERROR: Headline("✗", "bold red", "no verdict"),
    Conclusion.UNSTABLE: Headline(
        "~", "bold red", "unstable", "no verdict, because a scenario had different outcomes"
    ),
}
SELECTION_WITH_KNOWN_FAILURES = Headline(
    "○",
    "bold",
    "no verdict",
    "apart from known failures, no scenario of the selection failed, but a selection cannot prove "
    "conformance",
)
INCOMPLETE = Headline("✗", "bold red", "no verdict", "the run was not completed")


WITH_WARNINGS = (Conclusion.CONFORMING, Conclusion.KNOWN_FAILURES)
"""Conclusions whose headlines contain the number of warnings."""


def headline(verdict: Verdict, run: Run) -> Headline:
    """Return the headline of a run, with the number and the ids of the warnings."""
    if verdict.conclusion is Conclusion.ERROR and run.incomplete:
        return INCOMPLETE
    if verdict.conclusion is Conclusion.PARTIAL and verdict.count(RequirementStatus.KNOWN_FAILURE):
        return SELECTION_WITH_KNOWN_FAILURES
    found = HEADLINES[verdict.conclusion]
    count = len(verdict.warnings)
    if not count or verdict.conclusion not in WITH_WARNINGS:
        return found
    words = f"{found.words}, {count} warning{'' if count == 1 else 's'}"
    return Headline("!", "bold yellow", words, ", ".join(verdict.warnings))


def colour(style: str) -> str:
    """Return the colour of a style."""
    return style.rpartition(" ")[2]


def plain(text: str, style: str = "") -> Text:
    """Return text without markup, in which unprintable characters are escaped."""
    return Text(escape_unprintable(text), style)


def one_line(*, cut: bool) -> Text:
    """Return an empty text, to which the caller appends.

    With `cut`, the console cuts the text at the console's width. Otherwise the console wraps it.
    """
    return Text(no_wrap=True, overflow="ellipsis") if cut else Text(overflow="fold")
