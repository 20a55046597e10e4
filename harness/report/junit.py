"""JUnit XML, for build servers: a suite for each feature, a test case for each scenario."""

from collections.abc import Iterable

import msgspec

from harness.records import Run, ScenarioRecord
from harness.report.templates import template
from harness.report.text import implementation, log, title, why
from harness.standings import Standing
from harness.verdicts import Conclusion, Verdict

ELEMENTS = {
    Standing.PASSED: "",
    Standing.FAILED: "failure",
    Standing.ERRORED: "error",
    Standing.UNSTABLE: "error",
    Standing.NOT_APPLICABLE: "skipped",
    Standing.BLOCKED: "skipped",
    Standing.KNOWN_FAILURE: "skipped",
    Standing.NOT_OBSERVED: "skipped",
}
"""What a test case holds, by how its scenario stands."""


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A test case; `element` is what it holds: failure, error, skipped, or empty for nothing."""

    name: str
    seconds: str
    element: str
    type: str = ""
    message: str = ""
    text: str = ""
    output: str = ""
    requirements: tuple[str, ...] = ()


class Count(msgspec.Struct, frozen=True, kw_only=True):
    tests: int
    failures: int
    errors: int
    skipped: int


class Suite(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    seconds: str
    cases: tuple[Case, ...]
    count: Count


def render(verdict: Verdict, run: Run) -> bytes:
    """Write the report as XML, in UTF-8. A run without a verdict is a test case that errors."""
    features = dict.fromkeys(record.feature for record in run.records)
    suites = [_suite(name, run, verdict) for name in features]
    if verdict.conclusion in {Conclusion.ERROR, Conclusion.UNSTABLE}:
        suites.append(_run_suite(verdict, run))
    text = template("junit.xml.j2").render(
        suites=suites,
        total=_count(case for suite in suites for case in suite.cases),
        seconds=_seconds(run.seconds),
        began=run.began.isoformat(timespec="seconds") if run.began else "",
        implementation=implementation(run),
    )
    return text.encode()


def _suite(name: str, run: Run, verdict: Verdict) -> Suite:
    records = [record for record in run.records if record.feature == name]
    cases = tuple(_case(record, run, verdict) for record in records)
    seconds = sum(record.seconds for record in records)
    return Suite(name=name, seconds=_seconds(seconds), cases=cases, count=_count(cases))


def _run_suite(verdict: Verdict, run: Run) -> Suite:
    problems = "\n".join(verdict.problems)
    case = Case(
        name="the whole run",
        seconds=_seconds(run.seconds),
        element="error",
        type="no verdict",
        message=_first_line(problems),
        text=problems,
    )
    return Suite(name="run", seconds=case.seconds, cases=(case,), count=_count([case]))


def _case(record: ScenarioRecord, run: Run, verdict: Verdict) -> Case:
    standing = verdict.standings[record.selector]
    skipped = ELEMENTS[standing] == "skipped"
    return Case(
        name=f"{' '.join(record.requirements)} {title(record)}",
        seconds=_seconds(record.seconds),
        element=ELEMENTS[standing],
        type=_type(record, verdict),
        message=f"{standing}: {why(record, verdict)}" if skipped else _first_line(record.reason),
        text=record.reason,
        output="" if standing is Standing.PASSED else log(record, run),
        requirements=record.requirements,
    )


def _type(record: ScenarioRecord, verdict: Verdict) -> str:
    """How the requirements stand that a scenario shows: "STO-5 must: not met"."""
    return ", ".join(
        f"{found.requirement.id} {found.requirement.level}: {found.status}"
        for found in verdict.requirements
        if found.requirement.id in record.requirements
    )


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _count(cases: Iterable[Case]) -> Count:
    elements = [case.element for case in cases]
    return Count(
        tests=len(elements),
        failures=elements.count("failure"),
        errors=elements.count("error"),
        skipped=elements.count("skipped"),
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
