from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from pulsecheck.report.cucumber_messages import render
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue


def decoded(verdict: Verdict, run: Run) -> list[tuple[str, Any]]:
    lines = render(verdict, run).splitlines()
    return [next(iter(msgspec.json.decode(line).items())) for line in lines]


@pytest.fixture
def messages(verdict: Verdict, run: Run) -> list[tuple[str, Any]]:
    return decoded(verdict, run)


def of(messages: list[tuple[str, Any]], kind: str) -> list[Any]:
    return [message for name, message in messages if name == kind]


def test_messages_are_in_the_order_of_a_run(messages: list[tuple[str, Any]]) -> None:
    kinds = [name for name, _ in messages]
    assert list(dict.fromkeys(kinds)) == [
        "meta",
        "gherkinDocument",
        "pickle",
        "testRunStarted",
        "testCase",
        "testCaseStarted",
        "testCaseFinished",
        "testStepStarted",
        "testStepFinished",
        "attachment",
        "testRunFinished",
    ]
    assert kinds.count("gherkinDocument") == 2
    assert kinds.count("pickle") == kinds.count("testCase") == kinds.count("testCaseStarted") == 7


def test_every_id_is_defined_before_it_is_referenced(messages: list[tuple[str, Any]]) -> None:
    def ids(value: Any) -> set[str]:
        if isinstance(value, dict):
            own = {value["id"]} if "id" in value else set()
            return own.union(*(ids(found) for found in value.values()))
        return set().union(*(ids(found) for found in value)) if isinstance(value, list) else set()

    def references(value: Any) -> set[str]:
        if isinstance(value, list):
            return set().union(*(references(found) for found in value))
        if not isinstance(value, dict):
            return set()
        names = {found for key, found in value.items() if key.endswith("Id")}
        lists = (found for key, found in value.items() if key.endswith("NodeIds"))
        return names.union(*lists, *(references(found) for found in value.values()))

    defined: set[str] = set()
    for _, message in messages:
        defined |= ids(message)
        assert references(message) <= defined


def test_the_failed_step_has_the_reason_and_later_steps_are_skipped(
    messages: list[tuple[str, Any]],
) -> None:
    results = [
        found["testStepResult"]
        for found in of(messages, "testStepFinished")
        if found["testCaseStartedId"] == "execution-3"
    ]
    assert [found["status"] for found in results] == ["PASSED", "FAILED", "SKIPPED"]
    assert results[1]["message"].startswith("failed: expected: it waits\nseen: [red]\\x1b[31m")


def test_the_timeline_is_attached_to_the_failed_step(messages: list[tuple[str, Any]]) -> None:
    (attached,) = of(messages, "attachment")
    assert attached["testStepId"] == "test-3-1"
    assert attached["body"].splitlines()[1].startswith("   0.4000  server    entry 4")
    assert attached["body"].endswith("-k 'on_stop_waits[websocket]'")


def test_the_attachment_has_the_evidence_wherever_it_is(catalogue: Catalogue, run: Run) -> None:
    failed = replace(run, records=(replace(run.records[3], evidence=(1,)),), collected=1)
    (attached,) = of(decoded(judge(catalogue, failed), failed), "attachment")
    assert attached["body"].splitlines()[1].startswith(" ✗ 0.1000  server    entry 1")


def test_timestamps_are_those_of_the_run(messages: list[tuple[str, Any]]) -> None:
    (started,), (finished,) = of(messages, "testRunStarted"), of(messages, "testRunFinished")
    assert started["timestamp"] == {"seconds": 1_767_323_045, "nanos": 0}
    assert finished["timestamp"] == {"seconds": 1_767_323_046, "nanos": 750_000_000}


def test_an_incomplete_run_is_not_a_success(catalogue: Catalogue, run: Run) -> None:
    broken = replace(run, records=(), initialized=None, error="no driver")
    (finished,) = of(decoded(judge(catalogue, broken), broken), "testRunFinished")
    assert finished["success"] is False
    assert finished["message"] == "no verdict: the run was not completed\nno driver"


def test_a_selection_without_failures_is_a_success(catalogue: Catalogue, run: Run) -> None:
    fine = replace(run, records=run.records[1:3], collected=2, partial=True)
    (finished,) = of(decoded(judge(catalogue, fine), fine), "testRunFinished")
    assert finished["success"] is True
