"""`pulsecheck explore`: what it finds, prints and writes, and its exit codes."""

import json
import subprocess
import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from deadlines import LONGEST_COMMAND

EARLY = "python:pulsecheck_reference.mutants:sto_5_says_on_stop_with_stop_s_output"
TWICE = "python:pulsecheck_reference.mutants:sta_6_says_on_start_as_often_as_there_are_nodes"


FEW = ("--runs", 6, "--seed", 3, "--patience", 1)


def explore(*words: object) -> CompletedProcess[str]:
    return pulsecheck("explore", *words)


def pulsecheck(*words: object) -> CompletedProcess[str]:
    """Run a command in a process of its own, because a mutant changes its process for good."""
    command = [sys.executable, "-m", "pulsecheck", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_COMMAND)  # noqa: PLW1510


def test_a_right_runtime_violates_nothing() -> None:
    done = explore("--runs", 5, "--seed", 1)
    assert done.returncode == 0
    first, *_, last = done.stdout.splitlines()
    assert first == "seed 1"
    assert "5 sequences with " in done.stdout
    assert "pairs of circumstances exercised: " in done.stdout
    assert last == "no violation found, which does not prove conformance"


def test_a_violation_is_shown_with_its_scenario_and_the_command_that_finds_it_again() -> None:
    done = explore("--implementation", EARLY, *FEW)
    assert done.returncode == 1
    assert "✗ STO-5 (must): On Stop pulses only once" in done.stdout
    assert "expected: no pulse of " in done.stdout
    assert "Then no documented fact is contradicted" in done.stdout
    assert "again: pulsecheck explore --implementation " in done.stdout
    assert "\n1 violated" in done.stdout


def scenario_of(output: str) -> str:
    return output[output.index("Scenario:") : output.index("Then no documented")]


def test_a_violated_should_is_a_warning() -> None:
    done = explore("--implementation", TWICE, "--runs", 9, "--seed", 3)
    assert done.returncode == 0
    assert "! STA-6 (should)" in done.stdout
    assert "\n1 warning\n" in done.stdout


def test_saved_scenarios_fail_in_a_replay_and_in_a_check(tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    explore("--implementation", EARLY, *FEW, "--save", saved)
    replayed = explore("--implementation", EARLY, "--replay", saved / "found.feature")
    assert replayed.returncode == 1
    assert "✗ STO-5 (must)" in replayed.stdout
    checked = pulsecheck("check", "--implementation", EARLY, "--features", saved)
    assert checked.returncode == 1
    assert pulsecheck("check", "--features", saved).returncode == 0
    assert explore("--replay", saved / "found.feature").returncode == 0


def test_the_reports_have_everything(tmp_path: Path) -> None:
    path, page = tmp_path / "explored.json", tmp_path / "explored.html"
    done = explore("--implementation", EARLY, *FEW, "--json", path, "--html", page)
    report = json.loads(path.read_text())
    assert (report["seed"], report["sequences"], report["error"]) == (3, 6, "")
    assert len(report["never"]) == report["possible_pairs"] - report["pairs"] > 0
    found = next(each for each in report["findings"] if each["requirement"] == "STO-5")
    assert found["level"] == "must"
    assert " ".join(found["scenario"].split()) in " ".join(done.stdout.split())
    assert found["failures"] == found["runs"] == 2
    assert f"Sequence {found['sequence']} violates STO-5" in page.read_text()


def test_a_driver_that_fails_ends_the_exploration() -> None:
    done = explore("--implementation", "python:no_such_module:serve", "--runs", 1)
    assert done.returncode == 2
    assert "could not be loaded" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--time", "soon"), "“soon” is not a time such as 60s, 2m or 1h."),
        (("--time", "0s"), "“0s” is not a time such as 60s, 2m or 1h."),
        (("--runs", "0"), "“0” is not an integer greater than 0."),
        (("--seed", "-1"), "-1 is not in the range"),
        (("--implementation", "'"), "Invalid value for '--implementation'"),
    ],
)
def test_wrong_options_are_told(words: tuple[str, ...], told: str) -> None:
    done = explore(*words)
    assert done.returncode == 2
    assert told in done.stderr


def test_a_replay_has_no_seed(tmp_path: Path) -> None:
    path = tmp_path / "found.feature"
    path.write_text("Feature: None\n")
    done = explore("--replay", path, "--seed", 1)
    assert done.returncode == 2
    assert "Remove --seed, --runs and --time." in done.stderr


def test_a_file_without_scenarios_cannot_be_replayed(tmp_path: Path) -> None:
    path = tmp_path / "found.feature"
    path.write_text("Feature: None\n")
    done = explore("--replay", path)
    assert done.returncode == 2
    assert "has no scenario" in done.stderr


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    done = explore("--implementation", EARLY, *FEW, "--save", blocked / "folder")
    assert done.returncode == 2
    assert "cannot write '" in done.stderr
    assert "Traceback" not in done.stderr
