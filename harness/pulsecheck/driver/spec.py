"""Parse the text that names an implementation under test."""

import shlex
from collections.abc import Mapping
from urllib.parse import urlsplit

import msgspec

from pulsecheck.driver.errors import BadSpecError

IN_MEMORY = "python:"
CONNECT = "tcp://"
LISTEN = "tcp-listen://"
LOOPBACK = "127.0.0.1"
LARGEST_PORT = 65535


class CommandSpec(msgspec.Struct, frozen=True):
    """A driver that is a child process; `arguments` begins with the command.

    `variables` are added to the environment variables that the process inherits.
    """

    arguments: tuple[str, ...]
    variables: dict[str, str] = {}

    def __str__(self) -> str:
        return shlex.join(self.arguments)


class FactorySpec(msgspec.Struct, frozen=True):
    """A driver that is a coroutine function in a Python module.

    The function gets a StreamReader and a StreamWriter, and serves one session.
    """

    module: str
    factory: str

    def __str__(self) -> str:
        return f"{IN_MEMORY}{self.module}:{self.factory}"


class ConnectSpec(msgspec.Struct, frozen=True):
    """A driver that listens; the harness connects to it."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{CONNECT}{host_in_url(self.host)}:{self.port}"


class ListenSpec(msgspec.Struct, frozen=True):
    """A driver that connects; the harness listens, on a free port if `port` is 0."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"{LISTEN}{host_in_url(self.host)}:{self.port}"


ImplementationSpec = CommandSpec | FactorySpec | ConnectSpec | ListenSpec


def host_in_url(host: str) -> str:
    """Format a host for a URL: an IPv6 address gets brackets."""
    return f"[{host}]" if ":" in host else host


def is_device(text: str) -> bool:
    """Return whether a spec names a driver at the other end of a TCP connection."""
    return text.startswith((CONNECT, LISTEN))


def parse_spec(text: str, variables: Mapping[str, str] | None = None) -> ImplementationSpec:
    """Parse `python:module:factory`, an address, or a command line.

    The address is `tcp://host:port` if the driver listens, or `tcp-listen://host:port` if the
    harness listens. A command line is split as a shell would split it, but no shell runs it, so
    variables and wildcards are not expanded. `variables` are added to the environment of the
    command. Raises BadSpecError.
    """
    if "\0" in text:
        raise BadSpecError(text, "it contains a NUL character")
    if variables and text.startswith((IN_MEMORY, CONNECT, LISTEN)):
        raise BadSpecError(text, "--env works only with a command; remove --env")
    if text.startswith(IN_MEMORY):
        return _parse_factory(text)
    if text.startswith(CONNECT):
        return ConnectSpec(*_parse_address(text, minimum=1))
    if text.startswith(LISTEN):
        return ListenSpec(*_parse_address(text, minimum=0))
    try:
        arguments = shlex.split(text)
    except ValueError as error:
        raise BadSpecError(text, str(error).lower()) from None
    if not arguments or not arguments[0]:
        raise BadSpecError(text, "it contains no command")
    return CommandSpec(tuple(arguments), dict(variables or {}))


def _parse_factory(text: str) -> FactorySpec:
    module, _, factory = text.removeprefix(IN_MEMORY).partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), factory)):
        raise BadSpecError(text, "expected python:module:factory")
    return FactorySpec(module, factory)


def _parse_address(text: str, minimum: int) -> tuple[str, int]:
    """Parse the host and the port of an address; the port must be at least `minimum`."""
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise BadSpecError(text, str(error).lower()) from None
    if not host or port is None or parts.path or parts.query or parts.fragment or parts.username:
        raise BadSpecError(text, f"expected {parts.scheme}://host:port")
    if port < minimum:
        raise BadSpecError(text, f"expected a port from {minimum} to {LARGEST_PORT}")
    return host, port
