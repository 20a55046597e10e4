from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from msgspec.structs import replace

from pulsecheck.report.junit import render
from pulsecheck.results.judgement import judge
from pulsecheck.results.known_failures import KnownFailure, KnownFailures
from pulsecheck.results.records import Outcome, Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue

SHOWN = "[red]\\x1b[31m\\x00<&]]>"


@pytest.fixture
def root(verdict: Verdict, run: Run) -> Xml.Element:
    return Xml.fromstring(render(verdict, run))  # noqa: S314 - our own output


def case(root: Xml.Element, name: str) -> Xml.Element:
    return next(found for found in root.iter("testcase") if str(found.get("name")).endswith(name))


def test_each_feature_is_a_suite(root: Xml.Element) -> None:
    assert [suite.get("name") for suite in root] == ["stop.feature", "b.feature"]


def test_the_scenarios_are_counted(root: Xml.Element) -> None:
    assert root.attrib == {
        "name": "pulsecheck",
        "tests": "7",
        "failures": "1",
        "errors": "0",
        "skipped": "4",
        "time": "7.830",
        "timestamp": "2026-01-02T03:04:05+00:00",
    }


def test_each_suite_counts_its_own_scenarios(root: Xml.Element) -> None:
    counts = [
        [suite.get(name) for name in ("tests", "failures", "errors", "skipped", "time")]
        for suite in root
    ]
    assert counts == [["6", "1", "0", "3", "1.500"], ["1", "0", "0", "1", "0.250"]]


def test_the_case_of_a_passed_scenario_has_only_its_requirement(root: Xml.Element) -> None:
    found = case(root, "The client leaves")
    assert (found.get("classname"), found.get("time")) == ("stop.feature", "0.250")
    assert [element.tag for element in found] == ["properties"]
    assert [prop.attrib for prop in found[0]] == [{"name": "requirement", "value": "STO-2"}]


def test_a_failure_has_what_was_expected_and_seen(root: Xml.Element) -> None:
    failure = case(root, "On Stop waits [websocket]").find("failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message")) == (
        "STO-5 must: not met",
        "expected: it waits",
    )
    assert failure.text == f"expected: it waits\nseen: {SHOWN}"


def test_a_scenario_that_did_not_pass_has_its_timeline_and_command(root: Xml.Element) -> None:
    output = case(root, "On Stop waits [websocket]").findtext("system-out", "").splitlines()
    assert output[:2] == [
        "        …  4 entries left out (see the JSON report)",
        f"   0.4000  server    entry 4  message={SHOWN}",
    ]
    assert output[-1] == (
        "run it again: pulsecheck check --implementation 'node driver.js' "
        "-k 'on_stop_waits[websocket]'"
    )


def test_a_failure_has_its_evidence_marked_wherever_it_is(catalogue: Catalogue, run: Run) -> None:
    failed = replace(run, records=(replace(run.records[3], evidence=(1,)),))
    root = Xml.fromstring(render(judge(catalogue, failed), failed))  # noqa: S314 - our own output
    output = case(root, "On Stop waits [websocket]").findtext("system-out", "").splitlines()
    assert output[:3] == [
        "        …  1 entry left out (see the JSON report)",
        f" ✗ 0.1000  server    entry 1  message={SHOWN}",
        "        …  2 entries left out (see the JSON report)",
    ]


def test_the_name_of_a_case_begins_with_the_requirement(root: Xml.Element) -> None:
    names = [found.get("name") for found in root.iter("testcase")]
    assert names[3] == "STO-5 On Stop waits [websocket]"


def test_a_failed_should_is_no_failure_because_it_does_not_count(root: Xml.Element) -> None:
    skipped = case(root, "A lost network").find("skipped")
    assert skipped is not None
    assert skipped.get("type") == "STO-9 should: warning"


def test_a_failed_should_is_a_failure_if_every_failure_counts(
    catalogue: Catalogue, run: Run
) -> None:
    strict = render(judge(catalogue, run, strict=True), run)
    selected = replace(run, partial=True)
    for written in (strict, render(judge(catalogue, selected), selected)):
        root = Xml.fromstring(written)  # noqa: S314 - our own output
        assert case(root, "A lost network").find("failure") is not None


def test_the_error_of_a_silent_scenario_does_not_count(root: Xml.Element) -> None:
    skipped = case(root, "Stop twice").find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "warning: the driver exited"


def test_the_properties_name_the_conclusion_and_the_warnings(root: Xml.Element) -> None:
    found = root.iterfind("testsuite[1]/properties/property")
    named = [(str(each.get("name")), str(each.get("value"))) for each in found]
    assert named[1:] == [("conclusion", "not conforming"), ("warning", "STO-9")]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("A disabled node", "not applicable: not declared: linking"),
        ("A restart", "blocked: builds on STO-5, which failed"),
    ],
)
def test_a_scenario_that_did_not_run_is_skipped_with_the_reason(
    root: Xml.Element, name: str, message: str
) -> None:
    skipped = case(root, name).find("skipped")
    assert skipped is not None
    assert skipped.get("message") == message


def test_the_name_of_the_implementation_is_escaped(root: Xml.Element) -> None:
    prop = root.find("testsuite/properties/property")
    assert prop is not None
    assert prop.attrib == {"name": "implementation", "value": f"small {SHOWN} 1.2"}


def test_a_run_without_a_verdict_has_a_case_with_an_error(catalogue: Catalogue, run: Run) -> None:
    broken = replace(run, initialized=None, records=(), error="no driver\nStart it.")
    root = Xml.fromstring(render(judge(catalogue, broken), broken))  # noqa: S314 - our own output
    assert (root.get("tests"), root.get("errors")) == ("1", "1")
    error = case(root, "the whole run").find("error")
    assert error is not None
    assert (error.get("type"), error.get("message"), error.text) == (
        "no verdict",
        "no driver",
        "no driver\nStart it.",
    )


def test_a_run_with_a_verdict_has_no_such_case(root: Xml.Element) -> None:
    assert all(found.get("name") != "the whole run" for found in root.iter("testcase"))


def test_the_file_declares_utf_8(verdict: Verdict, run: Run) -> None:
    unusual = replace(run, records=(replace(run.records[3], name="Ümläut ✓"),))
    written = render(verdict, unusual)
    assert written.startswith(b'<?xml version="1.0" encoding="UTF-8"?>\n')
    assert "Ümläut ✓".encode() in written


def test_a_known_failure_is_skipped_with_its_reason(catalogue: Catalogue, run: Run) -> None:
    known = KnownFailures(
        Path("known.toml"), (KnownFailure(requirement="STO-5", reason="<early>"),)
    )
    root = Xml.fromstring(render(judge(catalogue, run, known), run))  # noqa: S314 - our own output
    skipped = case(root, "On Stop waits [websocket]").find("skipped")
    assert skipped is not None
    assert skipped.attrib == {
        "type": "STO-5 must: known failure",
        "message": "known failure: <early>",
    }
    assert (root.get("failures"), root.get("skipped")) == ("0", "5")


def test_a_may_whose_scenario_failed_is_skipped(catalogue: Catalogue, run: Run) -> None:
    probe = replace(run.records[2], outcome=Outcome.FAILED, reason="no")
    failed = replace(run, records=(probe,), collected=1)
    root = Xml.fromstring(render(judge(catalogue, failed), failed))  # noqa: S314 - our own output
    skipped = case(root, "Whether it waits").find("skipped")
    assert skipped is not None
    assert skipped.attrib == {"type": "STO-4 may: not observed", "message": "not observed: no"}
