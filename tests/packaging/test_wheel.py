"""The wheel, in a project whose own packages are named like folders of this repository."""

import os
import subprocess
import zipfile
from pathlib import Path

import pytest

import pulsecheck
import pulsecheck_reference
from installed_wheel import ROOT, Environment, build_wheel, run

OWN_PACKAGES = ("harness", "reference_impl", "features", "tests")
TEST = """
from urllib.request import urlopen

import features, harness, reference_impl, tests

def test_the_server_answers_and_the_packages_are_the_users(mock_socketio_server):
    for package in (features, harness, reference_impl, tests):
        assert package.OWNER == "the user", package.__file__
    url = mock_socketio_server.url + "/socket.io/?EIO=4&transport=polling"
    assert urlopen(url, timeout=30).status == 200
"""
DRIVER = """
from harness import OWNER
from pulsecheck_reference import serve as serve_reference

async def serve(reader, writer):
    assert OWNER == "the user"
    await serve_reference(reader, writer)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Environment:
    return Environment(tmp_path_factory.mktemp("environment"), wheel)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A user's project that has packages with the names of our folders."""
    for name in OWN_PACKAGES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('OWNER = "the user"\n')
    (tmp_path / "tests" / "test_server.py").write_text(TEST)
    (tmp_path / "harness" / "driver.py").write_text(DRIVER)
    return tmp_path


def tracked(*folders: str) -> set[str]:
    """Return the existing files that git does not ignore, in folders of this repository."""
    command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *folders)
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return {name for name in listed.split("\0") if name and (ROOT / name).exists()}


def test_the_wheel_holds_the_two_packages_with_their_data_and_nothing_else(wheel: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("the files of the packages are known only in a git checkout")
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert names == (
        {name.removeprefix("harness/") for name in tracked("harness")}
        | {name.removeprefix("reference_impl/") for name in tracked("reference_impl")}
        | {f"pulsecheck/{name}" for name in tracked("features")}
    )
    assert {name.partition("/")[0] for name in names} == {"pulsecheck", "pulsecheck_reference"}
    assert {
        "pulsecheck/py.typed",
        "pulsecheck_reference/py.typed",
        "pulsecheck/driver/protocol.schema.json",
        "pulsecheck/report/conformance.schema.json",
        "pulsecheck/report/html/report.html.j2",
        "pulsecheck/init/templates/python/driver.py.j2",
        "pulsecheck/features/stop.feature",
        "pulsecheck/features/requirements.toml",
    } <= names


@pytest.mark.skipif("TOX_ENV_NAME" not in os.environ, reason="only tox installs the wheel")
def test_tox_tests_the_wheel_and_not_the_checkout() -> None:
    for package in (pulsecheck, pulsecheck_reference):
        (folder,) = package.__path__
        assert Path(folder).parent.name == "site-packages"


@pytest.mark.parametrize("command", [("pytest",), ("python", "-m", "pytest")], ids=" ".join)
def test_pytest_imports_the_users_packages_and_gives_the_fixture(
    environment: Environment, project: Path, command: tuple[str, ...]
) -> None:
    program, *arguments = command
    printed = run(environment.program(program), *arguments, "-p", "no:cacheprovider", cwd=project)
    assert "1 passed" in printed, printed


def test_check_runs_the_features_of_the_wheel_on_the_reference(
    environment: Environment, project: Path
) -> None:
    printed = run(environment.program("pulsecheck"), "check", "-m", "STO-1", cwd=project)
    assert "1 met · 0 not met" in printed, printed


def test_check_imports_a_driver_from_the_users_package(
    environment: Environment, project: Path
) -> None:
    command = ("check", "-m", "STO-1", "--implementation", "python:harness.driver:serve")
    run(environment.program("pulsecheck"), *command, cwd=project)
