"""The content of the report page of a run, in the order of the page."""

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
from pulsecheck.report.text import known_failures, remarks, scenario_command, title
from pulsecheck.results.known_failures import KnownFailure
from pulsecheck.results.records import Run, ScenarioRecord, StepRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import RequirementStatus, RequirementVerdict, Verdict
from pulsecheck.shared.escaping import escape_unprintable
from pulsecheck.shared.timeline import SENTENCE
from pulsecheck.suite.requirements import Level

DOCUMENTATION = "https://docs.incari.com/incari-studio/2023.1/"
"""Address of the documentation that the requirements come from."""
NOT_PASSED = (
    ScenarioStatus.FAILED,
    ScenarioStatus.ERRORED,
    ScenarioStatus.UNSTABLE,
    ScenarioStatus.WARNING,
)
MOST_OPEN = 40
"""The maximum number of scenarios that are open, with their diagrams, when a page is loaded."""
WEB_ADDRESS = re.compile("https?://")
QUOTED = re.compile(r'("[^"]*")')
"""A quoted value in the sentence of a step. The page shows quoted values in bold."""


class Mark(msgspec.Struct, frozen=True):
    """A status for display: a symbol, the name of a colour, and a word."""

    symbol: str
    colour: str
    word: str


class SentenceView(msgspec.Struct, frozen=True, kw_only=True):
    """A step of a scenario. `at`: the seconds at which the step began, or empty if not reached."""

    mark: Mark
    keyword: str
    text: Markup
    at: str


class ScenarioView(msgspec.Struct, frozen=True, kw_only=True):
    """A scenario. `id` is unique on the page. `diagram` is empty if there is no timeline."""

    id: str
    title: str
    location: str
    mark: Mark
    seconds: str
    is_open: bool
    sentences: tuple[SentenceView, ...]
    findings: tuple[tuple[str, str], ...]
    observations: tuple[str, ...]
    command: str
    diagram: Markup


class RequirementView(msgspec.Struct, frozen=True, kw_only=True):
    """A requirement with its scenarios.

    `elsewhere` has the ids and titles of scenarios that the page shows under another requirement.
    `packed_diagrams` holds the compressed diagrams of scenarios that are not open. The page's
    script unpacks them.
    """

    id: str
    level: Level
    fact: str
    mark: Mark
    observations: tuple[str, ...]
    reasons: tuple[str, ...]
    is_open: bool
    scenarios: tuple[ScenarioView, ...]
    elsewhere: tuple[tuple[str, str], ...]
    packed_diagrams: str


class DocumentationPage(msgspec.Struct, frozen=True, kw_only=True):
    """A page of the documentation with its requirements."""

    path: str
    breadcrumb: str
    address: str
    requirements: tuple[RequirementView, ...]


def documentation_pages(verdict: Verdict, run: Run) -> tuple[DocumentationPage, ...]:
    """Group the requirements in the report by their page of the documentation.

    Each scenario appears only under its first requirement.
    """
    found = shown(verdict, run)
    first = _first_requirements(found, run)
    opened = _open_scenarios(verdict, run)
    paths = dict.fromkeys(each.requirement.page for each in found)
    return tuple(
        DocumentationPage(
            path=path,
            breadcrumb=breadcrumb(path),
            address=DOCUMENTATION + path,
            requirements=tuple(
                _requirement(each, verdict, run, first, opened)
                for each in found
                if each.requirement.page == path
            ),
        )
        for path in paths
    )


def breadcrumb(path: str) -> str:
    """Return the path of a documentation page with spaces between its parts."""
    return path.replace("/", " / ")


def counts(verdict: Verdict, run: Run) -> Iterator[tuple[Mark, int]]:
    """Yield the result of `tally`, with a mark for each status."""
    for status, count in tally(verdict, run):
        yield mark_of(status), count


def mark_of(status: RequirementStatus) -> Mark:
    symbol, style = MARKS[status]
    return Mark(symbol, colour(style), status)


def _first_requirements(found: Sequence[RequirementVerdict], run: Run) -> dict[str, str]:
    """Map each scenario's selector to its first requirement in `found`, or to an empty text."""
    ids = [each.requirement.id for each in found]
    return {
        record.selector: next((name for name in ids if name in record.requirements), "")
        for record in run.records
    }


