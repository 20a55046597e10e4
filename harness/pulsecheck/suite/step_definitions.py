"""The step definitions that are registered with pytest-bdd, as plain data."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from pytest_bdd.parsers import StepParser
from pytest_bdd.steps import step_function_context_registry
from pytest_bdd.utils import get_required_args

from pulsecheck.suite.feature_files import Step
from pulsecheck.suite.needs import ATTRIBUTE, Need, Needs, named_nodes

FOREIGN = "pytest_bdd"
"""The package of pytest-bdd. Its own step, "trace", is not part of any suite."""


class StepDefinition(msgspec.Struct, frozen=True):
    """A sentence and its step function.

    `kind`: None if the sentence is for Given, When and Then. `parameters`: the names of the
    function's parameters. `required`: the names of the parameters without a default. `not_run`: why
    a call of the function would not run the function's body ("an async def", "a generator"), or
    empty. `where`: file and line. `fixture`: pytest-bdd's step function, to be registered as a
    pytest fixture. `function`: the function itself. `own_needs`: the needs of the function, and the
    needs of its module.
    """

    kind: str | None
    parser: StepParser
    parameters: frozenset[str]
    required: frozenset[str]
    not_run: str
    where: str
    fixture: Callable[..., object]
    function: Callable[..., object]
    own_needs: tuple[Needs, ...] = ()

    def matches(self, step: Step) -> bool:
        return self.kind in {None, step.kind} and self.parser.is_matching(step.text)

    def needs(self, step: Step) -> frozenset[Need]:
        """Return the needs of a step: an implementation must declare them for the step to apply."""
        words = self.parser.parse_arguments(step.text) or {}
        own = (need for needs in self.own_needs for need in needs.of(words))
        return named_nodes(words.values()).union(own)


def step_definitions() -> tuple[StepDefinition, ...]:
    """Return all step definitions that have been imported so far."""
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
            not_run=_not_run(function),
            where=location(function),
            fixture=fixture,
            function=function,
            own_needs=tuple(_own_needs(function)),
        )


def _own_needs(function: Callable[..., object]) -> Iterator[Needs]:
    for owner in (function, inspect.getmodule(function)):
        if (found := getattr(owner, ATTRIBUTE, None)) is not None:
            yield found


def _not_run(function: Callable[..., object]) -> str:
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        return "an async def"
    return "a generator" if inspect.isgeneratorfunction(function) else ""


def location(function: Callable[..., object]) -> str:
    """Return the file and line at which a step's function is defined."""
    code = inspect.unwrap(function).__code__
    return f"{Path(code.co_filename).name}:{code.co_firstlineno}"
