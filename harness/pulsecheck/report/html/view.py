"""What the page shows, in the order in which it shows it."""

import base64
import json
import re
import zlib
from collections.abc import Iterator, Sequence

import msgspec
from markupsafe import Markup, escape

from pulsecheck.report.html.diagram import draw
from pulsecheck.report.selection import shown, tally
from pulsecheck.report.style import MARKS, SCENARIO_MARKS, STEP_MARKS, colour
from pulsecheck.report.text import again, known_failures, remarks, title
from pulsecheck.results.known_failures import KnownFailure
from pulsecheck.results.records import Run, ScenarioRecord, StepRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import RequirementStatus, RequirementVerdict, Verdict
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.shared.timeline import SENTENCE
from pulsecheck.suite.requirements import Level

DOCUMENTATION = "https://docs.incari.com/incari-studio/2023.1/"
"""The root of the documentation whose facts the catalogue states."""
WRONG = (ScenarioStatus.FAILED, ScenarioStatus.ERRORED, ScenarioStatus.UNSTABLE)
OPEN = 40
"""Scenarios that went wrong that are open, with their diagrams drawn, when the page is."""
ON_THE_WEB = re.compile("https?://")
QUOTED = re.compile(r'("[^"]*")')


class Mark(msgspec.Struct, frozen=True):
    """How something stands: a sign, the name of a colour, and the word for it."""

    sign: str
    colour: str
    word: str


class SentenceView(msgspec.Struct, frozen=True, kw_only=True):
    """`at` is when it was reached, empty if it was not."""

    mark: Mark
    keyword: str
    text: Markup
    at: str


