"""What a child process gets of the environment: little, and what is named."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from pulsecheck.driver.driver import start
from pulsecheck.driver.environment import inherited, named
from pulsecheck.shared.timeouts import Timeouts


def test_only_what_finds_programs_and_the_locale_is_inherited() -> None:
    kept = {"PATH": "/bin", "HOME": "/h", "LANG": "C", "LC_ALL": "C", "TMPDIR": "/t"}
    assert inherited({**kept, "HTTP_PROXY": "x", "SECRET": "y", "NODE_OPTIONS": "z"}) == kept


def test_coverage_of_child_processes_is_inherited() -> None:
    kept = {"COVERAGE_PROCESS_CONFIG": "x", "COV_CORE_SOURCE": "y"}
    assert inherited({**kept, "SECRET": "z"}) == kept


def test_what_is_named_is_taken_or_given_a_value() -> None:
    words = ("COLOUR", "LEVEL=3", "EMPTY=", "SUM=1+1=2")
    assert named(words, {"COLOUR": "t", "LEVEL": "2", "OTHER": "o"}) == {
        "COLOUR": "t",
        "LEVEL": "3",
        "EMPTY": "",
        "SUM": "1+1=2",
    }


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("COLOUR", "COLOUR is not set here; give it a value: COLOUR=VALUE"),
        ("=3", "“=3” is not NAME or NAME=VALUE"),
        ("", "“” is not NAME or NAME=VALUE"),
        ("A=\0", "is not NAME or NAME=VALUE"),
    ],
)
def test_what_cannot_be_had_by_name_is_told(word: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        named((word,), {})


def test_a_child_process_gets_what_is_named(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        spec = replace(child("environment"), variables={"COLOUR": "é"})
        driver = await start(spec, patient, recorder)
        await driver.sync()
        await driver.stop()

    run(work())
    assert json.loads(recorder.of("log")[0]["message"])["COLOUR"] == "é"
