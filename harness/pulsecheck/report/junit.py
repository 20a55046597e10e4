"""JUnit XML, for build servers: a suite for each feature, a test case for each scenario."""

from collections.abc import Iterable

import msgspec

from pulsecheck.report.templates import template
from pulsecheck.report.text import implementation, log, title, why
from pulsecheck.results.records import Run, ScenarioRecord
from pulsecheck.results.scenario_status import ScenarioStatus
from pulsecheck.results.verdict import Conclusion, Verdict

ELEMENTS = {
    ScenarioStatus.PASSED: "",
    ScenarioStatus.FAILED: "failure",
    ScenarioStatus.ERRORED: "error",
    ScenarioStatus.UNSTABLE: "error",
    ScenarioStatus.NOT_APPLICABLE: "skipped",
    ScenarioStatus.BLOCKED: "skipped",
    ScenarioStatus.KNOWN_FAILURE: "skipped",
    ScenarioStatus.NOT_OBSERVED: "skipped",
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


class TestCount(msgspec.Struct, frozen=True, kw_only=True):
    tests: int
    failures: int
    errors: int
    skipped: int


class TestSuite(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    seconds: str
    cases: tuple[Case, ...]
    count: TestCount


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


def _suite(name: str, run: Run, verdict: Verdict) -> TestSuite:
    records = [record for record in run.records if record.feature == name]
    cases = tuple(_case(record, run, verdict) for record in records)
    seconds = sum(record.seconds for record in records)
    return TestSuite(name=name, seconds=_seconds(seconds), cases=cases, count=_count(cases))


def _run_suite(verdict: Verdict, run: Run) -> TestSuite:
    problems = "\n".join(verdict.problems)
    case = Case(
        name="the whole run",
        seconds=_seconds(run.seconds),
        element="error",
        type="no verdict",
        message=_first_line(problems),
        text=problems,
    )
    return TestSuite(name="run", seconds=case.seconds, cases=(case,), count=_count([case]))


def _case(record: ScenarioRecord, run: Run, verdict: Verdict) -> Case:
    status = verdict.scenario_statuses[record.selector]
    skipped = ELEMENTS[status] == "skipped"
    return Case(
        name=f"{' '.join(record.requirements)} {title(record)}",
        seconds=_seconds(record.seconds),
        element=ELEMENTS[status],
        type=_type(record, verdict),
        message=f"{status}: {why(record, verdict)}" if skipped else _first_line(record.reason),
        text=record.reason,
        output="" if status is ScenarioStatus.PASSED else log(record, run),
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


def _count(cases: Iterable[Case]) -> TestCount:
    elements = [case.element for case in cases]
    return TestCount(
        tests=len(elements),
        failures=elements.count("failure"),
        errors=elements.count("error"),
        skipped=elements.count("skipped"),
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
