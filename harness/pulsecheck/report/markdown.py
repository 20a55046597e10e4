"""A summary in Markdown, as build servers show it beside a job."""

from collections.abc import Iterator

from markupsafe import escape

from pulsecheck.report.selection import shown, tally
from pulsecheck.report.style import MARKS, ending
from pulsecheck.report.text import implementation, log, remarks, rounds, shorten, title
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import RequirementStatus, RequirementVerdict, Verdict
from pulsecheck.shared.escaping import escape_unprintable

UNREMARKABLE = (RequirementStatus.MET, RequirementStatus.NOT_APPLICABLE)
WRONG = (ScenarioStatus.FAILED, ScenarioStatus.ERRORED, ScenarioStatus.UNSTABLE)
MOST = 50
"""Scenarios that are told in full: a summary has a limit of size where it is shown."""
LONGEST = 2_000
"""Characters of a text that are shown."""
HARMLESS = " .,:;'()"


def render(verdict: Verdict, run: Run) -> bytes:
    """Write the summary in GitHub's Markdown, in UTF-8, with a line feed at the end."""
    return ("\n".join(_lines(verdict, run)) + "\n").encode()


def text(words: str) -> str:
    """Text in one line that is no Markdown and no HTML, whoever wrote it."""
    line = escape_unprintable(words[:LONGEST]).replace("\n", " ")
    return "".join(c if c.isalnum() or c in HARMLESS else f"&#{ord(c)};" for c in line)


def _lines(verdict: Verdict, run: Run) -> Iterator[str]:
    end = ending(verdict, run)
    yield f"## {end.sign} {end}: {text(implementation(run))}"
    yield ""
    if verdict.problems:
        remark = "**This report is incomplete.** " if run.incomplete else ""
        yield f"{remark}It says nothing about conformance."
        yield ""
        yield from (f"- {text(problem)}" for problem in verdict.problems)
        yield ""
    yield " · ".join(f"{count} {status}" for status, count in tally(verdict, run))
    yield ""
    if told := rounds(run):
        yield told
        yield ""
    yield from _table([each for each in shown(verdict, run) if each.status not in UNREMARKABLE])
    wrong = [
        record for record in run.records if verdict.scenario_statuses[record.selector] in WRONG
    ]
    for record in wrong[:MOST]:
        yield from _scenario(record, run)
    if len(wrong) > MOST:
        yield f"{len(wrong) - MOST} more scenarios went wrong: the other reports have them."


def _table(found: list[RequirementVerdict]) -> Iterator[str]:
    if not found:
        return
    yield "| | requirement | level | verdict | fact |"
    yield "|---|---|---|---|---|"
    for each in found:
        requirement, (sign, _) = each.requirement, MARKS[each.status]
        notes = "".join(f"<br>{text(note)}" for note in remarks(each) if note)
        fact = f"{text(requirement.fact)}{notes}"
        yield f"| {sign} | {requirement.id} | {requirement.level} | {each.status} | {fact} |"
    yield ""


def _scenario(record: ScenarioRecord, run: Run) -> Iterator[str]:
    ids = " ".join(record.requirements)
    name = shorten(f"{ids} {title(record)}", LONGEST)
    reason = escape_unprintable(record.reason[:LONGEST])
    yield f"<details><summary>{escape(name)}</summary>"
    yield f"<pre>{escape(reason)}\n\n{escape(log(record, run))}</pre>"
    yield "</details>"
    yield ""
