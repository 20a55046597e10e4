"""How an implementation under test is named."""

import pytest

from harness.driver.errors import BadSpecError
from harness.driver.spec import CommandSpec, FactorySpec, parse_spec


def test_a_command_line_is_split_as_a_shell_would() -> None:
    assert parse_spec("node 'my driver.js' $HOME") == CommandSpec(("node", "my driver.js", "$HOME"))


def test_a_factory_is_a_module_and_a_function() -> None:
    assert parse_spec("python:pack.age:serve") == FactorySpec("pack.age", "serve")


@pytest.mark.parametrize("text", ["node 'my driver.js' '*'", "python:pack.age:serve"])
def test_a_spec_shows_what_it_was_made_of(text: str) -> None:
    assert str(parse_spec(text)) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "there is no command in it"),
        ("  ", "there is no command in it"),
        ("'' x", "there is no command in it"),
        ("node 'driver", "no closing quotation"),
        ("a\0b", "it has a NUL character"),
        ("python:", "wanted python:module:factory"),
        ("python:module", "wanted python:module:factory"),
        ("python:module:", "wanted python:module:factory"),
        ("python:.module:serve", "wanted python:module:factory"),
        ("python:module:a:b", "wanted python:module:factory"),
    ],
)
def test_what_names_no_implementation_is_told_why(text: str, problem: str) -> None:
    with pytest.raises(BadSpecError) as caught:
        parse_spec(text)
    assert f"names no implementation: {problem}\nGive a command line" in str(caught.value)