class ScenarioView(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario; its diagram is empty if it has no timeline."""

    name: str
    title: str
    place: str
    mark: Mark
    seconds: str
    is_open: bool
    sentences: tuple[SentenceView, ...]
    findings: tuple[tuple[str, str], ...]
    observations: tuple[str, ...]
    again: str
    drawn: Markup


class RequirementView(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement with its scenarios; `elsewhere` names scenes under another requirement.

    `packed` are the diagrams of the scenes that are not open, for the page's script to unpack.
    """

    id: str
    level: Level
    fact: str
    mark: Mark
    observations: tuple[str, ...]
    reasons: tuple[str, ...]
    is_open: bool
    scenes: tuple[ScenarioView, ...]
    elsewhere: tuple[tuple[str, str], ...]
    packed: str


class PageView(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the documentation."""

    path: str
    breadcrumb: str
    address: str
    rows: tuple[RequirementView, ...]


def pages(verdict: Verdict, run: Run) -> tuple[PageView, ...]:
    """Group what is shown of a verdict by page; every scenario is there once."""
    found = shown(verdict, run)
    homes = _homes(found, run)
    openings = _openings(verdict, run)
    paths = dict.fromkeys(each.requirement.page for each in found)
    return tuple(
        PageView(
            path=path,
            breadcrumb=breadcrumb(path),
            address=DOCUMENTATION + path,
            rows=tuple(
                _row(each, verdict, run, homes, openings)
                for each in found
                if each.requirement.page == path
            ),
        )
        for path in paths
    )


def breadcrumb(path: str) -> str:
    """The way to a page, from the documentation's root."""
    return path.replace("/", " / ")


def counts(verdict: Verdict, run: Run) -> Iterator[tuple[Mark, int]]:
    """Count what is shown and part of the verdict, by each status that there is."""
    for status, count in tally(verdict, run):
        yield mark_of(status), count


def mark_of(status: RequirementStatus) -> Mark:
    sign, style = MARKS[status]
    return Mark(sign, colour(style), status)


def _homes(found: Sequence[RequirementVerdict], run: Run) -> dict[str, str]:
    """Map each scenario to the first of its requirements that is shown."""
    ids = [each.requirement.id for each in found]
    return {
        record.selector: next((name for name in ids if name in record.requirements), "")
        for record in run.records
    }


def _openings(verdict: Verdict, run: Run) -> frozenset[str]:
    """The first scenario that went wrong of each requirement: it is open when the page is."""
    first: dict[tuple[str, ...], str] = {}
    for record in run.records:
        if verdict.scenario_statuses[record.selector] in WRONG:
            first.setdefault(record.requirements, record.selector)
    return frozenset(list(first.values())[:OPEN])


def _row(
    found: RequirementVerdict,
    verdict: Verdict,
    run: Run,
    homes: dict[str, str],
    openings: frozenset[str],
) -> RequirementView:
    requirement = found.requirement
    records = [record for record in run.records if requirement.id in record.requirements]
    scenes = tuple(
        _scene(record, verdict, run, is_open=record.selector in openings)
        for record in records
        if homes[record.selector] == requirement.id
    )
    return RequirementView(
        id=requirement.id,
        level=requirement.level,
        fact=requirement.fact,
        mark=mark_of(found.status),
        observations=found.observations,
        reasons=tuple(remarks(found))[len(found.observations) :],
        is_open=any(record.selector in openings for record in records),
        scenes=scenes,
        elsewhere=tuple(
            (_name(record), title(record))
            for record in records
            if homes[record.selector] != requirement.id
        ),
        packed=_pack(["" if scene.is_open else scene.drawn for scene in scenes]),
    )


def _explained(known: KnownFailure) -> Markup:
    """The explanation of a known failure, in which an address on the web is a link."""
    if not ON_THE_WEB.match(known.issue):
        return escape(escape_unprintable(known.explanation))
    before, _, after = known.explanation.rpartition(known.issue)
    link = '{}<a href="{}" rel="noreferrer noopener">{}</a>{}'
    return Markup(link).format(*map(escape_unprintable, (before, known.issue, known.issue, after)))  # noqa: S704


def _name(record: ScenarioRecord) -> str:
    """Name a scenario in addresses and ids, where not every character may be."""
    return re.sub(r"[^\w.-]", lambda found: f"_{ord(found[0]):x}", record.selector, flags=re.ASCII)


def _scene(record: ScenarioRecord, verdict: Verdict, run: Run, *, is_open: bool) -> ScenarioView:
    status = verdict.scenario_statuses[record.selector]
    sign, style = SCENARIO_MARKS[status]
    name = _name(record)
    return ScenarioView(
        name=name,
        title=title(record),
        place=f"{record.feature}:{record.line}",
        mark=Mark(sign, colour(style), status),
        seconds=f"{record.seconds:.2f} s",
        is_open=is_open,
        sentences=tuple(found for time in record.runs for found in _sentences(time)),
        findings=tuple(_findings(record, verdict)),
        observations=record.observations,
        again=again(run, record),
        drawn=Markup().join(
            draw(time, f"{name}-{place}") for place, time in enumerate(record.runs)
        ),
    )


def _pack(drawings: Sequence[str]) -> str:
    """Compress drawings, which are much alike: thousands are on a page, and few are looked at."""
    if not any(drawings):
        return ""
    return base64.b64encode(zlib.compress(json.dumps(drawings).encode())).decode()


def _sentences(record: ScenarioRecord) -> Iterator[SentenceView]:
    reached = (entry.at for entry in record.timeline if entry.source == SENTENCE)
    for step in record.steps:
        sign, style = STEP_MARKS[step.outcome]
        at = next(reached, None) if step.outcome is not None else None
        yield SentenceView(
            mark=Mark(sign, colour(style), step.outcome or "not reached"),
            keyword=step.keyword,
            text=_values(step),
            at="" if at is None else f"{at:.3f}",
        )


def _values(step: StepRecord) -> Markup:
    """Set the values of a sentence apart from its words."""
    parts = QUOTED.split(escape_unprintable(step.text))
    return Markup().join(
        Markup("<b>{}</b>").format(part) if place % 2 else escape(part)
        for place, part in enumerate(parts)
    )


def _findings(record: ScenarioRecord, verdict: Verdict) -> Iterator[tuple[str, str]]:
    status = verdict.scenario_statuses[record.selector]
    for entry in known_failures(record, verdict):
        yield status, _explained(entry)
    if record.other is not None:
        yield status, record.reason.partition("\n")[0]
    for time in record.runs:
        if time.expected:
            yield "expected", time.expected
            yield "seen", time.seen
        elif time.reason:
            yield status, time.reason
