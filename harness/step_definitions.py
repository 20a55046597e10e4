"""The step definitions that pytest-bdd knows of, as the gates look at them."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from pytest_bdd.parsers import StepParser
from pytest_bdd.steps import step_function_context_registry

from harness.feature_files import Step

FOREIGN = "pytest_bdd"
"""pytest-bdd's own step ("trace") is none of a suite's sentences."""


class StepDefinition(msgspec.Struct, frozen=True):
    """A sentence and its function; `kind` is None where it serves Given, When and Then.

    `fixture` is what pytest-bdd knows the definition by, once pytest has it as a fixture.
    """

    kind: str | None
    parser: StepParser
    is_async: bool
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
        code = inspect.unwrap(function).__code__
        yield StepDefinition(
            kind=context.type,
            parser=context.parser,
            is_async=inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function),
            where=f"{Path(code.co_filename).name}:{code.co_firstlineno}",
            fixture=fixture,
        )
