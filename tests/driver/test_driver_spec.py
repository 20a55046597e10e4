"""The text that names an implementation is parsed."""

import pytest

from pulsecheck.driver.errors import BadSpecError
from pulsecheck.driver.spec import CommandSpec, ConnectSpec, FactorySpec, ListenSpec, parse_spec


def test_a_command_line_is_split_as_a_shell_would() -> None:
    assert parse_spec("node 'my driver.js' $HOME") == CommandSpec(("node", "my driver.js", "$HOME"))


def test_a_factory_is_a_module_and_a_function() -> None:
    assert parse_spec("python:pack.age:serve") == FactorySpec("pack.age", "serve")


def test_an_address_is_where_the_driver_or_the_harness_listens() -> None:
    assert parse_spec("tcp://[::1]:4000") == ConnectSpec("::1", 4000)
    assert parse_spec("tcp-listen://device.local:0") == ListenSpec("device.local", 0)


def test_variables_are_only_for_commands() -> None:
    variables = {"LEVEL": "3"}
    assert parse_spec("node x", variables) == CommandSpec(("node", "x"), variables)
    with pytest.raises(BadSpecError, match="remove --env"):
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
def test_the_text_of_a_spec_is_what_was_parsed(text: str) -> None:
    assert str(parse_spec(text)) == text


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it contains no command"),
        ("  ", "it contains no command"),
        ("'' x", "it contains no command"),
        ("node 'driver", "no closing quotation"),
        ("a\0b", "it contains a NUL character"),
        ("python:", "expected python:module:factory"),
        ("python:module", "expected python:module:factory"),
        ("python:module:", "expected python:module:factory"),
        ("python:.module:serve", "expected python:module:factory"),
        ("python:module:a:b", "expected python:module:factory"),
        ("tcp://", "expected tcp://host:port"),
        ("tcp://localhost", "expected tcp://host:port"),
        ("tcp://:4000", "expected tcp://host:port"),
        ("tcp://localhost:4000/path", "expected tcp://host:port"),
        ("tcp://me@localhost:4000", "expected tcp://host:port"),
        ("tcp://localhost:0", "expected a port from 1 to 65535"),
        ("tcp://localhost:65536", "port out of range 0-65535"),
        ("tcp://localhost:x", "port could not be cast to integer value as 'x'"),
        ("tcp://[::1:4000", "invalid ipv6 url"),
        ("tcp-listen://:4000", "expected tcp-listen://host:port"),
    ],
)
def test_a_text_that_names_no_implementation_is_rejected_with_the_reason(
    text: str, problem: str
) -> None:
    with pytest.raises(BadSpecError) as caught:
        parse_spec(text)
    assert f"does not name an implementation: {problem}\nGive a command line" in str(caught.value)
