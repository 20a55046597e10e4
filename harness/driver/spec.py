"""How an implementation under test is named."""

import shlex

import msgspec

from harness.driver.errors import BadSpecError

IN_MEMORY = "python:"


class CommandSpec(msgspec.Struct, frozen=True):
    """A driver that is a child process; `arguments` begins with the command."""

    arguments: tuple[str, ...]

    def __str__(self) -> str:
        return shlex.join(self.arguments)


class FactorySpec(msgspec.Struct, frozen=True):
    """A driver that is a coroutine function of a Python module.

    It is called with a StreamReader and a StreamWriter, and serves one session.
    """

    module: str
    factory: str

    def __str__(self) -> str:
        return f"{IN_MEMORY}{self.module}:{self.factory}"


ImplementationSpec = CommandSpec | FactorySpec


def parse_spec(text: str) -> ImplementationSpec:
    """`python:module:factory`, or a command line that is split as a shell would split it.

    No shell runs the command: variables and wildcards are not expanded. Raises BadSpecError.
    """
    if "\0" in text:
        raise BadSpecError(text, "it has a NUL character")
    if text.startswith(IN_MEMORY):
        return _parse_factory(text)
    try:
        arguments = shlex.split(text)
    except ValueError as error:
        raise BadSpecError(text, str(error).lower()) from None
    if not arguments or not arguments[0]:
        raise BadSpecError(text, "there is no command in it")
    return CommandSpec(tuple(arguments))


def _parse_factory(text: str) -> FactorySpec:
    module, _, factory = text.removeprefix(IN_MEMORY).partition(":")
    if not all(part.isidentifier() for part in (*module.split("."), factory)):
        raise BadSpecError(text, "wanted python:module:factory")
    return FactorySpec(module, factory)
