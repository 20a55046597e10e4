"""Cucumber Messages match their JSON Schema, and can be converted to Cucumber's HTML report.

Needs npm packages, which `tox -e cucumber` installs.
"""

import functools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from msgspec.structs import replace

from deadlines import LONGEST_COMMAND
from pulsecheck.report.cucumber_messages import PROTOCOL, render
from pulsecheck.results.judgement import judge
from pulsecheck.results.records import Run
from pulsecheck.results.verdict import Verdict
from pulsecheck.suite.requirements import Catalogue

HERE = Path(__file__).parent
PACKAGES = Path(os.environ.get("NODE_PATH", HERE / "node_modules"))


@pytest.fixture(autouse=True)
def _needs_packages() -> None:
    if shutil.which("node") is None:
        pytest.skip("Node is not installed")
    if not (PACKAGES / "@cucumber" / "messages").is_dir():
        pytest.skip("npm's @cucumber/messages is not installed: run tox -e cucumber")


@functools.cache
def validator() -> Draft202012Validator:
    schema = (PACKAGES / "@cucumber" / "messages" / "messages.schema.json").read_text()
    return Draft202012Validator(json.loads(schema))


def problems(written: bytes) -> list[str]:
    return [
        f"{error.json_path}: {error.message}"
        for line in written.splitlines()
        for error in validator().iter_errors(json.loads(line))
    ]


def test_every_message_is_valid(verdict: Verdict, run: Run) -> None:
    assert problems(render(verdict, run)) == []


def test_every_message_of_an_incomplete_run_is_valid(catalogue: Catalogue, run: Run) -> None:
    broken = replace(run, initialized=None, records=(), began=None, error="no driver")
    assert problems(render(judge(catalogue, broken), broken)) == []


def test_an_invalid_message_is_found() -> None:
    assert problems(b'{"testRunStarted": {"timestamp": {"seconds": "1", "nanos": 0}}}') == [
        "$.testRunStarted.timestamp.seconds: '1' is not of type 'integer'"
    ]


def test_the_protocol_version_is_that_of_the_schema() -> None:
    package: dict[str, Any] = json.loads(
        (PACKAGES / "@cucumber" / "messages" / "package.json").read_text()
    )
    assert package["version"] == PROTOCOL


def test_cucumber_converts_the_messages_to_its_report(verdict: Verdict, run: Run) -> None:
    done = subprocess.run(
        ["node", str(HERE / "format.mjs")],  # noqa: S607 - any Node on PATH
        input=render(verdict, run),
        capture_output=True,
        check=True,
        timeout=LONGEST_COMMAND,
    )
    assert done.stdout.startswith(b"<!DOCTYPE html>")
    assert b"On Stop waits [websocket]" in done.stdout
