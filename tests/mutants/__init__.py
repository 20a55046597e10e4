"""Broken runtimes: for each row of the specification the mistakes that real authors make.

`pulsecheck check --implementation python:tests.mutants:NAME`, run in the repository, checks one of
them.
"""

from functools import cache

from tests.altered import Factory, serving

from . import lifetimes, messages, nodes, studios
from .mutant import Mutant

MUTANTS: tuple[Mutant, ...] = (
    *studios.MUTANTS,
    *nodes.MUTANTS,
    *lifetimes.MUTANTS,
    *messages.MUTANTS,
)


@cache
def __getattr__(name: str) -> Factory:
    """The factory that serves the mutant of that name."""
    for mutant in MUTANTS:
        if mutant.name == name:
            return serving(mutant.make)
    raise AttributeError(name)
