import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulsecheck.cli.init import init
from pulsecheck.init.rendering import LANGUAGES, WORKFLOW, render

PYTHON = {"driver.py", "test_conformance.py", "README.md", WORKFLOW}
JAVASCRIPT = {"driver.mjs", "conformance.test.mjs", "package.json", "README.md", WORKFLOW}


def initialized(*words: str) -> Result:
    return CliRunner().invoke(init, words)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize(("language", "written"), [("python", PYTHON), ("javascript", JAVASCRIPT)])
def test_a_driver_its_test_its_workflow_and_a_readme_are_written(
    tmp_path: Path, language: str, written: set[str]
) -> None:
    folder = tmp_path / "new" / "nodes"
    result = initialized(language, str(folder))
    assert result.exit_code == 0, result.output
    assert files(folder) == written
    assert result.output.splitlines() == [
        *(f"wrote {folder / name}" for name in render(language, "nodes")),
        f"In {folder}, run: {LANGUAGES[language].test}",
    ]


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_the_readme_and_the_workflow_have_the_command_of_the_driver(language: str) -> None:
    written = {name: content.decode() for name, content in render(language, "nodes").items()}
    command = LANGUAGES[language].command
    for name in ("README.md", WORKFLOW):
        assert f'--implementation "{command}"' in written[name]
        assert "{{" not in written[name].replace("${{ github.ref }}", "")
    assert command.split()[-1] in written


def test_the_workflow_sets_up_node_only_for_javascript() -> None:
    assert b"setup-node" in render("javascript", "nodes")[WORKFLOW]
    assert b"setup-node" not in render("python", "nodes")[WORKFLOW]


def test_the_name_is_quoted() -> None:
    written = render("python", 'a"\n + evil() + "\ud800')["driver.py"].decode()
    line = next(line for line in written.splitlines() if line.startswith("IMPLEMENTATION"))
    name = line.removeprefix('IMPLEMENTATION = {"name": ').partition(', "version"')[0]
    assert json.loads(name) == 'a"\n + evil() + "?'


def test_an_empty_folder_is_accepted(tmp_path: Path) -> None:
    assert initialized("python", str(tmp_path)).exit_code == 0
    assert files(tmp_path) == PYTHON


def test_a_folder_that_is_not_empty_is_left_unchanged(tmp_path: Path) -> None:
    (tmp_path / "driver.py").write_text("mine")
    result = initialized("python", str(tmp_path))
    assert result.exit_code == 2
    assert (
        f"Invalid value for 'DIR': '{tmp_path}' is not empty. Name a new or empty folder."
        in result.output
    )
    assert files(tmp_path) == {"driver.py"}


def test_the_error_for_a_folder_that_cannot_be_created_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = initialized("python", str(tmp_path / "file" / "new"))
    assert result.exit_code == 2
    assert "cannot write to" in result.output
    assert "Not a directory. Name a writable folder." in result.output


def test_the_error_for_an_unknown_language_lists_the_languages(tmp_path: Path) -> None:
    result = initialized("cobol", str(tmp_path / "new"))
    assert result.exit_code == 2
    assert "'cobol' is not one of 'javascript', 'python'." in result.output
    assert not (tmp_path / "new").exists()


def test_init_is_a_subcommand_of_pulsecheck() -> None:
    done = subprocess.run(
        (sys.executable, "-m", "pulsecheck", "--help"),
        capture_output=True,
        text=True,
        check=True,
        env=dict(os.environ),
    )
    assert "init " in done.stdout
