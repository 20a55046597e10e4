"""A mistake in a step definition is an error of the suite, not a failed implementation."""

import sys
from pathlib import Path
from typing import Any

import pytest

from check_command import CheckResult, run_check

FAULTY_STEPS = (sys.executable, str(Path(__file__).parents[1] / "support" / "faulty_steps.py"))
CATALOGUE = """
[[requirement]]
id = "STO-5"
level = "must"
fact = "On Stop waits."
page = "events/onsocketiostop"
"""
EMPTY = (
    "asserted nothing, so it always passes\n"
    "  Call a method of the world that waits for, watches, requires or notes something."
)
BROKEN = "error in the harness: "
SOUND = "Then a true condition is required"
ERRORED = {
    "Then nothing is asserted": f'the step "nothing is asserted" {EMPTY}',
    f"{SOUND}\nAnd nothing is asserted": f'the step "nothing is asserted" {EMPTY}',
    f"{SOUND}\nBut nothing is asserted\nAnd a true condition is required": EMPTY,
    "Then the answer is ignored": f'the step "the answer is ignored" {EMPTY}',
    "Then a table without rows is read\n| name |": EMPTY,
    "Then a key is missing": f"{BROKEN}KeyError: 'none of that name' (faulty_steps.py:",
    "Then a watch reads a missing detail": f"{BROKEN}KeyError: 'absent' (faulty_steps.py:",
    "Then a bare assertion does not hold": f"{BROKEN}AssertionError: ",
    "Then the rest is skipped": f"{BROKEN}Skipped: not today",
    f"{SOUND}\nAnd it is expected to fail": f"{BROKEN}XFailed: some day",
}


def feature(*thens: str) -> str:
    return "Feature: Stop\n" + "".join(
        f"@must @STO-5\nScenario: number {number:02}\nGiven a plan\nWhen nothing is done\n{then}\n"
        for number, then in enumerate(thens)
    )


def check(folder: Path, text: str) -> CheckResult:
    features = folder / "features"
    features.mkdir()
    (features / "requirements.toml").write_text(CATALOGUE)
    (features / "stop.feature").write_text(text)
    report = folder / "conformance.json"
    return run_check(folder, report, "--features", str(features), command=FAULTY_STEPS)


def test_a_step_that_asserts_something_passes(tmp_path: Path) -> None:
    checked = check(tmp_path, feature(SOUND))
    assert (checked.code, checked.conclusion) == (0, "conforming"), checked.text


@pytest.fixture(scope="module")
def errored(tmp_path_factory: pytest.TempPathFactory) -> CheckResult:
    return check(tmp_path_factory.mktemp("faulty"), feature(SOUND, *ERRORED))


def test_mistakes_are_errors_without_a_verdict(errored: CheckResult) -> None:
    assert (errored.code, errored.conclusion) == (2, "error"), errored.text
    assert "the harness or the driver failed in" in errored.text
    assert "Traceback" not in errored.text
    assert errored.scenarios("passed") == ["number_00"]
    assert len(errored.scenarios("errored")) == len(ERRORED)


@pytest.mark.parametrize("then", ERRORED, ids=[then.replace("\n", ", ") for then in ERRORED])
def test_a_mistake_is_reported_with_its_place(errored: CheckResult, then: str) -> None:
    record = record_of(errored, list(ERRORED).index(then) + 1)
    assert record["outcome"] == "errored"
    assert ERRORED[then] in record["reason"]
    assert record["seen"] == ""


def test_a_step_that_asserts_nothing_is_named_with_its_definition(errored: CheckResult) -> None:
    reason = record_of(errored, 1)["reason"]
    assert reason.startswith("faulty_steps.py:")
    assert [step["outcome"] for step in record_of(errored, 1)["steps"]] == [
        "passed",
        "passed",
        "errored",
    ]


def record_of(checked: CheckResult, number: int) -> Any:
    (record,) = [
        found
        for found in checked.model["run"]["records"]
        if found["selector"] == f"number_{number:02}"
    ]
    return record
