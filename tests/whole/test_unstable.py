"""A scenario whose outcome changes is unstable. It counts neither as passed nor as failed."""

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from check_command import Check, CheckResult

NAME = "on_stop_waits_however_long_the_disconnect_takes"
ONE = ("-k", f"{NAME}[websocket]", "--patience", "2")
WRONG = ("--implementation", "python:stopping:with_library")
EVERY_OTHER = ("--implementation", "python:flaky:every_other_time")


def only_record(checked: CheckResult) -> Any:
    (record,) = checked.model["run"]["records"]
    return record


def test_a_failure_that_passes_when_run_again_is_unstable(check: Check) -> None:
    checked = check(*EVERY_OTHER, *ONE, rerun=True)
    record = only_record(checked)
    assert (checked.code, checked.conclusion) == (2, "unstable"), checked.text
    assert checked.requirements("unstable") == {"STO-5"}
    assert not checked.requirements("met") | checked.requirements("not met")
    assert record["outcome"] == "unstable"
    assert record["reason"].startswith("failed at first, passed when run again on its own\n")
    assert record["seen"]
    assert record["other"]["outcome"] == "passed"
    assert record["timeline"] != record["other"]["timeline"] != []
    assert "first run" in checked.text
    assert "other run" in checked.text


def test_a_scenario_that_fails_twice_failed(check: Check) -> None:
    checked = check(*WRONG, *ONE, rerun=True)
    assert (checked.code, checked.conclusion) == (1, "not conforming"), checked.text
    assert only_record(checked)["outcome"] == "failed"
    assert only_record(checked)["other"] is None


def test_workers_run_their_failures_again(check: Check) -> None:
    selection = ("-k", NAME, "--patience", "2", "--jobs", "3")
    checked = check(*EVERY_OTHER, *selection, rerun=True)
    assert (checked.code, checked.conclusion) == (2, "unstable"), checked.text
    assert len(checked.scenarios("unstable")) == 3


def test_a_scenario_that_differs_in_another_round_is_unstable(check: Check) -> None:
    checked = check("--implementation", "python:flaky:later", *ONE, "--repeat", "2", rerun=True)
    record = only_record(checked)
    assert (checked.code, checked.conclusion) == (2, "unstable"), checked.text
    assert record["reason"] == "passed at first, failed in round 2"
    assert record["other"]["outcome"] == "failed"
    assert record["other"]["seen"]
    assert checked.model["run"]["rounds"] == 2


def test_rounds_that_agree_have_one_verdict(check: Check) -> None:
    right = check("--implementation", "python:stopping:right", *ONE, "--repeat", "3")
    assert (right.code, right.conclusion) == (0, "partial"), right.text
    assert "round 3 of 3" in right.text
    assert "3 rounds were run: every scenario had the same outcome in each round" in right.text
    wrong = check(*WRONG, *ONE, "--repeat", "2", rerun=True)
    assert (wrong.code, wrong.conclusion) == (1, "not conforming"), wrong.text


def test_every_report_has_both_timelines(check: Check, tmp_path: Path) -> None:
    html, junit = tmp_path / "page.html", tmp_path / "junit.xml"
    check(*EVERY_OTHER, *ONE, "--html", str(html), "--junitxml", str(junit), rerun=True)
    page = html.read_text()
    assert page.count("<svg") == 2
    assert "failed at first, passed when run again on its own" in page
    case = ET.parse(junit).getroot().find(".//testcase/error/..")  # noqa: S314 - our own file
    assert case is not None
    output = case.findtext("system-out") or ""
    assert output.index("first run") < output.index("other run: passed")
