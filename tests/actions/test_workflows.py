"""Our workflows, our action, and the workflows that `pulsecheck init` writes."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from deadlines import LONGEST_COMMAND
from pulsecheck import __version__
from pulsecheck.init.rendering import LANGUAGES, WORKFLOW, render
from pulsecheck.results.verdict import Conclusion

ROOT = Path(__file__).parents[2]
ACTION = ROOT / "action.yml"
GITHUB = ROOT / ".github"
OURS = {path.stem: path for path in sorted((GITHUB / "workflows").glob("*.yml"))}
CI = OURS["ci"]
ISSUE_FORMS = [path for path in (GITHUB / "ISSUE_TEMPLATE").glob("*.yml") if path.stem != "config"]
SCHEMA = (sys.executable, "-m", "check_jsonschema", "--builtin-schema")
ZIZMOR = Path(sys.executable).parent / "zizmor"
MANIFESTS = {
    "github-actions": (),
    "npm": ("package.json",),
    "pip": ("pyproject.toml", "requirements.txt"),
}
PINNED = re.compile(r"[\w-]+/[\w-]+@[0-9a-f]{40}")
WRITERS = {
    ("docs", "publish"): {"pages": "write", "id-token": "write"},
    ("release", "publish"): {"id-token": "write"},
}
"""The jobs with permissions of their own, by workflow and job. All other jobs only read."""


def read(path: Path) -> Any:
    return YAML(typ="safe").load(path)


def lint(*words: str | Path) -> None:
    done = subprocess.run(
        list(map(str, words)), capture_output=True, text=True, timeout=LONGEST_COMMAND, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(params=[*OURS, *LANGUAGES])
def workflow(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param in OURS:
        return OURS[request.param]
    path = tmp_path / WORKFLOW
    path.parent.mkdir(parents=True)
    path.write_bytes(render(request.param, "nodes")[WORKFLOW])
    return path


def test_a_workflow_fits_its_schema(workflow: Path) -> None:
    lint(*SCHEMA, "vendor.github-workflows", workflow)
    lint(*SCHEMA, "custom.github-workflows-require-timeout", workflow)


def test_the_other_files_for_github_fit_their_schemas() -> None:
    lint(*SCHEMA, "vendor.github-actions", ACTION)
    lint(*SCHEMA, "vendor.dependabot", GITHUB / "dependabot.yml")
    lint(*SCHEMA, "vendor.github-issue-forms", *ISSUE_FORMS)
    lint(*SCHEMA, "vendor.github-issue-config", GITHUB / "ISSUE_TEMPLATE" / "config.yml")


def test_zizmor_accepts_a_workflow(workflow: Path) -> None:
    lint(ZIZMOR, "--offline", "--quiet", workflow)


def test_zizmor_accepts_the_action_and_the_dependabot_configuration() -> None:
    lint(ZIZMOR, "--offline", "--quiet", ACTION, GITHUB / "dependabot.yml")


def test_dependabot_updates_every_manifest() -> None:
    updates = read(GITHUB / "dependabot.yml")["updates"]
    covered = {
        f"{folder.rstrip('/')}/{name}"
        for update in updates
        for folder in update.get("directories", [update.get("directory")])
        for name in MANIFESTS[update["package-ecosystem"]]
    }
    git = shutil.which("git") or "git"
    tracked = subprocess.run(
        (git, "ls-files", "*package.json", "*requirements.txt", "pyproject.toml"),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if tracked.returncode != 0:
        pytest.skip("not a git checkout")
    assert {f"/{name}" for name in tracked.stdout.split()} - covered == set()


def test_every_conclusion_of_the_action_is_documented() -> None:
    lines = (ROOT / "docs" / "running.md").read_text().splitlines()
    (row,) = (line for line in lines if line.startswith("| `conclusion` |"))
    conclusions = set(Conclusion)
    assert set(re.findall("`([^`]+)`", row)) - {"conclusion"} == conclusions
    described = read(ACTION)["outputs"]["conclusion"]["description"]
    assert set(re.split(", | or ", described)) == conclusions


@pytest.mark.skipif(shutil.which("actionlint") is None, reason="run tox -e actionlint")
def test_actionlint_accepts_a_workflow(workflow: Path) -> None:
    lint("actionlint", workflow)


def steps(path: Path) -> list[dict[str, Any]]:
    found = read(path)
    jobs = [found["runs"]] if path == ACTION else found["jobs"].values()
    return [step for job in jobs for step in job["steps"]]


def test_no_script_contains_an_expression(workflow: Path) -> None:
    scripts = [step["run"] for path in (workflow, ACTION) for step in steps(path) if "run" in step]
    assert scripts
    assert [script for script in scripts if "${{" in script] == []


def test_third_party_actions_are_pinned_by_commit(workflow: Path) -> None:
    used = [step["uses"] for path in (workflow, ACTION) for step in steps(path) if "uses" in step]
    assert used
    assert [name for name in used if name != "./" and not PINNED.fullmatch(name)] == []


def test_a_workflow_may_only_read(workflow: Path) -> None:
    found = read(workflow)
    assert found["permissions"] == {"contents": "read"}
    for name, job in found["jobs"].items():
        assert job.get("permissions", {}) == WRITERS.get((workflow.stem, name), {})


def test_a_job_with_the_permission_to_publish_runs_no_script() -> None:
    jobs = [read(OURS[workflow])["jobs"][name] for workflow, name in WRITERS]
    assert [step for job in jobs for step in job["steps"] if "run" in step] == []


def test_a_release_is_published_only_from_a_tag_and_after_its_checks() -> None:
    publish = read(OURS["release"])["jobs"]["publish"]
    assert publish["if"] == "github.ref_type == 'tag'"
    assert publish["needs"] == "build"


@pytest.mark.parametrize(("tag", "code"), [(f"v{__version__}", 0), ("v99.0.0", 1), ("", 1)])
def test_a_release_tag_must_name_the_version(tag: str, code: int, tmp_path: Path) -> None:
    (script,) = (step["run"] for step in steps(OURS["release"]) if "TAG" in step.get("env", {}))
    python = tmp_path / "installed" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    python.chmod(0o755)
    done = subprocess.run(
        ("/bin/bash", "-eo", "pipefail", "-c", script),
        cwd=tmp_path,
        env={**os.environ, "TAG": tag},
        capture_output=True,
        text=True,
        timeout=LONGEST_COMMAND,
        check=False,
    )
    assert done.returncode == code
    assert ("::error::" in done.stdout) == bool(code)


def test_our_workflows_run_environments_that_tox_has() -> None:
    environments = set(
        re.findall(r"^\[testenv:(.+)\]$", (ROOT / "tox.ini").read_text(), re.MULTILINE)
    )
    named = {
        name
        for path in OURS.values()
        for step in steps(path)
        for names in re.findall(r"tox run -e ([\w,-]+)", step.get("run", ""))
        for name in names.split(",")
    }
    jobs = [job for path in OURS.values() for job in read(path)["jobs"].values()]
    for job in jobs:
        named |= set(job.get("strategy", {}).get("matrix", {}).get("environment", ()))
    assert named <= environments | {"py"}
    assert {"lint", "coverage", "browser", "docs", "mutants", "audit", "whole"} <= named


def test_every_supported_python_is_tested() -> None:
    jobs = read(CI)["jobs"]
    tested = jobs["tests"]["strategy"]["matrix"]["python"]
    settings = (step.get("with", {}) for step in jobs["coverage"]["steps"])
    (oldest,) = (found["python-version"] for found in settings if "python-version" in found)
    assert [oldest, *tested] == ["3.11", "3.12", "3.13", "3.14"]
