"""A summary in Markdown, which build servers show with a job."""

from collections.abc import Iterator

from markupsafe import escape

from pulsecheck.report.selection import shown, tally
from pulsecheck.report.style import MARKS, headline
from pulsecheck.report.text import implementation, log, remarks, rounds_summary, shorten, title
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import RequirementStatus, RequirementVerdict, Verdict
from pulsecheck.shared.escaping import escape_unprintable

OMITTED = (RequirementStatus.MET, RequirementStatus.NOT_APPLICABLE)
NOT_PASSED = (
    ScenarioStatus.FAILED,
    ScenarioStatus.ERRORED,
    ScenarioStatus.UNSTABLE,
    ScenarioStatus.WARNING,
)
MOST_SCENARIOS = 50
"""The maximum number of scenarios to show in full. GitHub limits the size of a job summary."""
LONGEST_TEXT = 2_000
"""The maximum number of characters of a text that are shown."""
UNESCAPED = " .,:;'()"
"""Characters besides letters and digits that have no special meaning in Markdown or HTML."""


def render(verdict: Verdict, run: Run) -> bytes:
    """Return the summary in GitHub's Markdown, in UTF-8, with a line feed at the end."""
    return ("\n".join(_lines(verdict, run)) + "\n").encode()


def escape_markdown(text: str) -> str:
    """Return a text in one line. Escape the characters that have a special meaning in Markdown."""
    line = escape_unprintable(text[:LONGEST_TEXT]).replace("\n", " ")
    return "".join(c if c.isalnum() or c in UNESCAPED else f"&#{ord(c)};" for c in line)


def _lines(verdict: Verdict, run: Run) -> Iterator[str]:
    found = headline(verdict, run)
    yield f"## {found.symbol} {found}: {escape_markdown(implementation(run))}"
    yield ""
    if verdict.problems:
        remark = "**This report is incomplete.** " if run.incomplete else ""
        yield f"{remark}It says nothing about conformance."
        yield ""
        yield from (f"- {escape_markdown(problem)}" for problem in verdict.problems)
        yield ""
    yield " · ".join(f"{count} {status}" for status, count in tally(verdict, run))
    yield ""
    if rounds := rounds_summary(run):
        yield rounds
        yield ""
    yield from _table([each for each in shown(verdict, run) if each.status not in OMITTED])
    not_passed = [
        record for record in run.records if verdict.scenario_statuses[record.selector] in NOT_PASSED
    ]
    for record in not_passed[:MOST_SCENARIOS]:
        yield from _scenario(record, run)
    if more := not_passed[MOST_SCENARIOS:]:
        yield f"{len(more)} more scenarios did not pass. The other reports show them."


def _table(found: list[RequirementVerdict]) -> Iterator[str]:
    if not found:
        return
    yield "| | requirement | level | verdict | fact |"
    yield "|---|---|---|---|---|"
    for each in found:
        requirement, (symbol, _) = each.requirement, MARKS[each.status]
        notes = "".join(f"<br>{escape_markdown(note)}" for note in remarks(each) if note)
        fact = f"{escape_markdown(requirement.fact)}{notes}"
        yield f"| {symbol} | {requirement.id} | {requirement.level} | {each.status} | {fact} |"
    yield ""


def _scenario(record: ScenarioRecord, run: Run) -> Iterator[str]:
    ids = " ".join(record.requirements)
    name = shorten(f"{ids} {title(record)}", LONGEST_TEXT)
    reason = escape_unprintable(record.reason[:LONGEST_TEXT])
    yield f"<details><summary>{escape(name)}</summary>"
    yield f"<pre>{escape(reason)}\n\n{escape(log(record, run))}</pre>"
    yield "</details>"
    yield ""
