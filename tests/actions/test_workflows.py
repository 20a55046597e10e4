"""Our workflow, our action and the workflows that `pulsecheck init` writes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deadlines import LONGEST_COMMAND
from pulsecheck.init.rendering import LANGUAGES, WORKFLOW, render
from pulsecheck.results.verdict import Conclusion

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
OURS = ROOT / ".github" / "workflows" / "ci.yml"
SCHEMA = (sys.executable, "-m", "check_jsonschema", "--builtin-schema")
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def lint(*words: str | Path) -> None:
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, timeout=LONGEST_COMMAND, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(params=["ours", *LANGUAGES])
def workflow(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "ours":
        return OURS
    path = tmp_path / WORKFLOW
    path.parent.mkdir(parents=True)
    path.write_bytes(render(request.param, "nodes")[WORKFLOW])
    return path


def test_a_workflow_fits_its_schema(workflow: Path) -> None:
    lint(*SCHEMA, "vendor.github-workflows", workflow)
    lint(*SCHEMA, "custom.github-workflows-require-timeout", workflow)


def test_the_action_fits_its_schema() -> None:
    lint(*SCHEMA, "vendor.github-actions", ACTION)


def test_nothing_in_a_workflow_can_be_taken_over(workflow: Path) -> None:
    lint(Path(sys.executable).parent / "zizmor", "--offline", "--quiet", workflow)


def test_each_conclusion_that_the_action_has_is_described() -> None:
    lines = (ROOT / "docs" / "running.md").read_text().splitlines()
    (row,) = (line for line in lines if line.startswith("| `conclusion` |"))
    conclusions = set(Conclusion)
    assert set(re.findall("`([^`]+)`", row)) - {"conclusion"} == conclusions
    described = read(ACTION)["outputs"]["conclusion"]["description"]
    assert set(re.split(", | or ", described)) == conclusions


def test_nothing_in_the_action_can_be_taken_over() -> None:
    lint(Path(sys.executable).parent / "zizmor", "--offline", "--quiet", ACTION)


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="run tox -e actionlint")
def test_actionlint_has_nothing_to_say_of_a_workflow(workflow: Path) -> None:
    lint("actionlint", workflow)


def steps(path: Path) -> list[dict[str, Any]]:
    found = read(path)
    jobs = [found["runs"]] if path == ACTION else found["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def test_no_shell_sees_an_expression(workflow: Path) -> None:
    scripts = [step["run"] for path in (workflow, ACTION) for step in steps(path) if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_actions_of_others_are_pinned(workflow: Path) -> None:
    used = [step["uses"] for path in (workflow, ACTION) for step in steps(path) if "uses" in step]
    assert used
    assert [name for name in used if name != "./" and not PINNED.fullmatch(name)] == []


def test_a_workflow_may_only_read(workflow: Path) -> None:
    found = read(workflow)
    assert found["permissions"] == {"contents": "read"}
    assert all("permissions" not in job for job in found["jobs"].values())


def test_each_environment_that_our_workflow_runs_is_one_of_tox() -> None:
    environments = set(
        re.findall(r"^\[testenv:(.+)\]$", (ROOT / "tox.ini").read_text(), re.MULTILINE)
    )
    named = {
        name
        for step in steps(OURS)
        for names in re.findall(r"tox run -e ([\w,-]+)", step.get("run", ""))
        for name in names.split(",")
    }
    named |= set(read(OURS)["jobs"]["trust"]["strategy"]["matrix"]["environment"])
    assert named <= environments | {"py"}
    assert {"lint", "coverage", "browser", "mutants", "whole"} <= named


def test_every_supported_python_is_tested() -> None:
    jobs = read(OURS)["jobs"]
    tested = jobs["tests"]["strategy"]["matrix"]["python"]
    settings = (step.get("with", {}) for step in jobs["coverage"]["steps"])
    (oldest,) = (found["python-version"] for found in settings if "python-version" in found)
    assert [oldest, *tested] == ["3.11", "3.12", "3.13", "3.14"]
