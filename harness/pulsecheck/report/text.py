"""Texts about scenarios and timelines that several reports share. The texts are safe to print."""

import json
import shlex
from collections.abc import Iterator
from typing import Any

import msgspec

from pulsecheck.results.known_failures import KnownFailure
from pulsecheck.results.records import Outcome, Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import RequirementVerdict, Verdict
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.shared.timeline import SENTENCE, Entry
from pulsecheck.suite.feature_files import ScenarioSource

CONTEXT = 8
"""The number of entries that an excerpt shows before and after the scenario's last sentence."""
MOST_EVIDENCE = 10
"""The maximum number of entries of the evidence to show. The evidence may have many more."""
LONGEST_DETAILS = 200
"""The maximum number of characters to show of an entry's details."""
EMPTY_RESULT = "{}"
"""The result of a request that returns nothing."""

RUN_HEADINGS = ("first run", "other run")
"""Headings for the runs of an unstable scenario."""


def title(record: ScenarioRecord | ScenarioSource) -> str:
    """Return a scenario's name. If the scenario has an example, add its values in brackets."""
    _, bracket, values = record.selector.partition("[")
    return f"{record.name} {bracket}{values}".rstrip()


def remarks(found: RequirementVerdict) -> Iterator[str]:
    """Yield the choices seen, the reason for the status, and explanations of known failures."""
    yield from found.observations
    if found.reason:
        yield found.reason
    for known in found.known_failures:
        yield known.explanation


def known_failures(record: ScenarioRecord, verdict: Verdict) -> list[KnownFailure]:
    """Return the known-failures entries that explain a scenario's failure, without duplicates."""
    if verdict.scenario_statuses[record.selector] is not ScenarioStatus.KNOWN_FAILURE:
        return []
    entries = (entry for found in verdict.requirements for entry in found.known_failures)
    return list(dict.fromkeys(entry for entry in entries if entry.concerns(record)))


def reason(record: ScenarioRecord, verdict: Verdict) -> str:
    """Return the reason why a scenario did not pass.

    For a known failure, return the explanations from the known-failures file.
    """
    known = known_failures(record, verdict)
    return "; ".join(entry.explanation for entry in known) if known else record.reason


def scenario_command(run: Run, record: ScenarioRecord) -> str:
    """Return the shell command that runs one scenario again."""
    return escape_unprintable(shlex.join((*run.command, "-k", record.seen_in or record.selector)))


def implementation(run: Run) -> str:
    """Return the name and version of the implementation, or "no implementation was reached"."""
    if run.initialized is None:
        return "no implementation was reached"
    found = run.initialized.implementation
    return f"{found.name} {found.version}"


def rounds_summary(run: Run) -> str:
    """Summarize repeated rounds. Return an empty text for one round or an incomplete run."""
    if run.rounds == 1 or run.incomplete:
        return ""
    differing = sum(record.outcome is Outcome.UNSTABLE for record in run.records)
    unstable = f"{differing} scenario{'' if differing == 1 else 's'} had different outcomes"
    same = "every scenario had the same outcome in each round"
    return f"{run.rounds} rounds were run: {unstable if differing else same}"


# --- timelines --------------------------------------------------------------------------------


def details(entry: Entry) -> str:
    """Return an entry's details in one line of at most LONGEST_DETAILS characters."""
    shown = " ".join(f"{name}={text}" for name, text in detail_texts(entry).items())
    line = escape_unprintable(shown).replace("\n", "\\n")
    return line if len(line) <= LONGEST_DETAILS else f"{line[:LONGEST_DETAILS]}…"


def detail_texts(entry: Entry) -> dict[str, str]:
    """Return an entry's details as texts, without details that contain no information.

    The omitted details are None, an empty mapping, an empty result, and a node type that equals the
    node's name.
    """
    return {
        name: _text(value)
        for name, value in entry.details.items()
        if value is not None
        and value != {}
        and not (name == "result" and value == EMPTY_RESULT)
        and not (name == "type" and value == entry.details.get("node"))
    }


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def shorten(text: str, longest: int) -> str:
    """Return a text as one line of at most `longest` characters. Escape unprintable characters."""
    line = escape_unprintable(text[: longest + 1]).replace("\n", "\\n")
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


class Omission(msgspec.Struct, frozen=True):
    """Entries that an excerpt of a timeline leaves out."""

    count: int

    def __str__(self) -> str:
        entries = "entry" if self.count == 1 else "entries"
        return f"{self.count} {entries} left out (see the JSON report)"


def shown_evidence(record: ScenarioRecord) -> frozenset[int]:
    """Return the numbers of the first MOST_EVIDENCE entries that prove a failure."""
    return frozenset(sorted(record.evidence)[:MOST_EVIDENCE])


def excerpt(record: ScenarioRecord) -> Iterator[Entry | Omission]:
    """Yield the entries around a scenario's last sentence, and the entries that prove its failure.

    An Omission takes the place of entries that are left out.
    """
    sentences = [place for place, entry in enumerate(record.timeline) if entry.source == SENTENCE]
    last = max(sentences, default=0)
    evidence = shown_evidence(record)
    following = 0
    for place, entry in enumerate(record.timeline):
        if abs(place - last) <= CONTEXT or entry.number in evidence:
            yield from _omission(following, entry.number)
            yield entry
            following = entry.number + 1
    if record.timeline:
        yield from _omission(following, record.timeline[-1].number + 1)


def _omission(following: int, number: int) -> Iterator[Omission]:
    if number > following:
        yield Omission(number - following)


def marked_time(entry: Entry, record: ScenarioRecord) -> str:
    """Return an entry's time in seconds, marked with ✗ if the entry proves the failure."""
    return f"{'✗ ' if entry.number in record.evidence else ''}{entry.at:.4f}"


def log(record: ScenarioRecord, run: Run) -> str:
    """Return an excerpt of a scenario's timeline, and the command that runs the scenario again.

    Each entry of the excerpt is one line. For an unstable scenario, return an excerpt for each of
    its runs.
    """
    lines: list[str] = []
    for heading, each in zip(RUN_HEADINGS, record.runs, strict=False):
        if record.other is not None:
            lines.append(f"{heading}: {each.reason or Outcome.PASSED}")
        lines += [_line(part, each) for part in excerpt(each)]
    command = scenario_command(run, record)
    return escape_unprintable("\n".join([*lines, f"run it again: {command}"]))


def _line(part: Entry | Omission, record: ScenarioRecord) -> str:
    if isinstance(part, Omission):
        return f"{'…':>9}  {part}"
    time = marked_time(part, record)
    return f"{time:>9}  {part.source:<8}  {part.what}  {details(part)}".rstrip()
