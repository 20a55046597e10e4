import sys

import pytest

from check_command import Check

STOPPING = ("-m", "STA-2 or STA-5 or STO-2 or STO-5 or STO-7", "--patience", "2")


@pytest.mark.parametrize(
    ("kind", "transports"),
    [
        ("with_library", ("websocket", "long_polling")),
        ("with_output", ()),
        ("on_timer", ("websocket", "long_polling")),
        ("never", ()),
    ],
)
def test_a_runtime_that_is_wrong_about_on_stop_is_not_conforming(
    check: Check, kind: str, transports: tuple[str, ...]
) -> None:
    checked = check("--implementation", f"python:stopping:{kind}", *STOPPING)
    assert checked.code == 1
    assert checked.conclusion == "not conforming"
    assert "STO-5" in checked.requirements("not met")
    assert checked.requirements("not met") <= {"STO-5", "STO-7"}
    name = "on_stop_waits_however_long_the_disconnect_takes"
    wanted = {f"{name}[{transport}]" for transport in transports}
    assert wanted <= set(checked.scenarios("failed"))


def test_a_runtime_that_ignores_port_fails_start(check: Check) -> None:
    checked = check(
        "--implementation", "python:stopping:portless", "-m", "STA-2", "--patience", "1"
    )
    assert checked.code == 1
    assert checked.requirements("not met") == {"STA-2"}
    assert checked.scenarios("failed") == ["a_url_without_a_port_is_completed_by_port"]


def test_a_right_runtime_with_only_start_and_stop_conforms(check: Check) -> None:
    checked = check("--implementation", "python:stopping:right")
    assert (checked.code, checked.conclusion) == (0, "conforming"), checked.text
    assert not checked.requirements("not met") | checked.requirements("warning")
    assert "PLG-1" in checked.requirements("not applicable")


def test_a_right_runtime_conforms_as_a_child_process_too(check: Check) -> None:
    checked = check("--implementation", f"{sys.executable} stopping.py right")
    assert (checked.code, checked.conclusion) == (0, "conforming"), checked.text


def test_a_wrong_child_process_is_not_conforming(check: Check) -> None:
    checked = check("--implementation", f"{sys.executable} stopping.py with_library", *STOPPING)
    assert checked.code == 1
    assert checked.requirements("not met") == {"STO-5"}


def test_a_violation_that_no_scenario_of_its_requirement_shows_is_seen_elsewhere(
    check: Check,
) -> None:
    checked = check("--implementation", "python:stopping:with_library", "-m", "STO-4")
    assert (checked.code, checked.conclusion) == (1, "not conforming"), checked.text
    assert checked.requirements("observed") == {"STO-4"}
    assert checked.requirements("not met") == {"STO-5"}
    assert 'seen while running "Whether Stop waits for the disconnect"' in checked.text


def test_a_runtime_that_starts_nothing_fails_only_where_it_is_asked_to(check: Check) -> None:
    checked = check("--implementation", "python:stopping:unstarted", "--patience", "1")
    assert (checked.code, checked.conclusion) == (1, "not conforming")
    assert checked.requirements("not met") == {"STA-2"}
    assert {"STA-5", "STO-2", "STO-5"} <= checked.requirements("not shown")
    assert checked.blocked_by == {"STA-2"}


def test_a_selection_proves_no_conformance(check: Check) -> None:
    checked = check("-m", "STO-5")
    assert (checked.code, checked.conclusion) == (0, "partial")
    assert checked.requirements("met") == {"STO-5"}


def test_a_runtime_that_does_nothing_costs_two_timeouts(check: Check) -> None:
    some = "STA-2 or STA-3 or STO-5 or SND-2 or SND-7 or ERR-2 or ERR-3"
    options = ("-m", some, "--patience", "1", "--dwell", "0")
    checked = check("--implementation", f"{sys.executable} silent.py", *options)
    records = [
        found
        for found in checked.model["run"]["records"]
        if found["outcome"] in {"failed", "blocked"} and "@" not in found["selector"]
    ]
    assert len(records) > 50
    in_full = [found["selector"] for found in records if found["seconds"] >= 1]
    assert len(in_full) == 2, in_full
    assert checked.conclusion == "not conforming"
    assert "STA-2" in checked.requirements("not met")
    assert checked.blocked_by == {"STA-2"}