def _open_scenarios(verdict: Verdict, run: Run) -> frozenset[str]:
    """Return the selectors of the scenarios to open when the page is loaded, at most MOST_OPEN.

    If several scenarios with the same requirements did not pass, open only the first of them.
    """
    first: dict[tuple[str, ...], str] = {}
    for record in run.records:
        if verdict.scenario_statuses[record.selector] in NOT_PASSED:
            first.setdefault(record.requirements, record.selector)
    return frozenset(list(first.values())[:MOST_OPEN])


def _requirement(
    found: RequirementVerdict,
    verdict: Verdict,
    run: Run,
    first: dict[str, str],
    opened: frozenset[str],
) -> RequirementView:
    requirement = found.requirement
    records = [record for record in run.records if requirement.id in record.requirements]
    scenarios = tuple(
        _scenario(record, verdict, run, is_open=record.selector in opened)
        for record in records
        if first[record.selector] == requirement.id
    )
    return RequirementView(
        id=requirement.id,
        level=requirement.level,
        fact=requirement.fact,
        mark=mark_of(found.status),
        observations=found.observations,
        reasons=tuple(remarks(found))[len(found.observations) :],
        is_open=any(record.selector in opened for record in records),
        scenarios=scenarios,
        elsewhere=tuple(
            (_id(record), title(record))
            for record in records
            if first[record.selector] != requirement.id
        ),
        packed_diagrams=_pack(
            ["" if scenario.is_open else scenario.diagram for scenario in scenarios]
        ),
    )


def _explained(known: KnownFailure) -> Markup:
    """Return the explanation of a known failure. If the issue is a web address, make it a link."""
    if not WEB_ADDRESS.match(known.issue):
        return escape(escape_unprintable(known.explanation))
    before, _, after = known.explanation.rpartition(known.issue)
    link = '{}<a href="{}" rel="noreferrer noopener">{}</a>{}'
    return Markup(link).format(*map(escape_unprintable, (before, known.issue, known.issue, after)))  # noqa: S704


def _id(record: ScenarioRecord) -> str:
    """Return a scenario's selector as an HTML id. Special characters become hexadecimal codes."""
    return re.sub(r"[^\w.-]", lambda found: f"_{ord(found[0]):x}", record.selector, flags=re.ASCII)


def _scenario(record: ScenarioRecord, verdict: Verdict, run: Run, *, is_open: bool) -> ScenarioView:
    status = verdict.scenario_statuses[record.selector]
    symbol, style = SCENARIO_MARKS[status]
    identifier = _id(record)
    return ScenarioView(
        id=identifier,
        title=title(record),
        location=f"{record.feature}:{record.line}",
        mark=Mark(symbol, colour(style), status),
        seconds=f"{record.seconds:.2f} s",
        is_open=is_open,
        sentences=tuple(found for each in record.runs for found in _sentences(each)),
        findings=tuple(_findings(record, verdict)),
        observations=record.observations,
        command=scenario_command(run, record),
        diagram=Markup().join(
            draw(each, f"{identifier}-{number}") for number, each in enumerate(record.runs)
        ),
    )


def _pack(diagrams: Sequence[str]) -> str:
    """Compress diagrams. A page has thousands of similar diagrams, and users open only a few."""
    if not any(diagrams):
        return ""
    return base64.b64encode(zlib.compress(json.dumps(diagrams).encode())).decode()


def _sentences(record: ScenarioRecord) -> Iterator[SentenceView]:
    reached = (entry.at for entry in record.timeline if entry.source == SENTENCE)
    for step in record.steps:
        symbol, style = STEP_MARKS[step.outcome]
        at = next(reached, None) if step.outcome is not None else None
        yield SentenceView(
            mark=Mark(symbol, colour(style), step.outcome or "not reached"),
            keyword=step.keyword,
            text=_text(step),
            at="" if at is None else f"{at:.3f}",
        )


def _text(step: StepRecord) -> Markup:
    """Return the sentence of a step with its quoted values in bold."""
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
    for each in record.runs:
        if each.expected:
            yield "expected", each.expected
            yield "seen", each.seen
        elif each.reason:
            yield status, each.reason
