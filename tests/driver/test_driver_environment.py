"""A child process inherits few environment variables. It also gets the variables of `--env`."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from pulsecheck.driver.driver import start
from pulsecheck.driver.environment import inherited, parse_variables
from pulsecheck.shared.timeouts import Timeouts


def test_only_search_paths_and_the_locale_are_inherited() -> None:
    kept = {"PATH": "/bin", "HOME": "/h", "LANG": "C", "LC_ALL": "C", "TMPDIR": "/t"}
    assert inherited({**kept, "HTTP_PROXY": "x", "SECRET": "y", "NODE_OPTIONS": "z"}) == kept


def test_variables_of_coverage_are_inherited() -> None:
    kept = {"COVERAGE_PROCESS_CONFIG": "x", "COV_CORE_SOURCE": "y"}
    assert inherited({**kept, "SECRET": "z"}) == kept


def test_a_named_variable_is_copied_or_given_a_value() -> None:
    words = ("COLOUR", "LEVEL=3", "EMPTY=", "SUM=1+1=2")
    assert parse_variables(words, {"COLOUR": "t", "LEVEL": "2", "OTHER": "o"}) == {
        "COLOUR": "t",
        "LEVEL": "3",
        "EMPTY": "",
        "SUM": "1+1=2",
    }


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("COLOUR", "COLOUR is not set in this environment. Give a value: COLOUR=VALUE"),
        ("=3", "“=3” is neither NAME nor NAME=VALUE"),
        ("", "“” is neither NAME nor NAME=VALUE"),
        ("A=\0", "is neither NAME nor NAME=VALUE"),
    ],
)
def test_an_invalid_variable_is_rejected(word: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        parse_variables((word,), {})


def test_a_child_process_gets_the_named_variables(
    run: Any, child: Any, recorder: Any, patient: Timeouts
) -> None:
    async def work() -> None:
        spec = replace(child("environment"), variables={"COLOUR": "é"})
        driver = await start(spec, patient, recorder)
        await driver.sync()
        await driver.stop()

    run(work())
    assert json.loads(recorder.of("log")[0]["message"])["COLOUR"] == "é"
