"""The script of the action's check step, run in the same way as by a GitHub runner."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deadlines import LONGEST_COMMAND

ROOT = Path(__file__).parents[2]
RUNTIMES = ROOT / "tests" / "runtimes"
INPUTS = {"KNOWN_FAILURES": "", "ARGUMENTS": "", "NAME": "conformance"}
REPORTS = {"report.html", "conformance.json", "junit.xml", "badge.svg", "summary.md"}


class Runner:
    """Runs the check step. `outputs` and `summary` hold the data that the step passed to GitHub."""

    def __init__(self, folder: Path) -> None:
        action = YAML(typ="safe").load(ROOT / "action.yml")
        self.step: dict[str, Any] = next(
            step for step in action["runs"]["steps"] if step.get("id") == "check"
        )
        self._folder = folder
        self._install()

    def _install(self) -> None:
        """Put pulsecheck where the previous step of the action installs it."""
        programs = self._folder / "pulsecheck" / "bin"
        programs.mkdir(parents=True)
        for name, words in (("pulsecheck", "-m pulsecheck"), ("python", "")):
            program = programs / name
            program.write_text(f'#!/bin/sh\nexec "{sys.executable}" {words} "$@"\n')
            program.chmod(0o755)

    def run(self, implementation: str, folder: Path = RUNTIMES, **inputs: str) -> int:
        given = {**INPUTS, "IMPLEMENTATION": implementation, **inputs}
        assert given.keys() == self.step["env"].keys()
        script = self._folder / "script.sh"
        script.write_text(self.step["run"])
        done = subprocess.run(
            ["/bin/bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=folder,
            env={
                **os.environ,
                **given,
                "RUNNER_TEMP": str(self._folder),
                "GITHUB_OUTPUT": str(self._folder / "output"),
                "GITHUB_STEP_SUMMARY": str(self._folder / "summary"),
            },
            capture_output=True,
            text=True,
            timeout=LONGEST_COMMAND,
            check=False,
        )
        self.printed = done.stdout + done.stderr
        return done.returncode

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs as GitHub reads them. For a repeated name, the last line counts."""
        lines = (self._folder / "output").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    @property
    def summary(self) -> str:
        return (self._folder / "summary").read_text()

    @property
    def reports(self) -> set[str]:
        return {path.name for path in Path(self.outputs["reports"]).iterdir()}


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def test_a_correct_runtime_passes_and_its_reports_are_written(runner: Runner) -> None:
    assert runner.run("python:stopping:right") == 0, runner.printed
    assert runner.outputs["conclusion"] == "conforming"
    assert runner.reports == REPORTS
    assert runner.summary.startswith("## ✓ conforming: small 1\n")


def test_a_wrong_runtime_fails_the_job_and_its_reports_are_written(runner: Runner) -> None:
    options = '--patience 2 -m "STO-2 or STO-5"'
    assert runner.run("python:stopping:with_library", ARGUMENTS=options) == 1, runner.printed
    assert runner.outputs["conclusion"] == "not conforming"
    assert runner.reports == REPORTS
    assert "| ✗ | STO-5 |" in runner.summary


def test_known_failures_are_passed_on(runner: Runner, tmp_path: Path) -> None:
    known = tmp_path / "known failures.toml"
    known.write_text('[[known_failure]]\nrequirement = "STO-5"\nreason = "to come"\n')
    options = "--patience 2 -m STO-5"
    code = runner.run("python:stopping:with_library", ARGUMENTS=options, KNOWN_FAILURES=str(known))
    assert code == 0, runner.printed
    assert runner.outputs["conclusion"] == "partial"
    assert "known failure" in runner.summary


@pytest.mark.parametrize("shell", ["$(touch taken)", "`touch taken`", '"; touch taken; "', "*"])
def test_no_input_is_run_by_a_shell(runner: Runner, tmp_path: Path, shell: str) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    code = runner.run(f"python:{shell}", folder, ARGUMENTS=f"--known '{shell}'", NAME="a name")
    assert code == 2, runner.printed
    assert runner.outputs["conclusion"] == "error"
    assert list(folder.iterdir()) == []


def test_an_unbalanced_quote_is_an_error(runner: Runner) -> None:
    assert runner.run("python:stopping:right", ARGUMENTS='-m "STO-5') != 0
    assert "quote" in runner.printed
    assert runner.outputs["conclusion"] == "error"
    assert runner.reports == set()
