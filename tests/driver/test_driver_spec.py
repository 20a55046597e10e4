"""How an implementation under test is named."""

import pytest

from pulsecheck.driver.errors import BadSpecError
from pulsecheck.driver.spec import CommandSpec, ConnectSpec, FactorySpec, ListenSpec, parse_spec


def test_a_command_line_is_split_as_a_shell_would() -> None:
    assert parse_spec("node 'my driver.js' $HOME") == CommandSpec(("node", "my driver.js", "$HOME"))


def test_a_factory_is_a_module_and_a_function() -> None:
    assert parse_spec("python:pack.age:serve") == FactorySpec("pack.age", "serve")


def test_an_address_is_where_a_driver_listens_or_is_waited_for() -> None:
    assert parse_spec("tcp://[::1]:4000") == ConnectSpec("::1", 4000)
    assert parse_spec("tcp-listen://device.local:0") == ListenSpec("device.local", 0)


def test_variables_are_for_commands() -> None:
    variables = {"LEVEL": "3"}
    assert parse_spec("node x", variables) == CommandSpec(("node", "x"), variables)
    with pytest.raises(BadSpecError, match="leave --env out"):
        parse_spec("tcp://localhost:1", variables)


@pytest.mark.parametrize(
    "text",
    [
        "node 'my driver.js' '*'",
        "python:pack.age:serve",
        "tcp://localhost:4000",
        "tcp://[::1]:4000",
        "tcp-listen://[::]:0",
    ],
)
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
        ("tcp://", "wanted tcp://host:port"),
        ("tcp://localhost", "wanted tcp://host:port"),
        ("tcp://:4000", "wanted tcp://host:port"),
        ("tcp://localhost:4000/path", "wanted tcp://host:port"),
        ("tcp://me@localhost:4000", "wanted tcp://host:port"),
        ("tcp://localhost:0", "wanted a port between 1 and 65535"),
        ("tcp://localhost:65536", "port out of range 0-65535"),
        ("tcp://localhost:x", "port could not be cast to integer value as 'x'"),
        ("tcp://[::1:4000", "invalid ipv6 url"),
        ("tcp-listen://:4000", "wanted tcp-listen://host:port"),
    ],
)
def test_what_names_no_implementation_is_told_why(text: str, problem: str) -> None:
    with pytest.raises(BadSpecError) as caught:
        parse_spec(text)
    assert f"names no implementation: {problem}\nGive a command line" in str(caught.value)
