"""How scenarios and their timelines are put into words, safe to show whoever wrote them."""

import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from pulsecheck.results.known_failures import KnownFailure
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import RequirementVerdict, Verdict
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.shared.timeline import SENTENCE, Entry
from pulsecheck.suite.feature_files import ScenarioSource

AROUND = 8
"""How many entries of the timeline are shown on each side of a scenario's last sentence."""
LONGEST = 200
"""Characters of an entry's details that are shown."""

TIMES = ("the first time", "the other time")
"""Headings for the two ways in which an unstable scenario ended."""


def title(record: ScenarioRecord | ScenarioSource) -> str:
    """Name a scenario, with the values of its example in brackets if it has any."""
    _, bracket, values = record.selector.partition("[")
    return f"{record.name} {bracket}{values}".rstrip()


def remarks(found: RequirementVerdict) -> Iterator[str]:
    """Say which choices were seen, why nothing was shown, or why it is known to fail."""
    yield from found.observations
    if found.reason:
        yield found.reason
    for known in found.known_failures:
        yield known.explanation


def known_failures(record: ScenarioRecord, verdict: Verdict) -> list[KnownFailure]:
    """The entries that make a scenario's failure a known one, each once."""
    if verdict.scenario_statuses[record.selector] is not ScenarioStatus.KNOWN_FAILURE:
        return []
    entries = (entry for found in verdict.requirements for entry in found.known_failures)
    return list(dict.fromkeys(entry for entry in entries if entry.concerns(record)))


def why(record: ScenarioRecord, verdict: Verdict) -> str:
    """Why a scenario did not pass; of a known failure, what its entries say."""
    known = known_failures(record, verdict)
    return "; ".join(entry.explanation for entry in known) if known else record.reason


def again(run: Run, record: ScenarioRecord) -> str:
    """Give the command that runs a scenario again."""
    return escape_unprintable(shlex.join((*run.command, "-k", record.selector)))


def implementation(run: Run) -> str:
    """Name the implementation and its version; say so if none was reached."""
    if run.initialized is None:
        return "no implementation was reached"
    found = run.initialized.implementation
    return f"{found.name} {found.version}"


def rounds(run: Run) -> str:
    """Say what came of running everything several times; empty unless that was completed."""
    if run.rounds == 1 or run.incomplete:
        return ""
    differing = sum(record.outcome is Outcome.UNSTABLE for record in run.records)
    found = f"{differing} {'scenario' if differing == 1 else 'scenarios'} did not end the same"
    each = found if differing else "every scenario ended the same"
    return f"{run.rounds} rounds were run, and {each} each time"


def details(entry: Entry) -> str:
    """Put an entry's details in one line, cut to what can be read."""
    shown = " ".join(f"{key}={_worded(value)}" for key, value in entry.details.items())
    line = escape_unprintable(shown).replace("\n", "\\n")
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def _worded(value: Any) -> str:
    """A detail as text; a mapping or a list as compact JSON."""
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)


def shorten(text: str, longest: int) -> str:
    """Text in one line, of so many characters at the most."""
    line = escape_unprintable(text[: longest + 1]).replace("\n", "\\n")
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def log(record: ScenarioRecord, run: Run) -> str:
    """Give the timeline where a scenario went wrong, a line each, and the command for it.

    Of one that is unstable it gives both timelines.
    """
    lines: list[str] = []
    for heading, time in zip(TIMES, record.runs, strict=False):
        lines += [f"{heading}: {time.reason or Outcome.PASSED}"] if record.other else []
        lines += [
            f"{entry.at:9.4f}  {entry.source:<8}  {entry.what}  {details(entry)}".rstrip()
            for entry in excerpt(time.timeline).entries
        ]
    return escape_unprintable("\n".join([*lines, f"run it again: {again(run, record)}"]))


class Excerpt(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a timeline; `earlier` and `later` entries are left out."""

    earlier: int
    entries: tuple[Entry, ...]
    later: int


def excerpt(timeline: Sequence[Entry]) -> Excerpt:
    """Take the entries around a scenario's last sentence: that is where it went wrong."""
    sentences = [place for place, entry in enumerate(timeline) if entry.source == SENTENCE]
    middle = max(sentences, default=0)
    first = max(0, middle - AROUND)
    shown = tuple(timeline[first : middle + AROUND + 1])
    return Excerpt(earlier=first, entries=shown, later=len(timeline) - first - len(shown))
