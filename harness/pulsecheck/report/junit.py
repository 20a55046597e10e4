"""JUnit XML for build servers, with a suite for each feature and a case for each scenario."""

from collections.abc import Iterable

import msgspec

from pulsecheck.report.style import headline
from pulsecheck.report.templates import template
from pulsecheck.report.text import implementation, log, reason, title
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
    ScenarioStatus.WARNING: "skipped",
}
"""The name of the XML element in a test case, by the status of the scenario. Empty: no element."""


class TestCase(msgspec.Struct, frozen=True, kw_only=True):
    """A test case. `element`: the name of the XML element in the test case, or empty if passed."""

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
    cases: tuple[TestCase, ...]
    count: TestCount


def render(verdict: Verdict, run: Run) -> bytes:
    """Return the report as XML, in UTF-8.

    A run without a verdict has an additional test case with an error.
    """
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
        conclusion=headline(verdict, run),
        warnings=verdict.warnings,
    )
    return text.encode()


def _suite(name: str, run: Run, verdict: Verdict) -> TestSuite:
    records = [record for record in run.records if record.feature == name]
    cases = tuple(_case(record, run, verdict) for record in records)
    seconds = sum(record.seconds for record in records)
    return TestSuite(name=name, seconds=_seconds(seconds), cases=cases, count=_count(cases))


def _run_suite(verdict: Verdict, run: Run) -> TestSuite:
    problems = "\n".join(verdict.problems)
    case = TestCase(
        name="the whole run",
        seconds=_seconds(run.seconds),
        element="error",
        type="no verdict",
        message=_first_line(problems),
        text=problems,
    )
    return TestSuite(name="run", seconds=case.seconds, cases=(case,), count=_count([case]))


def _case(record: ScenarioRecord, run: Run, verdict: Verdict) -> TestCase:
    status = verdict.scenario_statuses[record.selector]
    skipped = ELEMENTS[status] == "skipped"
    return TestCase(
        name=f"{' '.join(record.requirements)} {title(record)}",
        seconds=_seconds(record.seconds),
        element=ELEMENTS[status],
        type=_type(record, verdict),
        message=f"{status}: {reason(record, verdict)}" if skipped else _first_line(record.reason),
        text=record.reason,
        output="" if status is ScenarioStatus.PASSED else log(record, run),
        requirements=record.requirements,
    )


def _type(record: ScenarioRecord, verdict: Verdict) -> str:
    """Return the requirements of a scenario with their statuses, as in "STO-5 must: not met"."""
    return ", ".join(
        f"{found.requirement.id} {found.requirement.level}: {found.status}"
        for found in verdict.requirements
        if found.requirement.id in record.requirements
    )


def _first_line(text: str) -> str:
    return text.partition("\n")[0]


def _count(cases: Iterable[TestCase]) -> TestCount:
    elements = [case.element for case in cases]
    return TestCount(
        tests=len(elements),
        failures=elements.count("failure"),
        errors=elements.count("error"),
        skipped=elements.count("skipped"),
    )


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"
