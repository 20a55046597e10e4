"""The step definitions that pytest-bdd knows of, as the gates look at them."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from pytest_bdd.parsers import StepParser
from pytest_bdd.steps import step_function_context_registry
from pytest_bdd.utils import get_required_args

from pulsecheck.suite.feature_files import Step

FOREIGN = "pytest_bdd"
"""pytest-bdd's own step ("trace") is none of a suite's sentences."""


class StepDefinition(msgspec.Struct, frozen=True):
    """A sentence and its function; `kind` is None where it serves Given, When and Then.

    `parameters` are what the function takes, `required` those that it cannot do without. `unrun`
    says what is wrong with one that would pass without running, since a call of it only makes
    something that could be run; else it is empty. `fixture` is what pytest-bdd knows the definition
    by, once pytest has it as a fixture.
    """

    kind: str | None
    parser: StepParser
    parameters: frozenset[str]
    required: frozenset[str]
    unrun: str
    where: str
    fixture: Callable[..., object]

    def matches(self, step: Step) -> bool:
        return self.kind in {None, step.kind} and self.parser.is_matching(step.text)


def step_definitions() -> tuple[StepDefinition, ...]:
    """All that have been imported so far."""
    return tuple(_definitions())


def _definitions() -> Iterator[StepDefinition]:
    for fixture, context in list(step_function_context_registry.items()):
        function = context.step_func
        if function.__module__.split(".")[0] == FOREIGN:
            continue
        yield StepDefinition(
            kind=context.type,
            parser=context.parser,
            parameters=frozenset(inspect.signature(function).parameters),
            required=frozenset(get_required_args(function)),
            unrun=_unrun(function),
            where=place(function),
            fixture=fixture,
        )


def _unrun(function: Callable[..., object]) -> str:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "an async def"
    return "a generator" if inspect.isgeneratorfunction(function) else ""


def place(function: Callable[..., object]) -> str:
    """Where the function of a step is defined."""
    code = inspect.unwrap(function).__code__
    return f"{Path(code.co_filename).name}:{code.co_firstlineno}"
